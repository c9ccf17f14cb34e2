package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import omnibus.chaos.agent.Deed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeathsTest {
    private static final Instant KILLED = Instant.parse("2026-01-15T09:30:00.123Z");
    private static final Instant HALTED = Instant.parse("2026-01-15T09:31:00Z");

    @Test
    void whoWasKilledOrHaltedIsDeadAndWhoWasFrozenIsNot(@TempDir Path folder) throws IOException {
        var faults = folder.resolve("faults.jsonl");
        try (var log = new FaultLog(faults, System.out)) {
            log.tell(FaultKind.STOP, "stop", "order-aaaa (11) for 5.0 s");
        }
        Files.writeString(
                faults,
                Files.readString(faults) + "{\"at\":\"" + KILLED
                        + "\",\"action\":\"kill\",\"victims\":\"order-1bfb (21383), payment-74ae (2)\"}\n");
        var diary = List.of(
                new Deed(HALTED, "order-cccc", 12, "halted", "before reserve", "passage 1"),
                new Deed(HALTED, "order-dddd", 13, "armed", "before reserve", ""));
        assertEquals(
                Map.of("order-1bfb", KILLED, "payment-74ae", KILLED, "order-cccc", HALTED), Deaths.of(faults, diary));
    }
}
