package omnibus.chaos.agent;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The line between this JVM and all others. While it is cut, what would pass waits and comes late, in its order, when the
 * line is back: so TCP does. What waits on a connection that was closed meanwhile is lost with it. Knows neither Hazelcast
 * nor Vert.x: not every JVM has them.
 */
final class Line {
    static final Line OF_THIS_JVM = new Line();

    private final Deque<Runnable> late = new ArrayDeque<>();
    private boolean cut;
    private Thread catchingUp;
    /** Cut, or catching up; read without the lock, since everything passes here. */
    private volatile boolean busy;

    synchronized void cut() {
        cut = true;
        busy = true;
    }

    /** Returns when all that has waited has passed. */
    void join() {
        synchronized (this) {
            cut = false;
            catchingUp = Thread.currentThread();
        }
        for (var next = next(); next != null; next = next()) pass(next);
    }

    private synchronized Runnable next() {
        var next = late.poll();
        if (next != null) return next;
        catchingUp = null;
        busy = cut;
        return null;
    }

    private static void pass(Runnable act) {
        try {
            act.run();
        } catch (RuntimeException e) {
            System.err.println("chaos agent: what has waited for the line fails: " + e);
        }
    }

    boolean isBusy() {
        return busy;
    }

    /** True when it has to wait: it is done later, behind all that waits already. */
    boolean holds(Runnable act) {
        return busy && enqueue(act);
    }

    private synchronized boolean enqueue(Runnable act) {
        if (!busy || Thread.currentThread() == catchingUp) return false;
        late.add(act);
        return true;
    }
}
