package omnibus.testkit;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import omnibus.platform.Ids;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.BusHeaders;
import omnibus.platform.call.Request;
import omnibus.platform.directory.Lease;

/**
 * A platform in this JVM for one suite: the real bus, directory and caller, without a cluster. Peers a service asks are
 * faked by {@link #answer}; the service under test is deployed with {@link #deploy}.
 */
public final class TestPlatform implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** A service that closes may finish what is under way first; a gateway gives that 20 s. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(60);

    /** A call as a faked peer receives it. */
    public record PeerCall(MultiMap headers, Buffer body) {
        public String path(String name) {
            return headers.get(BusHeaders.PATH_PREFIX + name);
        }

        public String query(String name) {
            return headers.get(BusHeaders.QUERY_PREFIX + name);
        }

        public <T> T body(Class<T> type) {
            return omnibus.platform.Json.decode(body, type);
        }
    }

    private final Vertx vertx;
    private final Platform platform;
    private final Map<String, Map<String, Function<PeerCall, Future<Answer>>>> peers = new ConcurrentHashMap<>();

    private TestPlatform(Vertx vertx, Platform platform) {
        this.vertx = vertx;
        this.platform = platform;
    }

    public static TestPlatform start() {
        return start(Map.of());
    }

    /** Starts with settings of its own; draining does not pause unless they say so. */
    public static TestPlatform start(Map<String, String> settings) {
        var all = new HashMap<>(Map.of("OMNIBUS_DRAIN_NOTICE", "0ms", "OMNIBUS_DRAIN_PATIENCE", "100ms"));
        all.putAll(settings);
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(4));
        return new TestPlatform(vertx, block(Platform.local(vertx, all)));
    }

    public Platform platform() {
        return platform;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** Deploys a verticle and waits until it has started. */
    public String deploy(VerticleBase verticle) {
        return block(vertx.deployVerticle(verticle));
    }

    /** Calls an operation and waits for its answer, a refusal included. Waits first for the service to be there. */
    public Answer call(Request request) {
        eventually(() -> platform.directory().hasReady(request.service()));
        return block(platform.caller().call(request));
    }

    /** Fakes an operation of a peer, such as {@code product.quoteProducts}. Set again, the newest counts. */
    public void answer(String operation, Function<PeerCall, Future<Answer>> handler) {
        var service = operation.substring(0, operation.indexOf('.'));
        peers.computeIfAbsent(service, this::appear).put(operation, handler);
        eventually(() -> platform.directory().hasReady(service));
    }

    private Map<String, Function<PeerCall, Future<Answer>>> appear(String service) {
        var operations = new ConcurrentHashMap<String, Function<PeerCall, Future<Answer>>>();
        var address = service + "@fake-" + Ids.next();
        vertx.eventBus().<Buffer>consumer(address, message -> receive(operations, message));
        var lease = new Lease(
                service,
                address,
                address,
                "0",
                "none",
                Lease.State.READY,
                "",
                0,
                "localhost",
                0,
                Instant.now(),
                Map.of());
        block(platform.directory().put(lease));
        vertx.setPeriodic(2_000, tick -> platform.directory().put(lease));
        return operations;
    }

    private static void receive(Map<String, Function<PeerCall, Future<Answer>>> operations, Message<Buffer> message) {
        var operation = message.headers().get(BusHeaders.OPERATION);
        if (operation.endsWith(".ping")) {
            message.reply(Buffer.buffer(), new DeliveryOptions().addHeader(BusHeaders.STATUS, "204"));
            return;
        }
        var handler = operations.get(operation);
        Future<Answer> answered = handler == null
                ? Future.succeededFuture(Answer.problem(Problem.notFound(), null, null))
                : handler.apply(new PeerCall(message.headers(), message.body()));
        answered.otherwise(failure -> Answer.problem(
                        failure instanceof Problem problem
                                ? problem
                                : new Problem(
                                        Problem.Kind.BUG, "internal-error", failure.toString(), java.util.List.of()),
                        null,
                        null))
                .onSuccess(answer -> message.reply(
                        answer.body(),
                        new DeliveryOptions()
                                .setHeaders(answer.headers())
                                .addHeader(BusHeaders.STATUS, Integer.toString(answer.status()))));
    }

    public <T> T await(Future<T> future) {
        return block(future);
    }

    /** Waits until a condition holds; fails after 20 s. */
    public void eventually(BooleanSupplier condition) {
        var until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) throw new AssertionError("the condition did not come true in " + PATIENCE);
            block(vertx.timer(10, TimeUnit.MILLISECONDS));
        }
    }

    private static <T> T block(Future<T> future) {
        return block(future, PATIENCE);
    }

    private static <T> T block(Future<T> future, Duration patience) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException runtime) throw runtime;
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            throw new AssertionError("no result within " + patience, e);
        }
    }

    @Override
    public void close() {
        block(vertx.close(), CLOSE_PATIENCE);
    }
}
