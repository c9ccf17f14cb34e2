package omnibus.stores;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stores JVM: starts the embedded stores of a home, keeps them running, and stops them when it is told to. Killed, it
 * leaves PostgreSQL and Redis running; its successor takes them over.
 */
public final class StoresMain {
    private static final Logger log = LoggerFactory.getLogger(StoresMain.class);

    private final StoresConfig config;
    private final Secrets secrets;
    private final StoresFile file;
    private final List<Keeper> keepers = new ArrayList<>();

    private Map<String, String> externalPostgres = Map.of();
    private HealthServer health;
    private boolean described;

    private StoresMain(StoresConfig config) throws IOException {
        this.config = config;
        this.secrets = Secrets.keptIn(config.home().resolve("stores/secrets.json"));
        this.file = new StoresFile(config.home());
    }

    public static void main(String[] args) {
        try {
            var config = StoresConfig.from(System.getenv());
            var stores = Directories.create(config.home().resolve("stores"));
            // Held until this JVM ends, however it ends.
            var lock = FileChannel.open(stores.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock.tryLock() == null) {
                throw new StoreException(
                        "The stores in " + stores + " are served by another process already. Stop the shop of"
                                + " this home first, or use another OMNIBUS_HOME.");
            }
            new StoresMain(config).run();
        } catch (IOException | RuntimeException e) {
            // Not through the log, which may write too late for a process that ends.
            System.err.println("The stores cannot be started. " + (e instanceof StoreException ? e.getMessage() : e));
            log.debug("The stores cannot be started", e);
            System.exit(1);
        }
    }

    private void run() throws IOException {
        if (config.stores().contains("mongo")) log.warn(MongoEmulation.caveats());
        for (var name : config.stores()) keepers.add(new Keeper(store(name), preparation(name), this::changed));
        health = new HealthServer(config.managementPort(), keepers);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        if (config.externalPostgres().isPresent()) {
            externalPostgres = PrepareStores.prepare(config.externalPostgres().get(), secrets, config.databases());
        }
        startAll();
        synchronized (this) {
            described = true;
        }
        changed();
        log.info("The stores are ready; health on port {}", health.port());
    }

    private EmbeddedStore store(String name) {
        var home = config.home().resolve("stores").resolve(name);
        var programs = config.home().resolve("stores/bin");
        var output = config.home().resolve("logs").resolve(name + ".log");
        int port = config.ports().get(name);
        return switch (name) {
            case "postgres" -> new EmbeddedPostgres(home, programs, output, port, secrets.password("postgres"));
            case "redis" -> new EmbeddedRedis(home, programs, output, port, secrets.password("redis"));
            default -> new MongoEmulation(home, port);
        };
    }

    private Keeper.Preparation preparation(String name) {
        return switch (name) {
            case "postgres" ->
                store -> {
                    PrepareStores.closeTheRest(store.url());
                    return PrepareStores.prepare(store.url(), secrets, config.databases());
                };
            case "mongo" -> store -> Map.of("product", store.url() + "/omnibus_product");
            default -> store -> Map.of();
        };
    }

    private void startAll() throws IOException {
        var starts = keepers.stream().map(Keeper::start).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(starts).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException) throw (IOException) e.getCause();
            throw e;
        }
    }

    /** Nothing is described before all is up: until then the last run's description finds what that run left behind. */
    private synchronized void changed() {
        if (!described) return;
        try {
            file.write(keepers, externalPostgres, health.port());
        } catch (IOException e) {
            log.error("What runs cannot be described to the launcher: {}", e.getMessage());
        }
    }

    private void stop() {
        log.info("Stopping the stores");
        health.close();
        keepers.stream()
                .map(keeper -> CompletableFuture.runAsync(keeper::stop, work -> new Thread(work).start()))
                .reduce((one, other) -> CompletableFuture.allOf(one, other))
                .ifPresent(CompletableFuture::join);
        synchronized (this) {
            described = false;
        }
        try {
            file.delete();
        } catch (IOException e) {
            log.warn("The description of what ran stays: {}", e.getMessage());
        }
    }
}
