package omnibus.gateway;

/**
 * Whether a client keeps pace: what it sends or takes must come at {@link #BYTES_PER_SECOND}, after some seconds of grace.
 * Waiting for it uses up patience, and bytes give some back, never more than there was at first: whoever has sent much at
 * once may pause for no longer than others. Time during which we ourselves keep the client waiting does not count. In
 * nanoseconds.
 */
final class Pace {
    private static final long GRACE_NANOS = 8_000_000_000L;
    private static final long BYTES_PER_SECOND = 4 * 1024;

    private long patience = GRACE_NANOS;
    private long waitingSince;
    private boolean waiting;

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
        patience -= now - waitingSince;
    }

    boolean isClientsTurn() {
        return waiting;
    }

    /** So much of the time that has passed is not the client's fault. */
    void forgive(long nanos) {
        if (waiting) waitingSince += nanos;
    }

    void moved(long bytes, long now) {
        if (waiting) {
            patience -= now - waitingSince;
            waitingSince = now;
        }
        patience = Math.min(GRACE_NANOS, patience + bytes * 1_000_000_000L / BYTES_PER_SECOND);
    }

    /** A new thing to send or to take: the past is forgiven. */
    void restart() {
        waiting = false;
        patience = GRACE_NANOS;
    }

    boolean tooSlow(long now) {
        return waiting && now - waitingSince > patience;
    }
}
