package omnibus.user;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;

/**
 * Lets a fixed number of pieces of work through at a time; others wait in line, up to a bound. Unlike the queue of a
 * thread pool it holds a place for all steps of an asynchronous piece of work, and lets nobody in whose deadline passed.
 */
final class Turnstile {
    private final int width;
    private final int room;
    private final Deque<Runnable> line = new ArrayDeque<>();
    private int inside;

    Turnstile(int width, int room) {
        this.width = width;
        this.room = room;
    }

    /** Fails with {@link Problem} LIMITED when the line is full and with DEADLINE_PASSED when the wait was too long. */
    <T> Future<T> enter(Deadline deadline, Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        synchronized (this) {
            if (inside == width && line.size() == room) {
                return Future.failedFuture(Problem.limited("Too many are signing in at this moment. Try again.", 1));
            }
            if (inside == width) {
                line.add(() -> begin(deadline, work, promise));
                return promise.future();
            }
            inside++;
        }
        begin(deadline, work, promise);
        return promise.future();
    }

    private <T> void begin(Deadline deadline, Supplier<Future<T>> work, Promise<T> promise) {
        Future<T> done;
        try {
            done = deadline.passed() ? Future.failedFuture(Problem.deadlinePassed()) : work.get();
        } catch (RuntimeException thrown) {
            done = Future.failedFuture(thrown);
        }
        done.onComplete(result -> {
            leave();
            promise.handle(result);
        });
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
