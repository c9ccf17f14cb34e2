package omnibus.chaos.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static Report afterManyLosses() {
        var findings = new Findings("I6");
        findings.checked(100);
        for (var i = 0; i < 12; i++) findings.violated("order-" + i, "the acknowledged order", "no such order");
        var nothing = new Findings("I7");
        var well = new Findings("I8");
        well.checked(1_234);
        return new Report(
                List.of(findings.verdict("nothing lost"), nothing.verdict("same key"), well.verdict("no orphans")),
                100,
                2,
                30,
                1);
    }

    @Test
    void peopleReadOneLineForEachInvariantAndTheFirstExamples() {
        var lines = afterManyLosses().table().lines().toList();
        assertEquals("I6   nothing lost  VIOLATED        100 checked, 12 violations", lines.get(0));
        assertEquals("       order-0: expected the acknowledged order, found no such order", lines.get(1));
        assertEquals("       and 2 more", lines.get(11));
        assertEquals("I7   same key      UNCHECKED         0 checked", lines.get(12));
        assertEquals("I8   no orphans    held          1,234 checked", lines.get(13));
        assertEquals("100 orders, 2 of them wait for a person", lines.get(14));
        assertEquals("30 samples during the run, 1 missed", lines.get(15));
    }

    @Test
    void programsReadTheSameAsJson() {
        var json = afterManyLosses().json();
        assertTrue(json.path("violated").asBoolean());
        assertEquals(false, json.path("held").asBoolean());
        assertEquals(2, json.path("reviews").asInt());
        var lost = json.path("invariants").path(0);
        assertEquals("I6", lost.path("id").asText());
        assertEquals("VIOLATED", lost.path("outcome").asText());
        assertEquals(12, lost.path("violations").asInt());
        assertEquals(10, lost.path("examples").size());
        assertEquals("order-0", lost.path("examples").path(0).path("subject").asText());
        assertEquals(
                "UNCHECKED", json.path("invariants").path(1).path("outcome").asText());
    }
}
