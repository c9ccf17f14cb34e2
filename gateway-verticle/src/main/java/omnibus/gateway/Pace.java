package omnibus.gateway;

/**
 * Whether a client keeps pace: what it sends or takes must come at {@link #BYTES_PER_SECOND} on the average, after some
 * seconds of grace. Time during which we ourselves keep the client waiting does not count. In nanoseconds.
 */
final class Pace {
    private static final long GRACE_NANOS = 8_000_000_000L;
    private static final long BYTES_PER_SECOND = 4 * 1024;

    private long waitingSince;
    private boolean waiting;
    private long waitedNanos;
    private long bytes;

    /** From now on it is the client's turn. */
    void clientsTurn(long now) {
        if (waiting) return;
        waiting = true;
        waitingSince = now;
    }

    /** From now on it is our turn. */
    void ourTurn(long now) {
        if (!waiting) return;
        waiting = false;
        waitedNanos += now - waitingSince;
    }

    /** So much of the time that has passed is not the client's fault. */
    void forgive(long nanos) {
        if (waiting) waitingSince += nanos;
    }

    void moved(long more) {
        bytes += more;
    }

    /** A new thing to send or to take: the past is forgiven. */
    void restart() {
        waiting = false;
        waitedNanos = 0;
        bytes = 0;
    }

    boolean tooSlow(long now) {
        var waited = waitedNanos + (waiting ? now - waitingSince : 0);
        return waiting && waited > GRACE_NANOS + bytes * 1_000_000_000L / BYTES_PER_SECOND;
    }
}
