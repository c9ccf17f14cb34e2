package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void theFirstEndIsAnsweredAtOnceThenTheWaitDoublesUpToItsLimit() {
        var waits = java.util.stream.IntStream.rangeClosed(1, 9)
                .mapToObj(Backoff.STANDARD::before)
                .map(Duration::toSeconds)
                .toList();
        assertEquals(java.util.List.of(0L, 1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L), waits);
        assertEquals(Duration.ofSeconds(30), Backoff.STANDARD.before(Integer.MAX_VALUE));
    }

    @Test
    void earlyEndsAddUpAndALongLifeForgivesThem() {
        var instance = new Instance("order", "order-1", new ProcessMark(1, "x"), 0, START, 3, 4, "b", null, null);
        var early = instance.died(START.plusSeconds(5), Backoff.STANDARD);
        assertEquals(5, early.failures());
        assertEquals(START.plusSeconds(5 + 8), early.retryAt());
        var late = instance.died(START.plusSeconds(3_600), Backoff.STANDARD);
        assertEquals(1, late.failures());
        assertEquals(START.plusSeconds(3_600), late.retryAt());
    }
}
