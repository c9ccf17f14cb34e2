package omnibus.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * {@code OMNIBUS_HOME}: everything one shop keeps on disk. Directories are 0700 and files 0600, because some hold
 * passwords; a JSON file is replaced whole or not at all, so that a reader never sees half of one.
 */
final class Home {
    static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final FileAttribute<?> OWNER_ONLY_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final long NEEDED_MEBIBYTES = 512;

    private final Path path;

    Home(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    Path path() {
        return path;
    }

    Path run() {
        return path.resolve("run");
    }

    Path processes() {
        return run().resolve("processes");
    }

    Path logs() {
        return path.resolve("logs");
    }

    Path cache() {
        return path.resolve("cache");
    }

    Path file(String name) {
        return path.resolve(name);
    }

    boolean exists() {
        return Files.isDirectory(run());
    }

    /** Makes the directories; a home that cannot be written or has no room left is refused here, before anything starts. */
    Home create() {
        try {
            for (Path directory : new Path[] {path, run(), processes(), logs(), cache()}) createDirectory(directory);
            var probe = Files.createTempFile(path, ".write", null, OWNER_ONLY_FILE);
            Files.delete(probe);
        } catch (AccessDeniedException e) {
            throw Failure.environment(
                    "The home " + path + " cannot be written.",
                    "The user " + System.getProperty("user.name") + " has no right to write " + e.getFile() + ".",
                    "Run as the user who owns it, or choose another home: OMNIBUS_HOME=/some/where ./omnibus up");
        } catch (IOException e) {
            throw Failure.environment(
                    "The home " + path + " cannot be made.",
                    reason(e),
                    "Free disk space or repair the directory, or choose another home with OMNIBUS_HOME.");
        }
        if (freeMebibytes() < NEEDED_MEBIBYTES) throw diskFull();
        return this;
    }

    private static void createDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) Files.createDirectories(directory, OWNER_ONLY_DIRECTORY);
    }

    long freeMebibytes() {
        try {
            var place = path;
            while (!Files.exists(place)) place = place.getParent();
            return Files.getFileStore(place).getUsableSpace() >> 20;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Failure diskFull() {
        return Failure.environment(
                "The disk is nearly full.",
                "The home " + path + " has " + freeMebibytes() + " MiB left; the stores need " + NEEDED_MEBIBYTES
                        + " MiB to start safely.",
                "Free some space, or choose a home on another disk with OMNIBUS_HOME.");
    }

    /** The value kept in a JSON file, or empty when there is no such file. A damaged file is a failure, never a default. */
    <T> Optional<T> read(Path file, Class<T> type) {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw Failure.environment(
                    "The file " + file + " is damaged.",
                    e.getOriginalMessage(),
                    "Stop the shop with ./omnibus down, move the file away, and start again with ./omnibus up.");
        } catch (IOException e) {
            throw Failure.environment("The file " + file + " cannot be read.", reason(e), "Check who owns it.");
        }
    }

    /** Replaces the file as a whole, forced to disk: after a crash it holds the old value or the new one. */
    void write(Path file, Object value) {
        try {
            createDirectory(file.getParent());
            var next = Files.createTempFile(file.getParent(), ".next", null, OWNER_ONLY_FILE);
            try (var out = FileChannel.open(next, Set.of(StandardOpenOption.WRITE))) {
                var bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(value));
                while (bytes.hasRemaining()) out.write(bytes);
                out.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            if (freeMebibytes() < 16) throw diskFull();
            throw Failure.environment("The file " + file + " cannot be written.", reason(e), "Check ./omnibus doctor.");
        }
    }

    void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Failure.environment("The file " + file + " cannot be removed.", reason(e), "Check who owns it.");
        }
    }

    /** An I/O fault in words: some exceptions carry only a file name as their message. */
    static String reason(IOException e) {
        var kind = e.getClass().getSimpleName().replace("Exception", "");
        return e.getMessage() == null ? kind : kind + ": " + e.getMessage();
    }
}
