package omnibus.platform;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;

/** Vert.x on a local bus with as many instances of the greeter as a test wants. */
public final class LocalPlatform implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    public final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    public final Platform platform = platform(Map.of());

    /** Another platform on the same bus, as another JVM would have: its own view, its own caller. */
    public Platform platform(Map<String, String> settings) {
        var all = new java.util.HashMap<>(Map.of("OMNIBUS_DRAIN_NOTICE", "0ms", "OMNIBUS_DRAIN_PATIENCE", "100ms"));
        all.putAll(settings);
        return await(Platform.local(vertx, all));
    }

    public GreeterVerticle greeter() {
        return greeter(platform(Map.of()));
    }

    public GreeterVerticle greeter(Platform of) {
        var verticle = new GreeterVerticle(of);
        await(vertx.deployVerticle(verticle));
        eventually(() -> platform.directory().hasReady("greeter"));
        return verticle;
    }

    public Answer call(Request request) {
        return await(platform.caller().call(request));
    }

    public static Request greet(String name) {
        return Request.read("greeter.greet", Deadline.in(Duration.ofSeconds(5))).path("name", name);
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException runtime) throw runtime;
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no result in time", e);
        }
    }

    public void eventually(BooleanSupplier condition) {
        var until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) throw new AssertionError("the condition did not come true");
            await(vertx.timer(5, TimeUnit.MILLISECONDS));
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
