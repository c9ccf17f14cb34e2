package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {
    @TempDir
    private Path directory;

    private HomeLock lock;

    @BeforeEach
    void aHome() {
        lock = new HomeLock(new Home(directory.resolve("home")).create());
    }

    @Test
    void whatIsDoneAloneIsRefusedToASecondOneAndOtherThingsAreNot() {
        lock.alone("plug-wishes", () -> {
            var refusal = assertThrows(Failure.class, () -> lock.alone("plug-wishes", () -> 1));
            assertTrue(refusal.text().contains("Another omnibus command does the same"), refusal.text());
            assertEquals(2, lock.alone("plug-reviews", () -> 2));
            assertEquals(3, lock.hold(() -> 3));
            return null;
        });
        assertEquals(4, lock.alone("plug-wishes", () -> 4));
    }

    @Test
    void whatOthersWaitForMayBeDoneByTwoAndIsOverInTheEnd() {
        lock.during("down", () -> {
            lock.during("down", () -> assertFalse(lock.awaitEndOf("down", Duration.ZERO)));
            assertFalse(lock.awaitEndOf("down", Duration.ZERO));
            assertTrue(lock.awaitEndOf("something else", Duration.ZERO));
        });
        assertTrue(lock.awaitEndOf("down", Duration.ZERO));
    }
}
