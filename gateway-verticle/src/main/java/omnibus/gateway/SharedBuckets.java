package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import omnibus.platform.Secret;
import omnibus.platform.redis.RedisScripts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token buckets that all gateways share, in Redis. While Redis does not answer it is left alone for a second at a
 * time, so that nobody waits for it. Lives on one event loop.
 */
final class SharedBuckets {
    private static final Logger LOG = LoggerFactory.getLogger(SharedBuckets.class);
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final long AWAY_NANOS = 1_000_000_000L;

    /**
     * Tokens taken out of a bucket.
     *
     * @param left how many are in it
     * @param nextMillis until there is another one, where there is none
     */
    record Lease(int taken, int left, long nextMillis) {}

    private final RedisScripts redis;
    private long awayUntil;
    private boolean away;

    SharedBuckets(Vertx vertx, Secret url) {
        this.redis = new RedisScripts(vertx, url, "/gateway/scripts/", PATIENCE);
        this.awayUntil = System.nanoTime();
    }

    boolean isAway(long now) {
        return away && now - awayUntil < 0;
    }

    /** Takes as many of {@code wanted} as there are. Fails when Redis does not answer. */
    Future<Lease> take(String bucket, int perSecond, int wanted) {
        var rate = Integer.toString(perSecond);
        return redis.run("lease", List.of("limit:" + bucket), List.of(rate, rate, Integer.toString(wanted)))
                .map(answer -> new Lease(
                        answer.get(0).toInteger(),
                        answer.get(1).toInteger(),
                        answer.get(2).toLong()))
                .onSuccess(taken -> back())
                .onFailure(this::gone);
    }

    private void back() {
        if (away) LOG.info("Redis is back: limits are shared by all gateways again");
        away = false;
    }

    private void gone(Throwable failure) {
        if (!away) LOG.warn("Redis is away, each gateway limits by itself: {}", String.valueOf(failure.getMessage()));
        away = true;
        awayUntil = System.nanoTime() + AWAY_NANOS;
    }

    void close() {
        redis.close();
    }
}
