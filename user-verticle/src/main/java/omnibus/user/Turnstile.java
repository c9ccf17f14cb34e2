package omnibus.user;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;

/**
 * Lets a fixed number of pieces of work through at a time; others wait in line. Unlike the queue of a thread pool it holds
 * a place for all steps of an asynchronous piece of work, and whoever cannot be served in time is told so in time: a call
 * left without an answer would look like an outage to its caller.
 */
final class Turnstile {
    /** What an answer needs to get back to the caller. */
    private static final long WAY_BACK_MILLIS = 200;

    private final Vertx vertx;
    private final int width;
    private final int room;
    private final Deque<Waiting<?>> line = new ArrayDeque<>();
    private int inside;
    /** Moving average of how long a piece of work takes. */
    private long usualNanos;

    /** @param room how many may wait at most, however fast it goes */
    Turnstile(Vertx vertx, int width, int room) {
        this.vertx = vertx;
        this.width = width;
        this.room = room;
    }

    private record Waiting<T>(Deadline deadline, Supplier<Future<T>> work, Promise<T> promise) {}

    /** Fails with {@link Problem} LIMITED when the work could not be done before the deadline; it is not begun then. */
    <T> Future<T> enter(Deadline deadline, Supplier<Future<T>> work) {
        var one = new Waiting<T>(deadline, work, Promise.promise());
        synchronized (this) {
            if (inside == width) {
                if (line.size() == room || isTooLate(deadline, line.size() + width)) return refused();
                line.add(one);
                leaveInTime(one);
                return one.promise.future();
            }
            inside++;
        }
        begin(one);
        return one.promise.future();
    }

    /** Would somebody come too late with so many pieces of work, their own included, shared by all who work? */
    private synchronized boolean isTooLate(Deadline deadline, int pieces) {
        var needed = TimeUnit.NANOSECONDS.toMillis(usualNanos * pieces / width);
        return needed + WAY_BACK_MILLIS > deadline.remainingMillis();
    }

    private void leaveInTime(Waiting<?> one) {
        var patience = Math.max(1, one.deadline.remainingMillis() - WAY_BACK_MILLIS);
        var timer = vertx.setTimer(patience, tick -> {
            boolean waited;
            synchronized (this) {
                waited = line.remove(one);
            }
            if (waited) one.promise.fail(tooMany());
        });
        one.promise.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private static <T> Future<T> refused() {
        return Future.failedFuture(tooMany());
    }

    private static Problem tooMany() {
        return Problem.limited("Too many are signing in at this moment. Try again.", 1);
    }

    private <T> void begin(Waiting<T> one) {
        var begun = System.nanoTime();
        var late = isTooLate(one.deadline, width);
        work(one, late).onComplete(result -> {
            leave(late ? 0 : System.nanoTime() - begun);
            one.promise.handle(result);
        });
    }

    private static <T> Future<T> work(Waiting<T> one, boolean late) {
        if (late) return refused();
        try {
            return one.work.get();
        } catch (RuntimeException thrown) {
            return Future.failedFuture(thrown);
        }
    }

    /** @param tookNanos how long the work took, 0 if there was none */
    private void leave(long tookNanos) {
        Waiting<?> next;
        synchronized (this) {
            if (tookNanos > 0) usualNanos += (tookNanos - usualNanos) / 8;
            next = line.poll();
            if (next == null) inside--;
        }
        if (next != null) begin(next);
    }
}
