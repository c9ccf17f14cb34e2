package omnibus.platform.call;

/**
 * Keeps retries within a tenth of the calls, and never below ten a second, so that retries cannot multiply an overload
 * (Google SRE book, "Handling Overload"). A call adds a tenth of a token, a retry takes one; time adds ten a second.
 */
final class RetryBudget {
    private static final double PER_CALL = 0.1;
    private static final double PER_SECOND = 10;
    private static final double CAPACITY = 100;

    private double tokens = PER_SECOND;
    private long at = System.nanoTime();

    synchronized void called() {
        tokens = Math.min(CAPACITY, tokens + PER_CALL);
    }

    synchronized boolean take() {
        var now = System.nanoTime();
        tokens = Math.min(CAPACITY, tokens + (now - at) / 1e9 * PER_SECOND);
        at = now;
        if (tokens < 1) return false;
        tokens -= 1;
        return true;
    }
}
