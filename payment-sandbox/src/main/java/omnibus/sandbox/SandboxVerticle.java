package omnibus.sandbox;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Clock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The provider, on one event loop: its whole state is touched by one thread, in the order of the log. */
public final class SandboxVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxVerticle.class);

    private final SandboxConfig config;
    private final Consumer<Throwable> onLogFailure;
    private final Archive archive = new Archive();
    private Webhooks webhooks;
    private HttpServer api;
    private HttpServer management;
    private boolean ready;

    public SandboxVerticle(SandboxConfig config) {
        this(config, failure -> LOG.error("the log cannot be written", failure));
    }

    /** @param onLogFailure told when the log cannot be written; nothing this process says can be trusted after that */
    SandboxVerticle(SandboxConfig config, Consumer<Throwable> onLogFailure) {
        this.config = config;
        this.onLogFailure = onLogFailure;
    }

    @Override
    public Future<?> start() {
        var clock = Clock.systemUTC();
        var faults = new Faults();
        var provider = new Provider(clock, archive);
        config.webhookUrl()
                .ifPresent(url -> webhooks = new Webhooks(vertx, clock, url, config.webhookSecret(), faults, archive));
        var operations = new Operations(vertx, clock, config.slowMillis(), archive, this::tell);
        var stripe = new StripeApi(vertx, clock, config, operations, provider, new Lists(archive), faults);
        var health =
                new Management(vertx, () -> ready, stripe::requests, () -> webhooks == null ? 0 : webhooks.pending());
        return health.listen(config.managementPort())
                .onSuccess(server -> management = server)
                .compose(server -> openArchive())
                .compose(replayed -> vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(120))
                        .requestHandler(stripe.router())
                        .listen(config.port(), config.host()))
                .onSuccess(server -> {
                    api = server;
                    ready = true;
                    LOG.info(
                            "payment sandbox listens on {}:{}, management on {}",
                            config.host(),
                            port(),
                            managementPort());
                });
    }

    private Future<Void> openArchive() {
        return vertx.executeBlocking(() -> {
                    archive.open(vertx, config.log(), this::logFailed);
                    return null;
                })
                .map(replayed -> {
                    archive.takeUndelivered().forEach(this::tell);
                    return null;
                });
    }

    private void tell(long offset) {
        if (webhooks != null) webhooks.send(offset);
    }

    @Override
    public Future<?> stop() {
        ready = false;
        return (webhooks == null ? Future.<Void>succeededFuture() : webhooks.close())
                .eventually(() -> api == null ? Future.succeededFuture() : api.close())
                .eventually(archive::close);
    }

    /** The port in use, also when the configuration left the choice open. */
    public int port() {
        return api.actualPort();
    }

    /** The port of health and metrics in use. */
    public int managementPort() {
        return management.actualPort();
    }

    private void logFailed(Throwable failure) {
        ready = false;
        onLogFailure.accept(failure);
    }
}
