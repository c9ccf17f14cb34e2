package omnibus.shopper;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The yardstick: the smallest possible gateway and service on a clustered bus, in JVMs with the shop's own flags. */
final class BarePair implements AutoCloseable {
    private static final List<String> FLAGS = List.of(
            "-Xmx160m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "--add-modules",
            "java.se",
            "--add-exports",
            "java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "--add-opens",
            "java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens",
            "java.management/sun.management=ALL-UNNAMED",
            "--add-opens",
            "jdk.management/com.sun.management.internal=ALL-UNNAMED");
    private static final long PATIENCE_SECONDS = 60;

    private final List<Process> processes = new ArrayList<>();
    private final int httpPort = freePort();

    BarePair(String mongo, Path logs, String productId) {
        var cluster = freePort();
        var ready = freePort();
        processes.add(start("BareService", logs, Integer.toString(cluster), mongo, Integer.toString(ready)));
        awaitAnswer(URI.create("http://127.0.0.1:" + ready + "/"));
        processes.add(start("BareGateway", logs, Integer.toString(cluster), Integer.toString(httpPort)));
        awaitAnswer(url().resolve("/" + productId));
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + httpPort + "/");
    }

    Map<String, Long> pids() {
        return Map.of(
                "bare service",
                processes.get(0).pid(),
                "bare gateway",
                processes.get(1).pid());
    }

    private static Process start(String name, Path logs, String... arguments) {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(FLAGS);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("omnibus.shopper.bare." + name);
        command.addAll(List.of(arguments));
        var log = new File(logs.toFile(), name + ".log");
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    private void awaitAnswer(URI url) {
        var client = new ShopClient(url);
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                if (client.get(url.getPath()).status() == 200) return;
            } catch (UncheckedIOException notYet) {
                // it is starting; the patience below is bounded
            }
            if (System.nanoTime() > until || processes.stream().anyMatch(process -> !process.isAlive())) {
                close();
                throw new IllegalStateException("the bare pair did not start; see its logs");
            }
            LockSupport.parkNanos(200_000_000);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
    }
}
