package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import omnibus.chaos.check.Report;
import omnibus.chaos.check.Verdict;
import org.junit.jupiter.api.Test;

class FinalCheckTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    void followersThatHaveNotHeardYetAreWaitedFor() throws Exception {
        assertFalse(check(PATIENCE, violating("I9"), violating()).violated());
    }

    @Test
    void followersThatNeverHearAreAFinding() throws Exception {
        assertTrue(check(Duration.ZERO, violating("I9")).violated());
    }

    @Test
    void whatElseIsViolatedIsNotGivenTimeToGoAway() throws Exception {
        var report = check(PATIENCE, violating("I3", "I9"), violating());
        assertEquals(1, report.verdict("I3").violations());
    }

    private static Report check(Duration patience, Report... looks) throws Exception {
        Queue<Report> left = new ArrayDeque<>(List.of(looks));
        return FinalCheck.whenHeard(left::remove, patience);
    }

    private static Report violating(String... ids) {
        var violated = List.of(ids);
        var verdicts = List.of("I3", "I9").stream()
                .map(id -> new Verdict(id, "holds", 1, violated.contains(id) ? 1 : 0, List.of()))
                .toList();
        return new Report(verdicts, 1, 0, 1, 0);
    }
}
