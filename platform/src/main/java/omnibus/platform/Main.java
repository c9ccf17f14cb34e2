package omnibus.platform;

import ch.qos.logback.classic.LoggerContext;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Outage;
import omnibus.platform.directory.Directory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a JVM of the shop: reads the configuration (all faults at once, exit code 78), joins the cluster, opens the
 * management port, deploys the service's verticle, and drains it when asked to stop. A start that fails exits with 1.
 */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);
    private static final int EXIT_FAILED = 1;
    /** EX_CONFIG of sysexits.h. */
    private static final int EXIT_CONFIG = 78;

    private static final Duration JOIN_PATIENCE = Duration.ofMinutes(1);
    private static final int START_TRIES = 30;
    private static final long RETRY_SECONDS = 1;
    private static final int EVENT_LOOPS = 2;
    private static final int WORKERS = 8;
    private static final long STOP_PATIENCE_SECONDS = 28;

    private Main() {}

    public static <C> void run(
            String service, Function<Settings, C> config, BiFunction<Platform, C, ? extends VerticleBase> verticle) {
        var settings = Settings.ofProcess();
        var cluster = Cluster.from(settings);
        var instance = settings.text(
                "OMNIBUS_INSTANCE", service + "-" + Ids.next().toString().substring(28));
        var managementPort = settings.integer("OMNIBUS_MANAGEMENT_PORT", 0, 0, 65_535);
        var read = config.apply(settings);
        try {
            settings.check();
        } catch (Settings.Invalid faults) {
            LOG.error("{} cannot start. {}", service, faults.getMessage());
            end(EXIT_CONFIG);
        }
        start(cluster, settings, instance, managementPort)
                .compose(platform -> {
                    stopOnSignal(platform.vertx(), service);
                    return deploy(platform, () -> verticle.apply(platform, read), START_TRIES);
                })
                .onFailure(failure -> {
                    LOG.error("{} {} cannot start: {}", service, instance, failure.getMessage(), failure);
                    end(EXIT_FAILED);
                });
    }

    /** Ends this JVM at once, but not before the log has told why: it is written by a thread nobody else waits for. */
    private static void end(int code) {
        writeOutLog();
        Runtime.getRuntime().halt(code);
    }

    private static void writeOutLog() {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext log)) return;
        // What waits in a queue of its own goes out before the console that both share is stopped.
        log.getLogger("omnibus.security").detachAndStopAllAppenders();
        log.stop();
    }

    /** A store that is not there yet is waited for: services and stores may be started in any order. */
    private static Future<String> deploy(Platform platform, Supplier<? extends VerticleBase> verticle, int tries) {
        return platform.vertx()
                .deployVerticle(verticle, new DeploymentOptions())
                .recover(failure -> {
                    if (tries == 1 || !isOutage(failure)) return Future.failedFuture(failure);
                    LOG.warn("a store does not answer yet ({}); trying again", failure.getMessage());
                    return platform.vertx()
                            .timer(RETRY_SECONDS, TimeUnit.SECONDS)
                            .compose(later -> deploy(platform, verticle, tries - 1));
                });
    }

    private static boolean isOutage(Throwable failure) {
        return Outage.is(failure)
                || (failure instanceof Problem problem && problem.kind() == Problem.Kind.UNAVAILABLE)
                || (failure.getCause() != null && isOutage(failure.getCause()));
    }

    private static Future<Platform> start(Cluster cluster, Settings settings, String instance, int managementPort) {
        var metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        observeJvm(metrics);
        var manager = cluster.manager();
        var health = new Health();
        var joined = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(EVENT_LOOPS)
                        .setWorkerPoolSize(WORKERS)
                        .setInternalBlockingPoolSize(WORKERS)
                        .setPreferNativeTransport(true)
                        .setMetricsOptions(poolMetrics())
                        .setEventBusOptions(cluster.eventBus()))
                .withMetrics(new MicrometerMetricsFactory(metrics))
                .withClusterManager(manager)
                .buildClustered();
        endUnless(joined, JOIN_PATIENCE, () -> {
            LOG.error(
                    "{} has not become a member of the cluster for {}; it ends, to be replaced",
                    instance,
                    JOIN_PATIENCE);
            end(EXIT_FAILED);
        });
        return joined.compose(vertx -> new Management(vertx, health, metrics)
                .listen("127.0.0.1", managementPort)
                .compose(server -> Directory.join(vertx)
                        .map(directory -> platform(
                                vertx, directory, metrics, settings, health, instance, manager, server.actualPort()))));
    }

    /** A cluster whose oldest member has just died may never answer who has asked it to join; asking anew helps. */
    static CompletableFuture<Void> endUnless(Future<?> joined, Duration patience, Runnable end) {
        var later = CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS);
        return CompletableFuture.runAsync(
                () -> {
                    if (!joined.isComplete()) end.run();
                },
                later);
    }

    private static Platform platform(
            Vertx vertx,
            Directory directory,
            PrometheusMeterRegistry metrics,
            Settings settings,
            Health health,
            String instance,
            HazelcastClusterManager manager,
            int managementPort) {
        Cluster.watchMembers(vertx, manager, directory, health);
        Cluster.restartAfterMerge(manager, health);
        Cluster.watchPartitionTable(manager, () -> end(EXIT_FAILED));
        return new Platform(
                vertx,
                directory,
                new Caller(vertx, directory, metrics),
                metrics,
                settings,
                health,
                Clock.systemUTC(),
                instance,
                Cluster.member(manager),
                managementPort);
    }

    /** Pools and verticles; calls are timed by operation at the binder and at the gateway, which says more for less. */
    private static MicrometerMetricsOptions poolMetrics() {
        var options = new MicrometerMetricsOptions().setEnabled(true);
        for (var domain : MetricsDomain.values()) {
            if (domain != MetricsDomain.NAMED_POOLS && domain != MetricsDomain.VERTICLES) {
                options.addDisabledMetricsCategory(domain);
            }
        }
        return options;
    }

    @SuppressWarnings("resource")
    private static void observeJvm(PrometheusMeterRegistry metrics) {
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new JvmGcMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
    }

    /** Undeploys (which drains) and leaves the cluster before the JVM may end. */
    private static void stopOnSignal(Vertx vertx, String service) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            var closed = new CountDownLatch(1);
                            vertx.close().onComplete(done -> closed.countDown());
                            try {
                                if (!closed.await(STOP_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                                    LOG.warn(
                                            "{} did not come to rest in {} s; ending anyway",
                                            service,
                                            STOP_PATIENCE_SECONDS);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            writeOutLog();
                        },
                        "drain"));
    }
}
