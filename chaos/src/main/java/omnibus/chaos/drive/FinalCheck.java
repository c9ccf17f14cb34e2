package omnibus.chaos.drive;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import omnibus.chaos.check.Checker;
import omnibus.chaos.check.Report;
import omnibus.chaos.check.Sampled;
import omnibus.chaos.check.Verdict;
import omnibus.chaos.facts.Facts;

/**
 * The verdict on a shop whose orders have ended. Followers hear of the last change a moment after it, and one that was
 * killed hears of it when it has started again: I9 is given as long as orders are given to end. All else must hold at once.
 */
final class FinalCheck {
    private static final Duration HEARING = Duration.ofSeconds(30);
    private static final int LOOK_MILLIS = 500;

    /** One look at everything. */
    interface Look {
        Report take() throws IOException, SQLException;
    }

    private FinalCheck() {}

    static Report of(Path history, Path home, Sampled sampled) throws IOException, SQLException, InterruptedException {
        return whenHeard(() -> Checker.check(history, Facts.of(home), sampled), HEARING);
    }

    static Report whenHeard(Look look, Duration patience) throws IOException, SQLException, InterruptedException {
        var until = Instant.now().plus(patience);
        var report = look.take();
        while (onlyHearingIsMissing(report) && Instant.now().isBefore(until)) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            report = look.take();
        }
        return report;
    }

    private static boolean onlyHearingIsMissing(Report report) {
        var violated = report.verdicts().stream()
                .filter(verdict -> verdict.outcome() == Verdict.Outcome.VIOLATED)
                .map(Verdict::id)
                .toList();
        return violated.size() == 1 && violated.contains("I9");
    }
}
