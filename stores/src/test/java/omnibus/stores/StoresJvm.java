package omnibus.stores;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The stores of one home, run as the launcher runs them: in a JVM of their own. */
final class StoresJvm {
    /** Unpacked once per machine. */
    private static final Path PROGRAMS =
            Path.of(System.getProperty("java.io.tmpdir"), "omnibus-test-" + System.getProperty("user.name"), "bin");

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final Path home;
    private final Map<String, String> environment = new HashMap<>();
    private Process process;

    StoresJvm(Path home) throws IOException {
        this.home = home;
        Files.createDirectories(PROGRAMS);
        Files.createDirectories(home.resolve("stores"));
        Files.createSymbolicLink(home.resolve("stores/bin"), PROGRAMS);
        environment.put("OMNIBUS_HOME", home.toString());
        environment.put("OMNIBUS_STORES_DATABASES", "order,payment");
    }

    StoresJvm with(String key, String value) {
        environment.put(key, value);
        return this;
    }

    /** Starts it and waits until every store answers. */
    StoresJvm start() throws IOException, InterruptedException {
        launch();
        await(() -> !process.isAlive() || described());
        if (!process.isAlive()) throw new AssertionError("It ended: " + output());
        return this;
    }

    StoresJvm launch() throws IOException {
        Files.deleteIfExists(home.resolve("run/stores.json"));
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoresMain.class.getName());
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("stores.log").toFile()));
        builder.environment().keySet().removeIf(key -> key.startsWith("OMNIBUS_"));
        builder.environment().putAll(environment);
        process = builder.start();
        return this;
    }

    private boolean described() {
        return Files.exists(home.resolve("run/stores.json"));
    }

    Path home() {
        return home;
    }

    Process process() {
        return process;
    }

    String output() throws IOException {
        return Files.readString(home.resolve("stores.log"));
    }

    JsonNode description() throws IOException {
        return new ObjectMapper().readTree(home.resolve("run/stores.json").toFile());
    }

    JsonNode store(String name) throws IOException {
        for (var store : description().path("stores"))
            if (store.path("name").asText().equals(name)) return store;
        throw new AssertionError("No store " + name);
    }

    long pid(String name) throws IOException {
        return store(name).path("pid").asLong();
    }

    String url(String name) throws IOException {
        return store(name).path("url").asText();
    }

    /** Of a service's PostgreSQL database, for JDBC. */
    String jdbcUrl(String service) throws IOException {
        return Jdbc.url(store("postgres").path("urls").path(service).asText());
    }

    /** {@code kill -9} of the JVM alone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** {@code kill -9} of the JVM and of every server. */
    void killAll() throws IOException, InterruptedException {
        var servers = servers();
        process.destroyForcibly();
        servers.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
    }

    /** The servers' processes that live. */
    List<ProcessHandle> servers() throws IOException {
        var servers = new ArrayList<ProcessHandle>();
        for (var name : List.of("postgres", "redis")) {
            ProcessHandle.of(pid(name)).filter(ProcessHandle::isAlive).ifPresent(servers::add);
        }
        return servers;
    }

    /** SIGTERM. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) throw new AssertionError("It does not stop");
        return process.exitValue();
    }

    static void await(BooleanSupplier condition) {
        var giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > giveUp) throw new AssertionError("It does not come true");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Whatever the test did, no process is left. */
    void close() throws IOException, InterruptedException {
        if (process != null && process.isAlive()) stop();
        new EmbeddedPostgres(home.resolve("stores/postgres"), PROGRAMS, home.resolve("pg.log"), 0, "").stop();
        new EmbeddedRedis(home.resolve("stores/redis"), PROGRAMS, home.resolve("redis.log"), 0, "").stop();
    }
}
