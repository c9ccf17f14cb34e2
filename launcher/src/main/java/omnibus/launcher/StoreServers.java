package omnibus.launcher;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The embedded stores as the stores JVM describes them in {@code run/stores.json}. PostgreSQL and Redis are processes of
 * their own that may outlive it; the MongoDB emulation lives within it.
 *
 * @param pid of the JVM that wrote this
 */
record StoreServers(long pid, List<StoreServers.Server> stores) {
    /**
     * @param kind {@code embedded}: the real server; {@code emulated}: something that speaks its protocol
     * @param url of its administrator, password included
     * @param urls per service, where it has its own database and role
     */
    record Server(String name, String kind, long pid, int port, String url, Map<String, String> urls) {
        /** The service's own URL, or the only one there is. */
        String url(String service) {
            return urls == null ? url : urls.getOrDefault(service, url);
        }

        boolean answers() {
            return ExternalStores.knock(InetAddress.getLoopbackAddress().getHostAddress() + ":" + port)
                    .isEmpty();
        }

        Instant startedAt() {
            return ProcessHandle.of(pid).flatMap(it -> it.info().startInstant()).orElse(Instant.EPOCH);
        }

        Path log(Home home) {
            return home.logs().resolve(name + ".log");
        }

        /** Still the server and not another process that got its pid: it holds its port. */
        boolean alive() {
            return ProcessMark.of(pid).isPresent() && PortOwner.pids(port).contains(pid);
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static StoreServers of(Home home) {
        return home.read(home.run().resolve("stores.json"), StoreServers.class)
                .filter(it -> it.stores() != null)
                .orElseGet(() -> new StoreServers(0, List.of()));
    }

    /** Waits until the stores' JVM has written what it runs; that comes a moment after it says that it is ready. */
    static void await(Home home, Instance stores) {
        if (Poll.until(
                PATIENCE,
                Duration.ofMillis(20),
                () -> of(home).pid() == stores.process().pid())) return;
        throw Failure.failed(
                "The stores are ready but do not say where.",
                home.run().resolve("stores.json") + " is not of the process "
                        + stores.process().pid() + ".",
                "Read ./omnibus logs stores.");
    }

    Optional<Server> find(Store store) {
        return stores.stream().filter(it -> it.name().equals(store.key)).findFirst();
    }

    /** Those that are processes of their own and live. */
    List<Server> processes() {
        return stores.stream()
                .filter(it -> it.kind().equals("embedded"))
                .filter(Server::alive)
                .toList();
    }

    Set<Integer> ports() {
        return processes().stream().map(Server::port).collect(Collectors.toSet());
    }

    /**
     * Stops servers whose JVM is gone.
     *
     * @return what was stopped, in words
     */
    List<String> stop() {
        return processes().stream().map(StoreServers::stop).toList();
    }

    private static String stop(Server server) {
        var process = ProcessMark.of(server.pid());
        process.ifPresent(server.name().equals(Store.POSTGRES.key) ? ProcessMark::interrupt : ProcessMark::terminate);
        boolean ended = Poll.until(
                PATIENCE,
                Duration.ofMillis(50),
                () -> !process.map(ProcessMark::alive).orElse(false));
        if (!ended) process.ifPresent(ProcessMark::kill);
        return server.name() + " (pid " + server.pid() + ")";
    }

    static Optional<Path> log(Home home, String name) {
        var file = home.logs().resolve(name + ".log");
        boolean store = Set.of(Store.values()).stream().anyMatch(it -> it.key.equals(name));
        return Optional.of(file).filter(it -> store && it.toFile().exists());
    }
}
