package omnibus.platform.call;

import java.time.Duration;

/**
 * The moment after which nobody waits for an answer any more. On the bus it travels as the milliseconds that are left,
 * so clocks of different machines need not agree.
 */
public final class Deadline {
    private final long atNanos;

    private Deadline(long atNanos) {
        this.atNanos = atNanos;
    }

    public static Deadline in(Duration span) {
        return inMillis(span.toMillis());
    }

    public static Deadline inMillis(long millis) {
        return new Deadline(System.nanoTime() + millis * 1_000_000);
    }

    /** Milliseconds left; zero or less when the deadline has passed. */
    public long remainingMillis() {
        return (atNanos - System.nanoTime()) / 1_000_000;
    }

    public boolean passed() {
        return remainingMillis() <= 0;
    }
}
