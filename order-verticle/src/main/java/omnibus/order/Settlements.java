package omnibus.order;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callers that wait for an order to be settled. They are woken by this instance's own engine, by the log's doorbell when
 * another instance does the work, and by a slow poll when the bell was not heard. Confined to one event loop.
 */
final class Settlements {
    private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);
    private static final long POLL_MILLIS = 1_000;
    /** The doorbell rings for every change of every order; one look answers many rings. */
    private static final long LOOK_MILLIS = 20;

    private final Vertx vertx;
    private final OrderStore store;
    private final Map<UUID, List<Promise<Void>>> waiting = new HashMap<>();
    private Predicate<UUID> inHand = order -> false;
    private boolean lookTimed;
    private long poll = -1;

    Settlements(Vertx vertx, OrderStore store) {
        this.vertx = vertx;
        this.store = store;
    }

    /** @param isInHand orders this instance works on itself: it will say so when they are settled */
    void start(Predicate<UUID> isInHand) {
        inHand = isInHand;
        poll = vertx.setPeriodic(POLL_MILLIS, tick -> look(order -> true));
    }

    void stop() {
        vertx.cancelTimer(poll);
        List.copyOf(waiting.keySet()).forEach(this::settled);
    }

    /** Ends when the order is settled or the time is over, whichever comes first; which of them, the order's row says. */
    Future<Void> await(UUID order, long millis) {
        Promise<Void> woken = Promise.promise();
        waiting.computeIfAbsent(order, first -> new ArrayList<>()).add(woken);
        var timer = vertx.setTimer(Math.max(1, millis), tick -> woken.tryComplete());
        lookSoon();
        return woken.future().onComplete(done -> {
            vertx.cancelTimer(timer);
            waiting.computeIfPresent(order, (id, others) -> {
                others.remove(woken);
                return others.isEmpty() ? null : others;
            });
        });
    }

    void settled(UUID order) {
        var woken = waiting.remove(order);
        if (woken != null) woken.forEach(Promise::tryComplete);
    }

    /** Somebody's order has changed somewhere. */
    void rung() {
        lookSoon();
    }

    private void lookSoon() {
        if (lookTimed || waiting.isEmpty()) return;
        lookTimed = true;
        vertx.setTimer(LOOK_MILLIS, tick -> {
            lookTimed = false;
            look(order -> !inHand.test(order));
        });
    }

    private void look(Predicate<UUID> which) {
        var asked = waiting.keySet().stream().filter(which).toList();
        if (asked.isEmpty()) return;
        store.settledAmong(asked)
                .onSuccess(found -> found.forEach(this::settled))
                .onFailure(failure -> LOG.debug("cannot look for settled orders: {}", failure.toString()));
    }
}
