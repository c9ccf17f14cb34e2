package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrowdRunTest {
    @TempDir
    private Path home;

    @Test
    void deadlocksAreCountedInTheLogOfPostgresAndAMissingLogIsNoneOfThem() throws IOException {
        assertEquals(-1, CrowdRun.deadlocks(home));
        var log = Files.createDirectories(home.resolve("logs")).resolve("postgres.log");
        Files.writeString(log, "LOG: ready\n");
        assertEquals(0, CrowdRun.deadlocks(home));
        Files.writeString(log, "[1] inventory@inventory ERROR:  deadlock detected\nDETAIL: two processes\n");
        assertEquals(1, CrowdRun.deadlocks(home));
    }

    @Test
    void beingPutOffIsFineWhereRetryAfterSaysForHowLongAndA500IsNot() {
        assertTrue(CrowdRun.politeness(Map.of("201", 5, "503 overloaded", 7)).held());
        assertFalse(CrowdRun.politeness(Map.of("429 too-many-requests without Retry-After", 1))
                .held());
        assertFalse(CrowdRun.politeness(Map.of("500 internal", 1)).held());
    }
}
