package omnibus.product;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import omnibus.platform.events.Doorbell;
import omnibus.product.ProductStore.Change;
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
    /** Products by id: with the event of their creation where that is all there is to move, else to be read. */
    private Map<String, Optional<JsonObject>> waiting = new LinkedHashMap<>();

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
        for (var id : ids) waiting.put(id, Optional.empty());
        return moved();
    }

    /**
     * Moves what was committed with these changes. The event of a creation need not be read again: it is the first of
     * its product, so nothing can belong before it.
     */
    Future<Void> moveAll(Collection<Change> changes) {
        if (changes.isEmpty()) return Future.succeededFuture();
        for (var change : changes) {
            var first = change.before() == null ? change.event().map(EventDocument::of) : Optional.<JsonObject>empty();
            if (waiting.containsKey(change.productId())) first = Optional.empty();
            waiting.put(change.productId(), first);
        }
        return moved();
    }

    private Future<Void> moved() {
        var mine = next.future();
        if (current.isComplete()) moveWaiting();
        return mine;
    }

    private void moveWaiting() {
        var work = waiting;
        var ids = List.copyOf(work.keySet());
        var done = next;
        waiting = new LinkedHashMap<>();
        next = Promise.promise();
        current = done.future();
        inBatches(work, ids, 0).onComplete(moved -> {
            if (moved.failed()) retryLater(ids, moved.cause());
            else Doorbell.ring(vertx, "product");
            done.handle(moved);
            if (!waiting.isEmpty() && current.isComplete()) moveWaiting();
        });
    }

    private Future<Void> inBatches(Map<String, Optional<JsonObject>> work, List<String> ids, int from) {
        if (from >= ids.size()) return Future.succeededFuture();
        var to = Math.min(ids.size(), from + BATCH);
        return moveBatch(work, ids.subList(from, to)).compose(moved -> inBatches(work, ids, to));
    }

    private Future<Void> moveBatch(Map<String, Optional<JsonObject>> work, List<String> ids) {
        var events = new ArrayList<JsonObject>();
        var unread = new ArrayList<String>();
        for (var id : ids) work.get(id).ifPresentOrElse(events::add, () -> unread.add(id));
        return products.pending(unread).compose(pending -> {
            events.addAll(pending);
            return log.append(events).compose(appended -> products.settle(ids, eventIds(events)));
        });
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
