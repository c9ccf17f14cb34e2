package omnibus.gateway;

/**
 * A token bucket: {@code perSecond} calls a second in the long run, and at most as many at once. Time is given by the
 * caller, in nanoseconds.
 */
final class TokenBucket {
    private final int capacity;
    private final double tokensPerNano;
    private double tokens;
    private long filledAt;

    TokenBucket(int perSecond, long now) {
        this.capacity = perSecond;
        this.tokensPerNano = perSecond / 1e9;
        this.tokens = capacity;
        this.filledAt = now;
    }

    /** Takes one token if there is one. */
    boolean take(long now) {
        fill(now);
        if (tokens < 1) return false;
        tokens -= 1;
        return true;
    }

    /** Whole tokens left after the last {@link #take}. */
    int left() {
        return (int) tokens;
    }

    /** Seconds, rounded up, until the next token is there; zero when one is. */
    long secondsToNext() {
        return tokens >= 1 ? 0 : seconds(1 - tokens);
    }

    /** Seconds, rounded up, until the bucket is full again. */
    long secondsToFull() {
        return seconds(capacity - tokens);
    }

    private long seconds(double missing) {
        return (long) Math.ceil(missing / tokensPerNano / 1e9);
    }

    private void fill(long now) {
        tokens = Math.min(capacity, tokens + (now - filledAt) * tokensPerNano);
        filledAt = now;
    }
}
