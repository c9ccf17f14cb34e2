package omnibus.payment;

import java.util.function.LongSupplier;

/**
 * Stops asking a provider that does not answer: after ten failures in a row it is left alone for two seconds, then asked
 * one question at a time until one is answered. Counts failures in a row and not within a window, as
 * vertx-circuit-breaker does: of a few hundred calls a second one in a hundred may well be lost, and a window would call
 * that an outage. Used from one event loop.
 */
final class Breaker {
    private static final int FAILURES_TO_OPEN = 10;
    private static final long OPEN_NANOS = 2_000_000_000L;

    private final LongSupplier nanoTime;
    private int failures;
    private long openUntil;
    private boolean probing;

    Breaker(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Whether to ask. Whoever was told yes reports how it went. */
    boolean admits() {
        if (failures < FAILURES_TO_OPEN) return true;
        if (probing || nanoTime.getAsLong() - openUntil < 0) return false;
        probing = true;
        return true;
    }

    void succeeded() {
        failures = 0;
        probing = false;
    }

    void failed() {
        probing = false;
        failures++;
        if (failures >= FAILURES_TO_OPEN) openUntil = nanoTime.getAsLong() + OPEN_NANOS;
    }

    boolean isOpen() {
        return failures >= FAILURES_TO_OPEN;
    }
}
