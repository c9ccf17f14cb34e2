package omnibus.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Who may change the state of a shop: one process at a time, for milliseconds. The lock belongs to the operating system,
 * so it ends with its holder, however that ends.
 */
final class HomeLock {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(20);
    static final Duration GLANCE = Duration.ofMillis(200);

    private final Home home;

    HomeLock(Home home) {
        this.home = home;
    }

    void hold(Runnable change) {
        hold(() -> {
            change.run();
            return null;
        });
    }

    <T> T hold(Supplier<T> change) {
        var file = home.run().resolve("lock");
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var lock = new FileLock[1];
            if (!Poll.until(LIMIT, PAUSE, () -> (lock[0] = tryLock(channel)) != null)) {
                throw Failure.failed(
                        "Another omnibus command holds the shop.",
                        "The lock " + file + " was not free within " + LIMIT.toSeconds() + " s.",
                        "Wait for the other command to end, then try again; ./omnibus doctor names who holds what.");
            }
            try {
                return change.get();
            } finally {
                lock[0].release();
            }
        } catch (IOException e) {
            throw Failure.environment("The lock " + file + " cannot be taken.", Home.reason(e), "Check who owns it.");
        }
    }

    /** Does what nobody else may do at the same time, for as long as it takes; somebody else is refused, not kept waiting. */
    <T> T alone(String purpose, Supplier<T> work) {
        var file = home.run().resolve(purpose + ".lock");
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = tryLock(channel)) {
            if (lock == null) {
                throw Failure.failed(
                        "Another omnibus command does the same at the moment.",
                        "The lock " + file + " is taken.",
                        "Wait for it to end; what it has done, ./omnibus ps shows.");
            }
            return work.get();
        } catch (IOException e) {
            throw Failure.environment("The lock " + file + " cannot be taken.", Home.reason(e), "Check who owns it.");
        }
    }

    /** Does what others wait for with {@link #awaitEndOf}, for as long as it takes. Other processes may do the same beside it. */
    void during(String purpose, Runnable work) {
        withFileOf(purpose, channel -> {
            // Who only looks has it for a moment.
            Poll.until(GLANCE, PAUSE, () -> tryLock(channel, true) != null);
            work.run();
            return null;
        });
    }

    /** False if somebody still does that when time is over. Who begins after this is not waited for. */
    boolean awaitEndOf(String purpose, Duration limit) {
        return withFileOf(purpose, channel -> Poll.until(limit, PAUSE, () -> tryLock(channel) != null));
    }

    /** Closing the file frees what was locked in it. */
    private <T> T withFileOf(String purpose, Function<FileChannel, T> work) {
        var file = home.run().resolve(purpose + ".lock");
        try (var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return work.apply(channel);
        } catch (IOException e) {
            throw Failure.environment("The lock " + file + " cannot be taken.", Home.reason(e), "Check who owns it.");
        }
    }

    private static FileLock tryLock(FileChannel channel) {
        return tryLock(channel, false);
    }

    private static FileLock tryLock(FileChannel channel, boolean shared) {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared);
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this JVM
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
