package omnibus.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;

/** Files and directories that only their owner may read. */
final class Directories {
    private Directories() {}

    /** Makes a directory that others may pass through and not read; one that is there already stays as it is. */
    static Path create(Path directory) throws IOException {
        if (Files.isDirectory(directory)) return directory;
        Files.createDirectories(directory.toAbsolutePath().getParent());
        return Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    }

    /** Replaces a file as one step, on disk and readable by its owner alone: a reader sees the old or the new content. */
    static void write(Path file, String content) throws IOException {
        var directory = Files.createDirectories(file.toAbsolutePath().getParent());
        var draft = Files.createTempFile(directory, "." + file.getFileName(), ".new");
        try {
            try (var channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                for (var bytes = StandardCharsets.UTF_8.encode(content); bytes.hasRemaining(); ) channel.write(bytes);
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException none) {
            return "";
        }
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) return;
        try (var all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(Directories::deleteOne);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void deleteOne(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
