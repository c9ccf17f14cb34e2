package omnibus.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The jars a shop runs. They are linked into the home under a digest of themselves, so that a new build, or a clean,
 * never changes code under a running JVM; {@code restart} moves a service to the newest. All JVMs use the one class path,
 * sorted, so that one archive of classes serves them all.
 */
record Distribution(Path lib, String build) {
    private static final int DIGEST_LENGTH = 12;

    /** The distribution as built, linked into the home. */
    static Distribution install(Path built, Home home) {
        try {
            var jars = jars(built.resolve("lib"));
            if (jars.isEmpty()) throw Failure.failed("There is nothing to run.", built + "/lib holds no jars.");
            var installed = new Distribution(null, digest(jars)).in(home);
            if (!Files.isDirectory(installed.lib)) link(jars, installed.lib);
            return installed;
        } catch (IOException e) {
            if (home.freeMebibytes() < 256) throw home.diskFull();
            throw Failure.environment("The jars cannot be put into the home.", Home.reason(e), "See ./omnibus doctor.");
        }
    }

    /** A build installed earlier. */
    static Distribution of(String build, Home home) {
        return new Distribution(null, build).in(home);
    }

    private Distribution in(Home home) {
        return new Distribution(home.file("lib").resolve(build), build);
    }

    private static List<Path> jars(Path lib) throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    /** Names, sizes and times: what the JVM itself compares before it trusts an archive of classes. */
    private static String digest(List<Path> jars) throws IOException {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            for (var jar : jars) {
                var line = jar.getFileName() + " " + Files.size(jar) + " " + Files.getLastModifiedTime(jar) + "\n";
                sha.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(sha.digest()).substring(0, DIGEST_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void link(List<Path> jars, Path lib) throws IOException {
        Files.createDirectories(lib.getParent());
        var half = Files.createTempDirectory(lib.getParent(), ".new");
        for (var jar : jars) linkOrCopy(jar, half.resolve(jar.getFileName()));
        if (Files.isDirectory(lib)) delete(half); // another command was first
        else Files.move(half, lib);
    }

    private static void linkOrCopy(Path jar, Path target) throws IOException {
        try {
            Files.createLink(target, jar);
        } catch (IOException | UnsupportedOperationException otherDiskOrOwner) {
            Files.copy(jar, target, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    String classPath() {
        try {
            return jars(lib).stream().map(Path::toString).collect(Collectors.joining(java.io.File.pathSeparator));
        } catch (IOException e) {
            throw Failure.environment(
                    "The jars of this shop are gone.",
                    lib + ": " + Home.reason(e),
                    "Run ./omnibus down, then ./omnibus up: it puts them back.");
        }
    }

    /** Removes builds that no process runs any more. */
    static void prune(Home home, Set<String> used) {
        var all = home.file("lib");
        try (Stream<Path> builds = Files.isDirectory(all) ? Files.list(all) : Stream.empty()) {
            for (var build : builds.toList()) {
                if (!used.contains(build.getFileName().toString())) delete(build);
            }
        } catch (IOException e) {
            throw Failure.environment("Old jars under " + all + " cannot be removed.", Home.reason(e));
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
