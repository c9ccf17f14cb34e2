package omnibus.order;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import omnibus.platform.call.Outage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds sagas that are due and in nobody's hands: rested ones, and those whose instance has died. Looks about twice a
 * second, out of step with its peers, and at once when told. Confined to one event loop.
 */
final class Sweeper {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final long SHORTEST_MILLIS = 250;
    private static final long SPREAD_MILLIS = 500;
    private static final long CENSUS_MILLIS = 5_000;
    private static final int CLAIM = 64;
    /** Claiming what could not be worked on soon would only keep it from others. */
    private static final int ENOUGH_HELD = 1_024;

    private final Vertx vertx;
    private final SagaStore store;
    private final SagaEngine engine;
    private final AtomicLong unfinished;
    private final AtomicLong parked;
    private final AtomicLong oldestSeconds;
    private boolean sweeping;
    private boolean toldMeanwhile;
    private boolean stopped;
    private long timer = -1;
    private long census = -1;

    Sweeper(Vertx vertx, SagaStore store, SagaEngine engine, MeterRegistry metrics) {
        this.vertx = vertx;
        this.store = store;
        this.engine = engine;
        this.unfinished = metrics.gauge("omnibus.saga.backlog", new AtomicLong());
        this.parked = metrics.gauge("omnibus.saga.parked", new AtomicLong());
        this.oldestSeconds = metrics.gauge("omnibus.saga.oldest.seconds", new AtomicLong());
    }

    void start() {
        census = vertx.setPeriodic(CENSUS_MILLIS, tick -> count());
        sweep();
    }

    /** Claims nothing more. */
    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
        vertx.cancelTimer(census);
    }

    /** Looks now: something has probably become due. */
    void sweep() {
        toldMeanwhile = sweeping;
        if (sweeping || stopped) return;
        sweeping = true;
        vertx.cancelTimer(timer);
        if (engine.held() >= ENOUGH_HELD) {
            swept(false);
            return;
        }
        Outage.ifSilent(store.claim(CLAIM))
                .map(claimed -> {
                    engine.take(claimed);
                    return claimed.size() == CLAIM;
                })
                .otherwise(failure -> {
                    if (!stopped) LOG.warn("cannot look for sagas that are due: {}", failure.toString());
                    return false;
                })
                .onComplete(done -> swept(done.result()));
    }

    private void swept(boolean thereIsMore) {
        sweeping = false;
        if (stopped) return;
        if (thereIsMore || toldMeanwhile) sweep();
        else timer = vertx.setTimer(SHORTEST_MILLIS + random(), tick -> sweep());
    }

    private static long random() {
        return ThreadLocalRandom.current().nextLong(SPREAD_MILLIS);
    }

    private void count() {
        store.backlog()
                .onSuccess(backlog -> {
                    unfinished.set(backlog.unfinished());
                    parked.set(backlog.parked());
                    oldestSeconds.set(backlog.oldest().toSeconds());
                })
                .onFailure(failure -> LOG.debug("cannot count sagas: {}", failure.toString()));
    }
}
