package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import omnibus.chaos.check.Report;
import omnibus.chaos.check.Verdict;
import omnibus.chaos.check.Violation;
import omnibus.chaos.drive.RunReport.Promise;
import org.junit.jupiter.api.Test;

class RunReportTest {
    private static RunReport report(boolean promiseHeld, Violation... violations) {
        var tally = new Tally();
        tally.asked();
        tally.acknowledged(120);
        var verdict = new Verdict("I4", "nothing is oversold", 10, violations.length, List.of(violations));
        return new RunReport(
                7,
                List.of("kill"),
                60,
                Map.of("kill kill", 12),
                tally.figures(),
                Map.of("CONFIRMED", 1),
                3.5,
                1,
                new Backlog.Takeovers(1, 0.4, 0.5, 0.6),
                2,
                List.of(new Promise("no answer is a 500", promiseHeld, "0 were")),
                new Report(List.of(verdict), 1, 0, 60, 0),
                List.of("history.jsonl"));
    }

    @Test
    void itHoldsOnlyWhenEveryPromiseAndEveryInvariantDoes() {
        assertTrue(report(true).held());
        assertFalse(report(false).held());
        assertFalse(
                report(true, new Violation("I4", "CHAOS-00", "0 or more", "-1")).held());
    }

    @Test
    void forProgramsItIsOneObject() {
        var json = Json.parse(report(true).json().getBytes(StandardCharsets.UTF_8));
        assertTrue(json.path("held").asBoolean());
        assertEquals(7, json.path("seed").asLong());
        assertEquals(100, json.path("shoppers").path("acknowledgedPercent").asInt());
        assertEquals(
                "I4",
                json.path("invariants").path("invariants").path(0).path("id").asText());
        assertEquals(1, json.path("ordersByStatus").path("CONFIRMED").asInt());
    }

    @Test
    void forPeopleItNamesTheSeedAndWhatIsViolated() {
        var text =
                report(true, new Violation("I4", "CHAOS-00", "0 or more", "-1")).text();
        assertTrue(text.contains("seed            7, kill"), text);
        assertTrue(text.contains("CHAOS-00: expected 0 or more, found -1"), text);
        assertTrue(text.contains("VIOLATED"), text);
    }
}
