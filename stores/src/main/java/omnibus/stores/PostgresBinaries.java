package omnibus.stores;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/** Unpacks the PostgreSQL server that came as a Maven artifact, once per version and directory. */
final class PostgresBinaries {
    private static final Logger log = LoggerFactory.getLogger(PostgresBinaries.class);

    private PostgresBinaries() {}

    /** The directory that holds {@code bin/postgres}; several processes may ask at once. */
    static Path unpack(Path directory) throws IOException {
        var archive = archive();
        var connection = archive.openConnection();
        connection.setUseCaches(false);
        var version = connection instanceof JarURLConnection
                ? Long.toHexString(((JarURLConnection) connection).getJarEntry().getCrc())
                : Long.toHexString(connection.getContentLengthLong());
        var home = directory.resolve("postgres-" + version);
        if (Files.isExecutable(home.resolve("bin/postgres"))) return home;
        log.info("Unpacking the PostgreSQL server to {}", home);
        Files.createDirectories(directory);
        publish(archive, Files.createTempDirectory(directory, "unpacking-"), home);
        return home;
    }

    private static URL archive() throws StoreException {
        var system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        var machine = System.getProperty("os.arch");
        var name = "postgres-" + system + "-" + (machine.equals("aarch64") ? "arm_64" : "x86_64") + ".txz";
        var archive = PostgresBinaries.class.getClassLoader().getResource(name);
        if (archive != null) return archive;
        throw new StoreException("No embedded PostgreSQL for " + System.getProperty("os.name") + " on " + machine + " ("
                + name + " is not on the class path). Give the URL of a PostgreSQL server in OMNIBUS_POSTGRES_URL.");
    }

    /** What is half unpacked has another name, so that a kill leaves nothing that looks whole. */
    private static void publish(URL archive, Path unpacked, Path home) throws IOException {
        try {
            if (!extractedByTar(archive, unpacked)) extract(archive, unpacked);
            Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(unpacked, home);
        } catch (IOException e) {
            Directories.delete(unpacked);
            // Somebody else was faster: theirs is as good.
            if (!Files.isExecutable(home.resolve("bin/postgres"))) throw e;
        }
    }

    /** The system's tar takes a third of the time, where there is one that knows xz. */
    private static boolean extractedByTar(URL archive, Path target) throws IOException {
        try (var content = archive.openStream()) {
            var tar = new ProcessBuilder("tar", "--no-same-owner", "-xJf", "-", "-C", target.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var in = tar.getOutputStream()) {
                content.transferTo(in);
            }
            return tar.waitFor() == 0;
        } catch (IOException noSuchTar) {
            log.debug("No tar that knows xz", noSuchTar);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while unpacking", e);
        }
    }

    private static void extract(URL archive, Path target) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive.openStream())))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                var file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) throw new IOException("Not within the archive: " + entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    extract(tar, entry, file);
                }
            }
        }
    }

    private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path file) throws IOException {
        if (entry.isSymbolicLink()) {
            Files.deleteIfExists(file);
            Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, file, StandardCopyOption.REPLACE_EXISTING);
        if (file.getParent().endsWith("bin") && !file.toFile().setExecutable(true, false)) {
            throw new IOException("Cannot make " + file + " executable");
        }
    }
}
