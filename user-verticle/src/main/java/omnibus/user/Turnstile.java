package omnibus.user;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;

/**
 * Lets a fixed number of pieces of work through at a time; others wait in line. Unlike the queue of a thread pool it holds
 * a place for all steps of an asynchronous piece of work, and sends away at once whoever would wait past their deadline.
 */
final class Turnstile {
    private final int width;
    private final int room;
    private final LongSupplier nanoTime;
    private final Deque<Runnable> line = new ArrayDeque<>();
    private int inside;
    /** Moving average of how long a piece of work takes. */
    private long usualNanos;

    /** @param room how many may wait at most, however fast it goes */
    Turnstile(int width, int room) {
        this(width, room, System::nanoTime);
    }

    Turnstile(int width, int room, LongSupplier nanoTime) {
        this.width = width;
        this.room = room;
        this.nanoTime = nanoTime;
    }

    /** Fails with {@link Problem} LIMITED when the line is too long, with DEADLINE_PASSED when it was slower than usual. */
    <T> Future<T> enter(Deadline deadline, Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        synchronized (this) {
            if (inside == width) {
                var wait = expectedWaitMillis();
                if (line.size() == room || wait > deadline.remainingMillis()) return Future.failedFuture(tooMany(wait));
                line.add(() -> begin(deadline, work, promise));
                return promise.future();
            }
            inside++;
        }
        begin(deadline, work, promise);
        return promise.future();
    }

    /** Until whoever comes now would be done. */
    private long expectedWaitMillis() {
        return TimeUnit.NANOSECONDS.toMillis(usualNanos * (line.size() + width) / width);
    }

    private static Problem tooMany(long waitMillis) {
        var seconds = 1 + TimeUnit.MILLISECONDS.toSeconds(waitMillis);
        return Problem.limited("Too many are signing in at this moment. Try again.", seconds);
    }

    private <T> void begin(Deadline deadline, Supplier<Future<T>> work, Promise<T> promise) {
        if (deadline.passed()) {
            leave();
            promise.fail(Problem.deadlinePassed());
            return;
        }
        var begun = nanoTime.getAsLong();
        Future<T> done;
        try {
            done = work.get();
        } catch (RuntimeException thrown) {
            done = Future.failedFuture(thrown);
        }
        done.onComplete(result -> {
            tookNanos(nanoTime.getAsLong() - begun);
            leave();
            promise.handle(result);
        });
    }

    private synchronized void tookNanos(long nanos) {
        usualNanos += (nanos - usualNanos) / 8;
    }

    private void leave() {
        Runnable next;
        synchronized (this) {
            next = line.poll();
            if (next == null) inside--;
        }
        if (next != null) next.run();
    }
}
