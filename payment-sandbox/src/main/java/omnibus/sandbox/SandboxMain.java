package omnibus.sandbox;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the payment sandbox as a process of its own, configured by the environment. */
public final class SandboxMain {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxMain.class);
    private static final int BAD_CONFIGURATION = 78;
    private static final int FAILED = 1;

    private SandboxMain() {}

    public static void main(String[] args) {
        SandboxConfig config;
        try {
            config = SandboxConfig.from(System.getenv());
        } catch (IllegalArgumentException faults) {
            LOG.error("the payment sandbox cannot start:\n{}", faults.getMessage());
            System.exit(BAD_CONFIGURATION);
            return;
        }
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(2));
        // Memory is ahead of a log that cannot be written: end, and let the next start replay what was acknowledged.
        var verticle = new SandboxVerticle(config, failure -> {
            LOG.error("the log {} cannot be written; stopping", config.log(), failure);
            Runtime.getRuntime().halt(FAILED);
        });
        vertx.deployVerticle(verticle)
                .onSuccess(id -> Runtime.getRuntime().addShutdownHook(new Thread(() -> close(vertx), "shutdown")))
                .onFailure(failure -> {
                    LOG.error("the payment sandbox cannot start: {}", failure.getMessage(), failure);
                    System.exit(FAILED);
                });
    }

    private static void close(Vertx vertx) {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception unclean) {
            LOG.warn("closed without an orderly end: {}", unclean.toString());
        }
    }
}
