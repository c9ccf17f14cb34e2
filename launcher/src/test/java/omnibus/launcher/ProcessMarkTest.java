package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessMarkTest {
    private final ProcessMark self =
            ProcessMark.of(ProcessHandle.current().pid()).orElseThrow();

    @Test
    void aLivingProcessIsRecognisedAgain() {
        assertTrue(self.alive());
        assertEquals(self, ProcessMark.of(self.pid()).orElseThrow());
    }

    @Test
    void theSamePidBornAtAnotherTimeIsAnotherProcess() {
        assertFalse(new ProcessMark(self.pid(), "1@00000000").alive());
    }

    @Test
    void aStrangerWithTheSamePidIsNeverSignalled() throws IOException, InterruptedException {
        var stranger = new ProcessBuilder("sleep", "60").start();
        var stale = new ProcessMark(stranger.pid(), "1@00000000");
        stale.terminate();
        stale.kill();
        stale.interrupt();
        assertTrue(stranger.isAlive());
        stranger.destroyForcibly().waitFor();
    }

    /** The shell's own child ends while the shell, busy, does not collect it. */
    @Test
    void aZombieIsNotAlive() throws IOException {
        var parent = new ProcessBuilder("sh", "-c", "true & exec sleep 60").start();
        try {
            boolean seen = Poll.until(
                    Duration.ofSeconds(5),
                    Duration.ofMillis(20),
                    () -> parent.descendants()
                            .anyMatch(child -> ProcessMark.of(child.pid()).isEmpty() && child.isAlive()));
            assertTrue(seen, "a process that ended and was not collected");
        } finally {
            parent.destroyForcibly();
        }
    }

    /** A test run in the background of a script has SIGINT ignored, and its children inherit that unless told otherwise. */
    @Test
    void interruptReachesTheProcess() throws IOException, InterruptedException {
        var sleeper = new ProcessBuilder("env", "--default-signal=INT", "sleep", "60").start();
        var mark = ProcessMark.of(sleeper.pid()).orElseThrow();
        boolean ended = Poll.until(Duration.ofSeconds(10), Duration.ofMillis(20), () -> {
            mark.interrupt();
            return !sleeper.isAlive();
        });
        assertTrue(ended, "the interrupt did not arrive");
        assertEquals(130, sleeper.waitFor());
    }
}
