package omnibus.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import omnibus.shopper.ShopClient;

/**
 * A shop started by the launcher as a user starts it, in a home, on ports and under a cluster name of its own. One for
 * all suites; stopped when the tests end.
 */
final class RunningShop {
    private static final Duration COMMAND_PATIENCE = Duration.ofMinutes(4);
    private static final Path ROOT = Path.of(System.getProperty("omnibus.root")).normalize();
    private static final Path HOME = Path.of(System.getProperty("omnibus.home"));
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static RunningShop running;

    private final int port = freePort();

    private RunningShop() {}

    static synchronized RunningShop get() {
        if (running != null) return running;
        var shop = new RunningShop();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> shop.omnibus("down")));
        shop.command("up");
        running = shop;
        return shop;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** What the shop keeps on disk. */
    static Path home() {
        return HOME;
    }

    ShopClient anonymous() {
        return new ShopClient(url());
    }

    ShopClient customer() {
        var client = anonymous();
        client.registerSomebody();
        return client;
    }

    ShopClient admin() {
        var admin = anonymous();
        var known = readJson(HOME.resolve("admin.json"));
        admin.signIn(known.path("email").asText(), known.path("password").asText());
        return admin;
    }

    /** A product of its own for a test, with so many units in stock; waits until the stock is there. */
    JsonNode productWithStock(ShopClient admin, String sku, int stock) {
        var made = admin.post(
                "/api/v1/products",
                Map.of(
                        "sku",
                        sku,
                        "name",
                        "Test " + sku,
                        "description",
                        "Made by a test.",
                        "price",
                        Map.of("amount", 1999, "currency", "EUR"),
                        "initialStock",
                        stock));
        if (made.status() != 201)
            throw new AssertionError("no product: " + made.http().body());
        eventually(() -> admin.get("/api/v1/inventory/" + sku).status() == 200);
        return made.body();
    }

    /** Runs a command and fails unless it exits with 0; returns what it printed to standard output. */
    String command(String... words) {
        var result = omnibus(words);
        if (result.exit != 0)
            throw new AssertionError(String.join(" ", words) + " exited with " + result.exit + ":\n" + result.output);
        return result.output;
    }

    /** The builds of a plugged-in service that the shop keeps, by their digests. */
    static Set<String> builds(String service) {
        try (var files = Files.list(HOME.resolve("plugins").resolve(service))) {
            return files.filter(Files::isDirectory)
                    .map(it -> it.getFileName().toString())
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The jar of the example service, as {@code mvn package} made it. */
    static Path wishlistJar() {
        try (var files = Files.list(ROOT.resolve("examples/wishlist/target"))) {
            return files.filter(it -> it.getFileName().toString().matches("wishlist-[0-9].*\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("examples/wishlist has not been packaged"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record Result(int exit, String output) {}

    Result omnibus(String... words) {
        var distribution = ROOT.resolve("launcher/target/omnibus");
        var command = new ArrayList<>(List.of(
                JAVA.toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-Domnibus.distribution=" + distribution,
                "-cp",
                distribution.resolve("lib") + "/*",
                "omnibus.launcher.Launcher"));
        command.addAll(List.of(words));
        try {
            Files.createDirectories(HOME);
            var out = Files.createTempFile(HOME, "command", ".out").toFile();
            var builder = new ProcessBuilder(command)
                    .redirectOutput(out)
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"));
            builder.environment().put("OMNIBUS_HOME", HOME.toString());
            builder.environment().put("OMNIBUS_HTTP_PORT", Integer.toString(port));
            builder.environment().put("OMNIBUS_LIMITS", "off");
            var process = builder.start();
            if (!process.waitFor(COMMAND_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", words) + " did not end:\n" + Files.readString(out.toPath()));
            }
            return new Result(process.exitValue(), Files.readString(out.toPath()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What {@code ps --json} says; the command prints the array and nothing else. */
    List<JsonNode> processes() {
        try {
            var array = ShopClient.JSON.readTree(command("ps", "--json"));
            return StreamSupport.stream(array.spliterator(), false).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<JsonNode> processes(String service) {
        return processes().stream()
                .filter(process -> process.path("service").asText().equals(service))
                .toList();
    }

    /** How long each log is. */
    static Map<Path, Long> logSizes() {
        try (var files = Files.list(HOME.resolve("logs"))) {
            return files.collect(
                    Collectors.toMap(file -> file, file -> file.toFile().length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines that were logged since then. */
    static List<String> loggedSince(Map<Path, Long> sizes) {
        var lines = new ArrayList<String>();
        for (var file : logSizes().keySet()) {
            try (var log = Files.newInputStream(file)) {
                log.skipNBytes(
                        Math.min(sizes.getOrDefault(file, 0L), file.toFile().length()));
                new String(log.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> file.getFileName() + ": " + line)
                        .forEach(lines::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return lines;
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    static void eventually(BooleanSupplier condition) {
        eventually(Duration.ofSeconds(30), condition);
    }

    static void eventually(Duration patience, BooleanSupplier condition) {
        var until = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) throw new AssertionError("the condition did not come true in " + patience);
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static JsonNode readJson(Path file) {
        try {
            return ShopClient.JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
