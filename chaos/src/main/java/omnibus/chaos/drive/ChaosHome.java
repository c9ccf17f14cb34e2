package omnibus.chaos.drive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/** The directory of a run: emptied at its start, kept at its end, used by one run at a time. */
final class ChaosHome implements AutoCloseable {
    private static final String MARK = ".chaos";
    /** Belong to the build, not to a run: they make the next start fast. */
    private static final Set<String> KEPT = Set.of(MARK, "cache", "lib");

    private final Path path;
    private final FileChannel lock;

    private ChaosHome(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static ChaosHome open(Path path) {
        try {
            Files.createDirectories(path.getParent());
            var file = path.resolveSibling(path.getFileName() + ".lock");
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw Stopped.usage(
                        "Another chaos run uses " + path + ".",
                        "Its process holds " + file + ".",
                        "Wait for it, or name another directory: OMNIBUS_CHAOS_HOME.");
            }
            return new ChaosHome(path, channel);
        } catch (IOException e) {
            throw Stopped.failed(
                    "The directory of the run cannot be made.",
                    path + ": " + e.getMessage(),
                    "Name another: OMNIBUS_CHAOS_HOME.");
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    /** Refuses to empty what no chaos run has made. */
    void refuseForeign() {
        try (Stream<Path> files = Files.isDirectory(path) ? Files.list(path) : Stream.empty()) {
            if (Files.exists(path.resolve(MARK)) || files.allMatch(this::isEmptyStores)) return;
        } catch (IOException e) {
            throw unusable(e);
        }
        throw Stopped.usage(
                path + " is not of a chaos run.",
                "Everything in it would be removed.",
                "Name an empty directory or one that does not exist: OMNIBUS_CHAOS_HOME.");
    }

    /** A file system of their own, say, mounted before the first run. */
    private boolean isEmptyStores(Path file) {
        var content = file.equals(StoresDisk.of(path)) ? file.toFile().list() : null;
        return content != null && content.length == 0;
    }

    /**
     * Removes what an earlier run left; nothing of it may be running any more. Of the stores only what is in their
     * directory, on which a file system of their own may be mounted.
     */
    void empty() {
        try {
            Files.createDirectories(path);
            try (Stream<Path> files = Files.list(path)) {
                for (var file : files.toList()) {
                    if (!KEPT.contains(file.getFileName().toString())) delete(file, StoresDisk.of(path));
                }
            }
            if (!Files.exists(path.resolve(MARK))) Files.createFile(path.resolve(MARK));
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    private static void delete(Path tree, Path kept) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(kept)) Files.delete(file);
            }
        }
    }

    private Stopped unusable(IOException e) {
        return Stopped.failed(
                path + " cannot be emptied.", String.valueOf(e), "Remove it, or name another: OMNIBUS_CHAOS_HOME.");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
