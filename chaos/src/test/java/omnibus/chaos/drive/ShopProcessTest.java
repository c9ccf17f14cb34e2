package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShopProcessTest {
    private Process sleeper;
    private ShopProcess process;

    @BeforeEach
    void aProcess() throws IOException {
        sleeper = new ProcessBuilder("sleep", "60").start();
        process = ShopProcess.living("order", "order-1", sleeper.pid(), 0).orElseThrow();
    }

    @AfterEach
    void itsEnd() {
        sleeper.destroyForcibly();
    }

    @Test
    void aStoppedProcessGoesOnWhenItIsTold() throws IOException {
        ShopProcess.signal("STOP", false, List.of(process));
        awaitState("T");
        ShopProcess.signal("CONT", false, List.of(process));
        awaitState("S");
        assertTrue(process.alive());
    }

    @Test
    void aKilledProcessIsNotAlive() throws InterruptedException {
        ShopProcess.signal("KILL", false, List.of(process));
        assertTrue(sleeper.waitFor(10, TimeUnit.SECONDS));
        assertFalse(process.alive());
    }

    @Test
    void aLaterProcessWithTheSamePidIsLeftAlone() {
        var earlier = new ShopProcess("order", "order-0", sleeper.pid(), "1", 0);
        assertFalse(earlier.alive());
        ShopProcess.signal("KILL", false, List.of(earlier));
        assertTrue(process.alive());
    }

    @Test
    void aServerIsStoppedWithItsWorkers() throws IOException, InterruptedException {
        var server = new ProcessBuilder("sh", "-c", "sleep 60 & wait").start();
        try {
            var parent =
                    ShopProcess.living("postgres", "postgres", server.pid(), 0).orElseThrow();
            var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (server.descendants().findAny().isEmpty() && System.nanoTime() < deadline)
                LockSupport.parkNanos(1_000_000);
            var worker = server.descendants().findAny().orElseThrow();
            ShopProcess.signal("STOP", true, List.of(parent));
            awaitState(worker.pid(), "T");
            ShopProcess.signal("KILL", true, List.of(parent));
        } finally {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly().waitFor();
        }
    }

    private void awaitState(String state) throws IOException {
        awaitState(sleeper.pid(), state);
    }

    private static void awaitState(long pid, String state) throws IOException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        String seen;
        do {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            seen = stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
            if (seen.equals(state)) return;
            LockSupport.parkNanos(1_000_000);
        } while (System.nanoTime() < deadline);
        assertEquals(state, seen);
    }
}
