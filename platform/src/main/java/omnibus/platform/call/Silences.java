package omnibus.platform.call;

/**
 * The share of calls that met silence lately, each call weighing a tenth less than the one after it. A breaker that counted
 * silences alone would open for a busy service on a line that loses some messages, where repeating is the cure.
 */
final class Silences {
    private static final double NEWEST = 0.1;
    private static final double MOST = 0.5;

    private double share;

    /** Takes note of a call's end. True when it is one silence of many: the service does not answer. */
    synchronized boolean isOneOfMany(boolean silent) {
        share += NEWEST * ((silent ? 1 : 0) - share);
        return silent && share > MOST;
    }
}
