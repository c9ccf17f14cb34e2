package omnibus.product;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mongo.BulkOperation;
import io.vertx.ext.mongo.BulkWriteOptions;
import io.vertx.ext.mongo.FindOptions;
import io.vertx.ext.mongo.IndexOptions;
import io.vertx.ext.mongo.MongoClient;
import io.vertx.ext.mongo.UpdateOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import omnibus.platform.Ids;
import omnibus.platform.events.EventPage;
import omnibus.platform.events.EventSource;
import omnibus.platform.events.LoggedEvent;

/**
 * The log of this service in MongoDB: one document per event, its position as {@code _id}.
 *
 * <p>Positions are dense though several instances append without a transaction. A batch is inserted in order at the
 * positions after the highest known one, and stops at its first duplicate key; so a position is only ever taken when
 * the one before it is, and whoever loses a position reads the log's new end and goes on there. The unique
 * {@code eventId} makes a second move of the same event a duplicate key too, and no second event.
 */
final class ProductLogStore implements EventSource {
    private static final String LOG = "log";
    private static final String META = "meta";
    private static final int LOOK_AHEAD = 128;
    private static final int MAX_PAGE_BYTES = 1 << 20;
    private static final int MAX_TRIES = 200;
    private static final long UNKNOWN = -1;

    private final MongoClient client;
    private String logId;
    /** The highest position this instance knows to be taken. It only rises, for the log only grows. */
    private long known = UNKNOWN;

    ProductLogStore(MongoStore mongo) {
        this.client = mongo.client();
    }

    /** Makes the log, with an id of its own, where there is none. */
    Future<Void> prepare() {
        var log = new JsonObject().put("_id", "log");
        var birth = new JsonObject()
                .put("$setOnInsert", new JsonObject().put("logId", Ids.next().toString()));
        var unique = new IndexOptions().unique(true).name("eventId");
        return MongoStore.writing(client.createIndexWithOptions(LOG, new JsonObject().put("eventId", 1), unique)
                .compose(indexed -> client.updateCollectionWithOptions(
                                META, log, birth, new UpdateOptions().setUpsert(true))
                        // Two instances that start together: one makes it, both read it.
                        .recover(failure -> MongoStore.isDuplicateKey(failure)
                                ? Future.succeededFuture()
                                : Future.failedFuture(failure)))
                .compose(made -> client.findOne(META, log, null))
                .map(found -> {
                    logId = found.getString("logId");
                    return null;
                }));
    }

    @Override
    public Future<EventPage> read(long after, int limit) {
        return MongoStore.reading(head().compose(head -> {
            var last = Math.min(head, after + limit);
            if (last <= after) return Future.succeededFuture(new EventPage(logId, List.of(), head));
            return positions(after + 1, last, null).map(found -> new EventPage(logId, page(found), head));
        }));
    }

    /** As many events as make a message of a decent size, and one at least. */
    private static List<LoggedEvent> page(List<JsonObject> found) {
        var page = new ArrayList<LoggedEvent>(found.size());
        var bytes = 0;
        for (var logged : found) {
            bytes += EventDocument.weight(logged);
            if (bytes > MAX_PAGE_BYTES && !page.isEmpty()) break;
            page.add(EventDocument.read(logged));
        }
        return page;
    }

    /** Appends pending events in this order; those that are in the log already are passed over. One append at a time. */
    Future<Void> append(List<JsonObject> pending) {
        return MongoStore.writing(append(pending, 1)).onFailure(lost -> known = UNKNOWN);
    }

    private Future<Void> append(List<JsonObject> pending, int tries) {
        if (pending.isEmpty()) return Future.succeededFuture();
        if (tries > MAX_TRIES) return Future.failedFuture(new IllegalStateException("others append without end"));
        return head().compose(head -> insert(pending, head)).compose(done -> {
            if (done == pending.size()) return Future.succeededFuture();
            return withoutLogged(pending.subList(done, pending.size())).compose(rest -> append(rest, tries + 1));
        });
    }

    /** How many of the events got the positions after {@code head}: all of them, or those before the first one lost. */
    private Future<Integer> insert(List<JsonObject> pending, long head) {
        var inserts = new ArrayList<BulkOperation>(pending.size());
        for (var event : pending) {
            inserts.add(BulkOperation.createInsert(EventDocument.at(head + 1 + inserts.size(), event)));
        }
        return client.bulkWriteWithOptions(LOG, inserts, new BulkWriteOptions(true))
                .map(all -> pending.size())
                .recover(failure -> MongoStore.isDuplicateKey(failure)
                        ? Future.succeededFuture(MongoStore.doneBefore(failure))
                        : Future.failedFuture(failure))
                .onSuccess(done -> known = Math.max(known, head + done));
    }

    private Future<List<JsonObject>> withoutLogged(List<JsonObject> pending) {
        var ids = pending.stream().map(event -> event.getString("id")).toList();
        var options = new FindOptions().setFields(new JsonObject().put("eventId", 1));
        return client.findWithOptions(LOG, new JsonObject().put("eventId", ProductStore.in(ids)), options)
                .map(found -> {
                    var logged = new HashSet<String>();
                    found.forEach(event -> logged.add(event.getString("eventId")));
                    return pending.stream()
                            .filter(event -> !logged.contains(event.getString("id")))
                            .toList();
                });
    }

    /** The highest position taken: from the one known, forward; there are no gaps to fall into. */
    private Future<Long> head() {
        if (known == UNKNOWN)
            return lastPosition().compose(last -> {
                known = Math.max(known, last);
                return head();
            });
        var from = known;
        return positions(from + 1, from + LOOK_AHEAD, new JsonObject().put("_id", 1))
                .compose(found -> {
                    known = Math.max(known, from + found.size());
                    return found.size() < LOOK_AHEAD ? Future.succeededFuture(known) : head();
                });
    }

    private Future<Long> lastPosition() {
        var options = new FindOptions()
                .setSort(new JsonObject().put("_id", -1))
                .setLimit(1)
                .setFields(new JsonObject().put("_id", 1));
        return client.findWithOptions(LOG, new JsonObject(), options)
                .map(found -> found.isEmpty() ? 0L : found.get(0).getLong("_id"));
    }

    /** By list and not by range: the embedded emulation would search the whole log for a range. */
    private Future<List<JsonObject>> positions(long first, long last, JsonObject fields) {
        var wanted = LongStream.rangeClosed(first, last).boxed().toList();
        var options = new FindOptions().setSort(new JsonObject().put("_id", 1));
        if (fields != null) options.setFields(fields);
        return client.findWithOptions(LOG, new JsonObject().put("_id", ProductStore.in(wanted)), options);
    }
}
