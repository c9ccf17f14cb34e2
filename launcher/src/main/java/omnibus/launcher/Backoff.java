package omnibus.launcher;

import java.time.Duration;

/**
 * How long a place stays empty after its process ended: nothing the first time, then 1 s, 2 s, 4 s up to the limit, so
 * that a process that cannot start costs little and one that was killed is back at once.
 */
record Backoff(Duration first, Duration limit, Duration longLife) {
    static final Backoff STANDARD = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(30));

    /** The wait before the next start, after {@code failures} (1 or more) early ends in a row. */
    Duration before(int failures) {
        if (failures <= 1) return Duration.ZERO;
        var wait = first.multipliedBy(1L << Math.min(failures - 2, 20));
        return wait.compareTo(limit) < 0 ? wait : limit;
    }

    boolean forgives(Duration lived) {
        return lived.compareTo(longLife) >= 0;
    }
}
