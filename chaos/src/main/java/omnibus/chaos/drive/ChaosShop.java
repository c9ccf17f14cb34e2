package omnibus.chaos.drive;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import omnibus.chaos.agent.FaultDirectory;

/** The shop of a run: in a home of its own, on a port of its own, run by the launcher's commands as a user runs them. */
final class ChaosShop {
    private static final Duration REST_PATIENCE = Duration.ofSeconds(90);
    private static final int LOOK_MILLIS = 100;

    static final List<String> SERVICES = List.of("gateway", "user", "product", "cart", "order", "inventory", "payment");

    private static final Duration COMMAND_PATIENCE = Duration.ofMinutes(5);
    /** Below the range from which the kernel takes ports of outgoing connections: a killed gateway's port stays free. */
    private static final int FIRST_PORT = 10_000;

    private static final int PORTS = 5_000;

    private final Path root;
    private final Path home;
    private final int port;
    private final Map<String, String> environment;
    private final Network network;

    /**
     * A shop that does not run yet.
     *
     * @param withAgent whether its JVMs can be hurt from within; that makes their start slower
     * @param network by which its services reach what they need
     */
    ChaosShop(Path root, Path home, Map<String, String> given, boolean withAgent, Network network) {
        this.root = root;
        this.home = home;
        this.network = network;
        this.port = freePort();
        this.environment = new HashMap<>(given);
        environment.put("OMNIBUS_HOME", home.toString());
        environment.put("OMNIBUS_HTTP_PORT", Integer.toString(port));
        environment.put("OMNIBUS_LIMITS", "off");
        environment.put("OMNIBUS_DEMO", "false");
        environment.putAll(network.settings());
        // Starting matters more than speed: a place that was emptied is filled in half the time.
        environment.putIfAbsent("OMNIBUS_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        if (withAgent) environment.merge("OMNIBUS_JAVA_OPTS", " " + agent(), String::concat);
    }

    /** Without the class archive: JDK 17 crashes when an agent that weaves classes meets one that holds them. */
    private String agent() {
        return "-Xshare:off -javaagent:" + root.resolve("chaos-agent/target/chaos-agent.jar") + "="
                + home.resolve("agents");
    }

    /** Where the agents in the shop's JVMs are told what to do. */
    FaultDirectory agents() {
        try {
            return new FaultDirectory(home.resolve("agents"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Network network() {
        return network;
    }

    Path home() {
        return home;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    JsonNode admin() {
        return Json.read(home.resolve("admin.json"));
    }

    /** Runs a command of the launcher; what it does not do is the run's failure. */
    String omnibus(String... words) {
        var result = attempt(words);
        if (result.exit() == 0) return result.output();
        throw Stopped.failed(
                "./omnibus " + String.join(" ", words) + " exited with " + result.exit() + ".",
                result.output(),
                "The shop's logs are in " + home.resolve("logs") + ".");
    }

    record Result(int exit, String output) {}

    Result attempt(String... words) {
        var distribution = root.resolve("launcher/target/omnibus");
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var command = new ArrayList<>(List.of(java.toString(), "-Xmx96m", "-XX:+UseSerialGC"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Domnibus.distribution=" + distribution));
        command.addAll(List.of("-cp", distribution.resolve("lib") + "/*", "omnibus.launcher.Launcher"));
        command.addAll(List.of(words));
        try {
            var out = Files.createTempFile("omnibus-chaos", ".out");
            try {
                return new Result(run(command, out.toFile()), Files.readString(out));
            } finally {
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int run(List<String> command, File out) throws IOException {
        var builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(out);
        builder.environment().keySet().removeIf(key -> key.startsWith("OMNIBUS_") || key.startsWith("ADMIN_"));
        builder.environment().putAll(environment);
        var process = builder.start();
        try {
            if (process.waitFor(COMMAND_PATIENCE.toSeconds(), TimeUnit.SECONDS)) return process.exitValue();
            process.destroyForcibly();
            return -1;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /** The living JVMs of the shop, as its run files tell, oldest first. */
    List<ShopProcess> processes() {
        try (Stream<Path> files = Files.list(home.resolve("run/processes"))) {
            return files.map(Json::read)
                    .filter(it -> it.path("process").has("pid"))
                    .sorted(Comparator.comparing(it -> it.path("startedAt").asText()))
                    .flatMap(it -> living(it).stream())
                    .toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    private static java.util.Optional<ShopProcess> living(JsonNode instance) {
        var process = instance.path("process");
        return ShopProcess.living(
                        instance.path("service").asText(),
                        instance.path("instance").asText(),
                        process.path("pid").asLong(),
                        instance.path("managementPort").asInt())
                .filter(it -> process.path("born").asText().startsWith(it.born() + "@"));
    }

    /**
     * Waits until the class archive is there, once per build: the supervisor makes it while the shop is at rest, it halves
     * the time a JVM takes to start, and takes most of a processor. False when it was not there in time.
     */
    boolean awaitRest() throws InterruptedException {
        var until = Instant.now().plus(REST_PATIENCE);
        while (!startsFast() && Instant.now().isBefore(until)) TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        return startsFast();
    }

    private boolean startsFast() {
        var build = Json.read(home.resolve("run/shop.json")).path("build").asText();
        try (Stream<Path> files = Files.list(home.resolve("cache"))) {
            return files.map(it -> it.getFileName().toString())
                    .anyMatch(it -> it.startsWith("classes-" + build) && it.endsWith(".jsa"));
        } catch (IOException none) {
            return false;
        }
    }

    List<ShopProcess> processes(String service) {
        return processes().stream().filter(it -> it.service().equals(service)).toList();
    }

    /** The servers that the stores' JVM runs. */
    List<ShopProcess> servers() {
        return StreamSupport.stream(stores().path("stores").spliterator(), false)
                .filter(it -> it.path("kind").asText().equals("embedded"))
                .flatMap(
                        it -> ShopProcess.living(
                                it.path("name").asText(),
                                it.path("name").asText(),
                                it.path("pid").asLong(),
                                0)
                                .stream())
                .toList();
    }

    JsonNode stores() {
        return Json.read(home.resolve("run/stores.json"));
    }

    URI redis() {
        return URI.create(stores().path("redis").asText());
    }

    int sandboxPort() {
        return Json.read(home.resolve("ports.json")).path("sandbox").asInt();
    }

    String paymentKey() {
        return Json.read(home.resolve("secrets.json")).path("paymentKey").asText();
    }

    /** A free port, looked for from another place by each process, so that two runs do not meet. */
    static int freePort() {
        int start = (int) (ProcessHandle.current().pid() * 31 % PORTS);
        for (int step = 0; step < PORTS; step++) {
            int candidate = FIRST_PORT + (start + step) % PORTS;
            try (var socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw Stopped.failed(
                "No port is free.",
                "All ports from " + FIRST_PORT + " on are in use on loopback.",
                "End what listens there (ss -ltnp lists it).");
    }
}
