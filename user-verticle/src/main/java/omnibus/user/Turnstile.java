package omnibus.user;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;
import omnibus.user.model.Subject;

/**
 * Lets a fixed number of pieces of work through at a time; others wait in line, each client network in a line of its own.
 * The lines take turns, and when there is no room left the longest one makes it: so whoever sends much, be it from several
 * networks, has to wait for itself and not the others for it. Unlike the queue of a thread pool it holds
 * a place for all steps of an asynchronous piece of work, and whoever cannot be served in time is told so in time: a call
 * left without an answer would look like an outage to its caller.
 */
final class Turnstile {
    /** What an answer needs to get back to the caller. */
    private static final long WAY_BACK_MILLIS = 200;

    private final Vertx vertx;
    private final int width;
    private final int room;
    /** Nobody's line is empty. The first one has the next turn. */
    private final Map<Optional<Subject>, Deque<Waiting<?>>> lines = new LinkedHashMap<>();

    private int waiting;
    private int inside;
    /** Moving average of how long a piece of work takes. */
    private long usualNanos;

    /** @param room how many may wait at most, however fast it goes */
    Turnstile(Vertx vertx, int width, int room) {
        this.vertx = vertx;
        this.width = width;
        this.room = room;
    }

    private record Waiting<T>(Client client, Supplier<Future<T>> work, Promise<T> promise) {
        Optional<Subject> network() {
            return client.address();
        }

        Deadline deadline() {
            return client.deadline();
        }
    }

    /**
     * Fails with {@link Problem} LIMITED when the work could not be done before the client's deadline, or others need the
     * place more; it is not begun then.
     */
    <T> Future<T> enter(Client client, Supplier<Future<T>> work) {
        var one = new Waiting<T>(client, work, Promise.promise());
        boolean goesIn;
        Optional<Waiting<?>> gone = Optional.empty();
        synchronized (this) {
            goesIn = inside < width;
            if (goesIn) inside++;
            else gone = queue(one);
        }
        if (goesIn) begin(one);
        gone.ifPresent(refused -> refused.promise.fail(tooMany()));
        return one.promise.future();
    }

    /** Fails as {@link #enter} would at this moment: for who has to take trouble before they can enter. */
    synchronized Future<Void> look(Client client) {
        var line = lines.getOrDefault(client.address(), new ArrayDeque<>());
        return inside >= width && isInVain(client.deadline(), line) ? refused() : Future.succeededFuture();
    }

    private boolean isInVain(Deadline deadline, Deque<Waiting<?>> line) {
        return isTooLate(deadline, before(line) + width)
                || (waiting == room && longest().size() <= line.size() + 1);
    }

    private Deque<Waiting<?>> longest() {
        return Collections.max(lines.values(), Comparator.comparingInt(Deque::size));
    }

    /** Puts somebody at the end of their line. Answers whom there is no time or no room for: them, or another. */
    private Optional<Waiting<?>> queue(Waiting<?> one) {
        var line = lines.getOrDefault(one.network(), new ArrayDeque<>());
        if (isInVain(one.deadline(), line)) return Optional.of(one);
        Optional<Waiting<?>> gone = Optional.empty();
        if (waiting == room) {
            gone = Optional.of(longest().getLast());
            leaveLine(gone.get());
        }
        line.add(one);
        lines.putIfAbsent(one.network(), line);
        waiting++;
        leaveInTime(one);
        return gone;
    }

    /** How many have their turn before the next one in this line: all of it, and as many of each other line. */
    private int before(Deque<Waiting<?>> line) {
        var ofEach = line.size() + 1;
        return lines.values().stream()
                .mapToInt(other -> other == line ? line.size() : Math.min(other.size(), ofEach))
                .sum();
    }

    private boolean leaveLine(Waiting<?> one) {
        var line = lines.get(one.network());
        if (line == null || !line.remove(one)) return false;
        if (line.isEmpty()) lines.remove(one.network());
        waiting--;
        return true;
    }

    /** Who has the next turn; their line has the last one then. Null: nobody waits. */
    private Waiting<?> next() {
        if (waiting == 0) return null;
        var network = lines.keySet().iterator().next();
        var line = lines.remove(network);
        var next = line.removeFirst();
        if (!line.isEmpty()) lines.put(network, line);
        waiting--;
        return next;
    }

    /** Would somebody come too late with so many pieces of work, their own included, shared by all who work? */
    private synchronized boolean isTooLate(Deadline deadline, int pieces) {
        var needed = TimeUnit.NANOSECONDS.toMillis(usualNanos * pieces / width);
        return needed + WAY_BACK_MILLIS > deadline.remainingMillis();
    }

    private void leaveInTime(Waiting<?> one) {
        var patience = Math.max(1, one.deadline().remainingMillis() - WAY_BACK_MILLIS);
        var timer = vertx.setTimer(patience, tick -> {
            boolean waited;
            synchronized (this) {
                waited = leaveLine(one);
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
        var late = isTooLate(one.deadline(), width);
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
            next = next();
            if (next == null) inside--;
        }
        if (next != null) begin(next);
    }
}
