package omnibus.platform.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import omnibus.platform.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorAndDeadlineTest {
    @Test
    void aCursorGivesBackWhatItWasMadeOf() {
        assertEquals(List.of("2026-01-01", "äöü|&", "5"), PageCursor.parse(PageCursor.of("2026-01-01", "äöü|&", 5), 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish!", "YWJj"})
    void aCursorWeDidNotIssueIsRefused(String cursor) {
        assertEquals(
                "invalid-cursor",
                assertThrows(Problem.class, () -> PageCursor.parse(cursor, 2)).code());
    }

    @Test
    void aDeadlineOfTheePastHasPassed() {
        assertTrue(Deadline.inMillis(-1).passed());
        assertTrue(Deadline.inMillis(60_000).remainingMillis() > 1_000);
    }
}
