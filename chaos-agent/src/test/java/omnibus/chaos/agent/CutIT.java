package omnibus.chaos.agent;

import static omnibus.chaos.agent.TinyMember.ALONE;
import static omnibus.chaos.agent.TinyMember.ANSWERED;
import static omnibus.chaos.agent.TinyMember.TWO;
import static omnibus.chaos.agent.TinyMember.UNANSWERED;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two JVMs with the agent, joined by Hazelcast and the event bus as those of the shop are. */
class CutIT {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path temp;

    private final List<Process> processes = new ArrayList<>();
    private FaultDirectory directory;
    private BlockingQueue<String> stays;
    private BlockingQueue<String> isCut;

    /** @param heartbeatSeconds after so many without a word of the other each is alone */
    private void startBoth(int heartbeatSeconds) throws Exception {
        directory = new FaultDirectory(temp);
        var ports = freePorts();
        stays = start("stays", "is-cut", ports.get(0), ports.get(1), heartbeatSeconds);
        await(stays, ALONE);
        isCut = start("is-cut", "stays", ports.get(1), ports.get(0), heartbeatSeconds);
        await(stays, TWO);
        await(isCut, ANSWERED);
        await(stays, ANSWERED);
    }

    @AfterEach
    void endBoth() throws Exception {
        for (var process : processes) process.destroyForcibly().waitFor();
    }

    private static List<String> freePorts() throws IOException {
        try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return List.of("" + one.getLocalPort(), "" + other.getLocalPort());
        }
    }

    private BlockingQueue<String> start(String name, String other, String port, String otherPort, int heartbeatSeconds)
            throws IOException {
        var tests = TinyMember.class.getProtectionDomain().getCodeSource().getLocation();
        var classPath = TinyShop.libraries() + File.pathSeparator + tests.getPath();
        var agent = "-javaagent:" + System.getProperty("chaos.agent") + "=" + temp;
        var builder = new ProcessBuilder(
                JAVA,
                "-Xmx96m",
                agent,
                "-cp",
                classPath,
                TinyMember.class.getName(),
                name,
                other,
                port,
                otherPort,
                "" + heartbeatSeconds);
        builder.environment().put("OMNIBUS_INSTANCE", name);
        var process = builder.redirectErrorStream(true).start();
        processes.add(process);
        var said = new LinkedBlockingQueue<String>();
        var reader = new Thread(() -> process.inputReader().lines().forEach(said::add));
        reader.setDaemon(true);
        reader.start();
        return said;
    }

    /** Answers what was said until then. */
    private static List<String> await(BlockingQueue<String> said, String line) throws InterruptedException {
        var heard = new ArrayList<String>();
        while (!heard.contains(line)) {
            var next = said.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertTrue(next != null, line + " is not said, but " + heard);
            heard.add(next);
        }
        return heard;
    }

    @Test
    void aShortCutKeepsMessagesBackAndLosesNoMember() throws Exception {
        startBoth(60);
        directory.cutOff("is-cut");
        await(isCut, UNANSWERED);
        await(stays, UNANSWERED);

        directory.join("is-cut");
        assertFalse(await(isCut, ANSWERED).contains(ALONE));
        assertFalse(await(stays, ANSWERED).contains(ALONE));
    }

    @Test
    void aLongCutSplitsTheClusterUntilTheLineIsBack() throws Exception {
        startBoth(5);
        directory.cutOff("is-cut");
        await(isCut, ALONE);
        await(stays, ALONE);

        directory.join("is-cut");
        await(isCut, TWO);
        await(stays, TWO);
    }
}
