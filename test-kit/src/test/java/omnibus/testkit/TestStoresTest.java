package omnibus.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestStoresTest {
    @TempDir
    Path machine;

    /** A test run of its own: starts a server, tells of it, and waits. */
    static final class Run {
        private Run() {}

        public static void main(String[] arguments) throws Exception {
            TestStores.postgres("order");
            Files.writeString(Path.of(arguments[0]), "started");
            System.in.read();
        }
    }

    private Process run(Path started) throws IOException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-Djava.io.tmpdir=" + machine,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Run.class.getName(),
                        started.toString())
                .redirectErrorStream(true)
                .start();
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var line = lines.readLine();
            while (line != null && !line.contains("answers on port")) line = lines.readLine();
        }
        return process;
    }

    private ProcessHandle server() throws IOException {
        try (var files = Files.walk(machine)) {
            var pidFiles = files.filter(file -> file.endsWith("postmaster.pid")).collect(Collectors.toList());
            assertEquals(1, pidFiles.size());
            var pid = Files.readAllLines(pidFiles.get(0)).get(0);
            return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        }
    }

    @Test
    void theNextRunStopsWhatAKilledOneLeftBehind() throws Exception {
        var killed = run(machine.resolve("first"));
        var stray = server();
        killed.destroyForcibly().waitFor();
        assertTrue(stray.isAlive());
        var next = run(machine.resolve("second"));
        assertFalse(stray.isAlive());
        var own = server();
        next.destroy();
        next.waitFor();
        assertFalse(own.isAlive());
    }

    @Test
    void everyCallGivesADatabaseOfItsOwn() {
        assertNotEquals(
                TestStores.postgres("order").database(),
                TestStores.postgres("order").database());
        assertNotEquals(TestStores.redis(), TestStores.redis());
        assertNotEquals(TestStores.mongo(), TestStores.mongo());
    }
}
