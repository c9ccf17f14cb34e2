package omnibus.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import omnibus.stores.EmbeddedStore;

/**
 * The directory of this JVM's servers. It is locked while the JVM lives: the lock of a JVM that was killed is free again,
 * and the next run that starts on this machine stops its servers and removes its directory.
 */
final class TestRun {
    private static final Path BASE =
            Path.of(System.getProperty("java.io.tmpdir"), "omnibus-test-" + System.getProperty("user.name"));

    private static TestRun current;

    private final Path directory;
    private final FileChannel lock;
    private final List<EmbeddedStore> stores = new CopyOnWriteArrayList<>();

    private TestRun(Path directory) throws IOException {
        this.directory = directory;
        this.lock = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        this.lock.lock();
    }

    static synchronized TestRun current() throws IOException, InterruptedException {
        if (current == null) current = begin();
        return current;
    }

    /** Shared by all runs: unpacking takes longer than starting. */
    static Path binaries() {
        return BASE.resolve("bin");
    }

    Path directory() {
        return directory;
    }

    void atEnd(EmbeddedStore store) {
        stores.add(store);
    }

    private static TestRun begin() throws IOException, InterruptedException {
        var runs = ownDirectory().resolve("runs");
        Files.createDirectories(runs);
        // One at a time, or a directory that is not locked yet would look like a dead one's.
        try (var gate = FileChannel.open(BASE.resolve("gate"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var passing = gate.lock()) {
            if (!passing.isValid()) throw new IOException("The lock of " + BASE + " is lost");
            for (var left : list(runs)) sweep(left);
            var run = new TestRun(
                    Files.createDirectory(runs.resolve(UUID.randomUUID().toString())));
            Runtime.getRuntime().addShutdownHook(new Thread(run::end, "end-of-tests"));
            return run;
        }
    }

    private static Path ownDirectory() throws IOException {
        if (!Files.isDirectory(BASE, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    BASE, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        }
        return BASE;
    }

    private static void sweep(Path left) throws IOException, InterruptedException {
        try (var lock = FileChannel.open(left.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (lock.tryLock() == null) return;
            TestServers.stopLeftovers(left);
            delete(left);
        }
    }

    private void end() {
        try {
            for (var store : stores) store.stop();
            delete(directory);
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The next test run will clean up " + directory, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.collect(Collectors.toList());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var all = Files.walk(directory)) {
            for (var path : all.sorted(Comparator.reverseOrder()).collect(Collectors.toList()))
                Files.deleteIfExists(path);
        }
    }
}
