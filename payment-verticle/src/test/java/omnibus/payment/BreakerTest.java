package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private final AtomicLong now = new AtomicLong();
    private final Breaker breaker = new Breaker(now::get);

    private void fail(int times) {
        for (var i = 0; i < times; i++) breaker.failed();
    }

    @Test
    void tenFailuresInARowOpenIt() {
        fail(9);
        assertTrue(breaker.admits());
        fail(1);
        assertFalse(breaker.admits());
        assertTrue(breaker.isOpen());
    }

    @Test
    void aSuccessInBetweenStartsTheCountAgain() {
        fail(9);
        breaker.succeeded();
        fail(9);
        assertTrue(breaker.admits());
    }

    @Test
    void afterTwoSecondsItAsksOneQuestionAtATime() {
        fail(10);
        now.addAndGet(2_000_000_000L);
        assertTrue(breaker.admits());
        assertFalse(breaker.admits());
        fail(1);
        assertFalse(breaker.admits());
        now.addAndGet(2_000_000_000L);
        assertTrue(breaker.admits());
        breaker.succeeded();
        assertTrue(breaker.admits());
        assertTrue(breaker.admits());
    }
}
