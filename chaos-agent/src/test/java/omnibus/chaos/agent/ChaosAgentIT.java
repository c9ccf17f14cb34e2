package omnibus.chaos.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent's jar, as a shop is started with it. */
class ChaosAgentIT {
    private static final String JAR = System.getProperty("chaos.agent");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private record Run(int exit, String said) {}

    @TempDir
    Path temp;

    private static Run run(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it ends");
        return new Run(process.exitValue(), said.strip());
    }

    private Run placeWithAgent(Path classes, String... orders) throws Exception {
        var command = new ArrayList<>(List.of(JAVA, "-javaagent:" + JAR + "=" + temp.resolve("faults"), "-cp"));
        command.add(classes + File.pathSeparator + TinyShop.libraries());
        command.add(TinyShop.MAIN);
        command.addAll(List.of(orders));
        return run(command.toArray(String[]::new));
    }

    @Test
    void aJvmDiesAtTheNthPassageWithTheStatusOfAKillAndItsSuccessorLives() throws Exception {
        var classes = TinyShop.compiled(temp.resolve("classes"));
        var directory = new FaultDirectory(temp.resolve("faults"));
        var file =
                directory.arm(Arming.halt(Failpoint.named("order.place.after").orElseThrow(), 2));

        var first = placeWithAgent(classes, "fails", "a", "fails", "b", "c");
        assertEquals(Passages.KILLED, first.exit(), first.said());
        assertEquals(List.of("fails", "a", "fails"), first.said().lines().toList());
        assertTrue(FaultDirectory.isDone(file));

        var second = placeWithAgent(classes, "b", "c");
        assertEquals(0, second.exit(), second.said());
        assertEquals(
                List.of("armed", "woven", "halted", "woven"),
                directory.diary().stream().map(Deed::what).toList());
    }

    @Test
    void theJarListsItsCatalogue() throws Exception {
        var list = run(JAVA, "-jar", JAR, "--list");
        assertEquals(0, list.exit());
        assertEquals(
                Failpoint.all().stream().map(Failpoint::name).toList(),
                list.said().lines().map(line -> line.split("\t")[0]).toList());
    }
}
