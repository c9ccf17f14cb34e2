package omnibus.product;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import omnibus.platform.events.Doorbell;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves events from the documents they were committed with to the log: read what is pending, append it, take it out of
 * the documents, ring the doorbell. Every step may be repeated, by this instance or by another. What is written while a
 * move is under way goes with the next one, all together. Runs on the verticle's event loop.
 *
 * <p>A product's events keep their order because whoever moves a later one has read the earlier one with it, or found
 * it gone, which it is only once it is in the log.
 */
final class EventMover {
    private static final Logger LOG = LoggerFactory.getLogger(EventMover.class);
    private static final int BATCH = 200;
    private static final long RETRY_MILLIS = 1_000;
    /** For what an instance left behind that died in between; one that starts looks at once. */
    private static final long SEARCH_MILLIS = 60_000;

    private final Vertx vertx;
    private final ProductStore products;
    private final ProductLogStore log;
    private Set<String> waiting = new LinkedHashSet<>();
    private Promise<Void> next = Promise.promise();
    private Future<Void> current = Future.succeededFuture();
    private long search = -1;
    private boolean stopped;

    EventMover(Vertx vertx, ProductStore products, ProductLogStore log) {
        this.vertx = vertx;
        this.products = products;
        this.log = log;
    }

    void start() {
        recover();
    }

    Future<Void> stop() {
        stopped = true;
        vertx.cancelTimer(search);
        return idle();
    }

    private Future<Void> idle() {
        return current.otherwiseEmpty().compose(done -> {
            if (current.isComplete() && !waiting.isEmpty()) moveWaiting();
            return current.isComplete() ? Future.succeededFuture() : idle();
        });
    }

    /** Moves what is pending in these products; done when it is in the log. A failure is made good later, by itself. */
    Future<Void> move(Collection<String> ids) {
        if (ids.isEmpty()) return Future.succeededFuture();
        waiting.addAll(ids);
        var mine = next.future();
        if (current.isComplete()) moveWaiting();
        return mine;
    }

    private void moveWaiting() {
        var ids = List.copyOf(waiting);
        var done = next;
        waiting = new LinkedHashSet<>();
        next = Promise.promise();
        current = done.future();
        inBatches(ids, 0).onComplete(moved -> {
            if (moved.failed()) retryLater(ids, moved.cause());
            else Doorbell.ring(vertx, "product");
            done.handle(moved);
            if (!waiting.isEmpty() && current.isComplete()) moveWaiting();
        });
    }

    private Future<Void> inBatches(List<String> ids, int from) {
        if (from >= ids.size()) return Future.succeededFuture();
        var to = Math.min(ids.size(), from + BATCH);
        return moveBatch(ids.subList(from, to)).compose(moved -> inBatches(ids, to));
    }

    private Future<Void> moveBatch(List<String> ids) {
        return products.pending(ids)
                .compose(pending -> log.append(pending).compose(appended -> products.settle(ids, eventIds(pending))));
    }

    private static List<String> eventIds(List<JsonObject> pending) {
        var ids = new ArrayList<String>(pending.size());
        for (var event : pending) ids.add(event.getString("id"));
        return ids;
    }

    private void retryLater(List<String> ids, Throwable failure) {
        LOG.warn("{} products' events wait to be moved to the log: {}", ids.size(), failure.toString());
        if (!stopped) vertx.setTimer(RETRY_MILLIS, tick -> move(ids));
    }

    /** Finds what was committed and never moved: its writer died in between. */
    private void recover() {
        products.withPending(BATCH)
                .compose(ids -> ids.isEmpty()
                        ? Future.succeededFuture(false)
                        : move(ids).map(ids.size() == BATCH))
                .onFailure(failure -> LOG.debug("looking for events left behind failed: {}", failure.toString()))
                .onComplete(done -> {
                    if (stopped) return;
                    var again = done.failed() || done.result();
                    search = vertx.setTimer(again ? RETRY_MILLIS : SEARCH_MILLIS, tick -> recover());
                });
    }
}
