package omnibus.cart;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import omnibus.platform.Problem;
import omnibus.platform.redis.RedisScripts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the scripts of this service. A Redis that is away, loading or full is a {@link Problem} 503. One that does not
 * answer a change in time may still make it: {@link Problem} 504, outcome unknown. Nothing else fails here but bugs.
 */
final class CartScripts {
    private static final Logger LOG = LoggerFactory.getLogger(CartScripts.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long RETRY_AFTER_SECONDS = 2;
    private static final Set<String> READS = Set.of("read", "claim", "letter", "letters");

    private final RedisScripts redis;

    CartScripts(Vertx vertx, CartConfig config) {
        redis = new RedisScripts(vertx, config.redis(), "/cart/scripts/", PATIENCE);
    }

    /** Runs {@code scripts/<name>.lua}. */
    Future<Response> run(String name, List<String> keys, List<String> arguments) {
        return redis.run(name, keys, arguments).recover(failure -> refused(name, failure));
    }

    Future<Void> ping() {
        return redis.ping();
    }

    void close() {
        redis.close();
    }

    private static <T> Future<T> refused(String name, Throwable failure) {
        if (RedisScripts.isBug(failure)) return Future.failedFuture(failure);
        LOG.warn("Redis cannot serve {}: {}", name, String.valueOf(failure.getMessage()));
        if (failure instanceof TimeoutException && !READS.contains(name)) {
            return Future.failedFuture(Problem.deadlinePassed());
        }
        return Future.failedFuture(Problem.unavailable(
                "Carts cannot be reached at the moment. Nothing is lost; repeat the request in a moment.",
                RETRY_AFTER_SECONDS));
    }
}
