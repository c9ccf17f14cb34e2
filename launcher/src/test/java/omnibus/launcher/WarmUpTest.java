package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private static boolean isWarm(long youngMillis, long beforeMillis) {
        return WarmUp.isWarm(Duration.ofMillis(youngMillis), Duration.ofMillis(beforeMillis));
    }

    @Test
    void whoNeedsSeveralTimesAsMuchForTheSameWorkIsStillCompiling() {
        assertFalse(isWarm(800, 200));
        assertTrue(isWarm(400, 200));
    }

    @Test
    void inAShopWithoutVisitorsNobodyIsWaitedForLong() {
        assertTrue(isWarm(40, 0));
        assertFalse(isWarm(500, 10));
    }
}
