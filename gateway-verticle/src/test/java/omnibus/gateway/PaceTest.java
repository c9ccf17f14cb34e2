package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = 1_000_000_000L;
    private final Pace pace = new Pace();

    @Test
    void whoSendsAByteEveryTenSecondsIsTooSlow() {
        pace.clientsTurn(0);
        pace.moved(1, 0);
        assertFalse(pace.tooSlow(7 * SECOND));
        assertTrue(pace.tooSlow(9 * SECOND));
    }

    @Test
    void whoKeepsPaceMayTakeLong() {
        pace.clientsTurn(0);
        for (var second = 1; second <= 3_600; second++) {
            pace.moved(5_000, second * SECOND);
            assertFalse(pace.tooSlow(second * SECOND));
        }
    }

    @Test
    void muchAtOnceBuysNoLongerPause() {
        pace.clientsTurn(0);
        pace.moved(1_000_000, SECOND);
        assertFalse(pace.tooSlow(8 * SECOND));
        assertTrue(pace.tooSlow(10 * SECOND));
    }

    @Test
    void ourOwnTimeDoesNotCount() {
        pace.clientsTurn(0);
        pace.ourTurn(2 * SECOND);
        assertFalse(pace.tooSlow(600 * SECOND));
        pace.clientsTurn(600 * SECOND);
        assertFalse(pace.tooSlow(605 * SECOND));
        assertTrue(pace.tooSlow(607 * SECOND));
    }

    @Test
    void whatIsForgivenDoesNotCount() {
        pace.clientsTurn(0);
        pace.forgive(20 * SECOND);
        assertFalse(pace.tooSlow(27 * SECOND));
        assertTrue(pace.tooSlow(29 * SECOND));
    }

    @Test
    void anAnswerStartsAnew() {
        pace.clientsTurn(0);
        pace.ourTurn(7 * SECOND);
        pace.restart();
        pace.clientsTurn(10 * SECOND);
        assertFalse(pace.tooSlow(17 * SECOND));
    }
}
