package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** A shop of fake processes in a directory of its own; runs commands as a user would, and leaves nothing behind. */
final class ShopHarness implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    final Path directory;
    final Fleet fleet;
    final int httpPort;
    private final Map<String, String> environment;

    record Result(int exitCode, String out, String err) {}

    ShopHarness(Path directory) throws IOException {
        this.directory = directory;
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.httpPort = probe.getLocalPort();
        }
        this.fleet = new Fleet(new Home(directory.resolve("home")), FakeLauncher.SHOP, Clock.systemUTC());
        this.environment = new HashMap<>(Map.of(
                "OMNIBUS_HOME",
                fleet.home().path().toString(),
                "OMNIBUS_HTTP_PORT",
                Integer.toString(httpPort),
                "OMNIBUS_PAYMENT_URL",
                "https://payments.example",
                "OMNIBUS_DEMO",
                "false"));
        distribution(directory);
    }

    /** The test's class path as jars, as the real distribution has them. */
    private static void distribution(Path directory) {
        try {
            var lib = Files.createDirectories(directory.resolve("dist/lib"));
            for (var entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
                var path = Path.of(entry);
                if (Files.isDirectory(path)) jar(path, Files.createTempFile(lib, path.getFileName() + "-", ".jar"));
                else if (Files.exists(path)) Files.copy(path, lib.resolve(path.getFileName()));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void jar(Path classes, Path target) throws IOException {
        try (var jar = new JarOutputStream(Files.newOutputStream(target));
                Stream<Path> files = Files.walk(classes)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
    }

    Result run(String... command) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var formerOut = System.out;
        var formerErr = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int code = new Launcher(FakeLauncher.SHOP, directory.resolve("dist"), environment).run(command);
            return new Result(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(formerOut);
            System.setErr(formerErr);
        }
    }

    ShopHarness with(String key, String value) {
        environment.put(key, value);
        return this;
    }

    void without(String key) {
        environment.remove(key);
    }

    void tell(String service, String how) throws IOException {
        Files.createDirectories(fleet.home().file("fake"));
        Files.writeString(fleet.home().file("fake/" + service), how);
    }

    Instance only(String service) {
        var serving = fleet.instances().serving(service);
        assertTrue(serving.size() == 1, service + " has " + serving.size() + " instances");
        return serving.get(0);
    }

    List<Instance> alive() {
        return fleet.instances().alive();
    }

    void await(String what, java.util.function.BooleanSupplier condition) {
        assertTrue(Poll.until(PATIENCE, Duration.ofMillis(50), condition), what);
    }

    @Override
    public void close() {
        run("down");
        if (fleet.home().exists()) alive().forEach(it -> it.process().kill());
    }
}
