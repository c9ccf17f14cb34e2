package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetachedTest {
    @TempDir
    private Path directory;

    private ProcessMark process;
    private Path log;

    @BeforeEach
    void aProcess() {
        log = directory.resolve("out.log");
        process = Detached.start(
                List.of("sh", "-c", "echo told $OMNIBUS_INSTANCE; echo complaint >&2; exec sleep 60"),
                Map.of("OMNIBUS_INSTANCE", "order-7f3a"),
                directory,
                log);
        Poll.until(
                Duration.ofSeconds(5),
                Duration.ofMillis(10),
                () -> Files.exists(log)
                        && LogFiles.tail(log, 9).size() == 2
                        && command().contains("sleep"));
    }

    private String command() {
        return ProcessHandle.of(process.pid())
                .flatMap(it -> it.info().command())
                .orElse("");
    }

    @AfterEach
    void end() {
        process.kill();
    }

    @Test
    void itLeadsASessionOfItsOwn() throws IOException {
        var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        var session = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
        assertEquals(Long.toString(process.pid()), session);
    }

    @Test
    void itHasNoDescriptorButTheNullDeviceAndItsLog() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            var open =
                    descriptors.collect(Collectors.toMap(it -> it.getFileName().toString(), DetachedTest::target));
            assertEquals(Map.of("0", "/dev/null", "1", log.toString(), "2", log.toString()), open);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whatItSaysIsInItsLog() {
        assertEquals(List.of("told order-7f3a", "complaint"), LogFiles.tail(log, 9));
    }

    @Test
    void itWorksInTheHomeAndHoldsNoOtherDirectory() {
        assertEquals(directory.toString(), target(Path.of("/proc/" + process.pid() + "/cwd")));
    }

    @Test
    void itEndsOnSigterm() {
        process.terminate();
        assertTrue(Poll.until(Duration.ofSeconds(5), Duration.ofMillis(20), () -> !process.alive()));
        assertFalse(process.alive());
    }

    @Test
    void whatMustNotBeInTheWayIsLastAmongSessionsAndInItsOwn() throws IOException, InterruptedException {
        var says = "nice; cat /proc/self/autogroup 2>/dev/null || echo the kernel does not share by session, nice 19";
        var humble = new ProcessBuilder(Detached.atLowestPriority(List.of("sh", "-c", says)))
                .redirectErrorStream(true)
                .start();
        var said = new String(humble.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, humble.waitFor(), said);
        assertTrue(said.matches("(?s)19\n.* nice 19\n"), said);
    }
}
