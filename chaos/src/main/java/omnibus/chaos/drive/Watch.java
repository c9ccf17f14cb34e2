package omnibus.chaos.drive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import omnibus.chaos.check.Sampled;
import omnibus.chaos.check.Sampler;

/** Looks at the shop each second of a run: counters die with their JVMs, and the launcher clears old logs away. */
final class Watch implements AutoCloseable {
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        var thread = new Thread(task, "watch");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Double> zombies = new ConcurrentHashMap<>();
    private final Sampler sampler;
    private final ChaosShop shop;
    private final Path logs;

    /** @param logs where every log of the run is kept, also those of instances long gone */
    Watch(ChaosShop shop, Path logs) throws IOException {
        this.shop = shop;
        this.sampler = new Sampler(shop.home());
        this.logs = Files.createDirectories(logs);
        clock.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    private void look() {
        sampler.sample();
        keepLogs();
        for (var order : shop.processes("order")) {
            Management.metrics(order, "omnibus_saga_zombies_total")
                    .forEach((name, value) -> zombies.put(order.instance(), value));
        }
    }

    long zombies() {
        return Math.round(
                zombies.values().stream().mapToDouble(Double::doubleValue).sum());
    }

    /** A second name for each file: it costs nothing, and the file stays when the launcher removes its own. */
    private void keepLogs() {
        try (Stream<Path> files = Files.list(shop.home().resolve("logs"))) {
            for (var file : files.toList()) {
                var kept = logs.resolve(file.getFileName());
                if (!Files.exists(kept)) Files.createLink(kept, file);
            }
        } catch (IOException | UnsupportedOperationException gone) {
            return; // removed meanwhile, or no links on this disk: the next look tries again
        }
    }

    /** Ends the watching; what was seen until then. */
    Sampled end() throws InterruptedException {
        clock.shutdown();
        clock.awaitTermination(30, TimeUnit.SECONDS);
        return sampler.sampled();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        sampler.close();
    }
}
