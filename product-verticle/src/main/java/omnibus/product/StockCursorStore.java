package omnibus.product;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mongo.FindOptions;
import io.vertx.ext.mongo.MongoClient;
import io.vertx.ext.mongo.UpdateOptions;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import omnibus.platform.events.Cursor;
import omnibus.platform.events.DeadLetter;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;

/**
 * This service's place in inventory's log, in MongoDB. There is no transaction with the effect: effects come first,
 * each only if it is newer than what the product knows, and the cursor moves after. The lease saves work and nothing
 * else: two pullers at once do the same effects, which is harmless, and only one of them moves the cursor.
 */
final class StockCursorStore implements Cursor {
    private static final String CURSORS = "cursors";
    private static final String DEAD_LETTERS = "deadLetters";
    private static final String SOURCE = "inventory";
    private static final long LEASE_MILLIS = 10_000;

    private final MongoClient client;
    private final Clock clock;
    private final BiFunction<String, List<LoggedEvent>, Future<Void>> effect;
    private String holder;

    /** {@code effect} takes the id of the log and the events of a page. */
    StockCursorStore(MongoStore mongo, Clock clock, BiFunction<String, List<LoggedEvent>, Future<Void>> effect) {
        this.client = mongo.client();
        this.clock = clock;
        this.effect = effect;
    }

    @Override
    public Future<Optional<Position>> claim(String wouldBeHolder) {
        holder = wouldBeHolder;
        var free = new JsonArray()
                .add(new JsonObject().put("holder", wouldBeHolder))
                .add(new JsonObject().put("leaseUntil", new JsonObject().put("$lt", clock.millis())));
        var query = new JsonObject().put("_id", SOURCE).put("$or", free);
        var update = new JsonObject()
                .put("$set", new JsonObject().put("holder", wouldBeHolder).put("leaseUntil", lease()));
        return MongoStore.writing(client.findOneAndUpdateWithOptions(
                        CURSORS, query, update, new FindOptions(), new UpdateOptions().setReturningNewDocument(true)))
                .compose(found -> found == null
                        ? begin()
                        : Future.succeededFuture(
                                Optional.of(new Position(found.getString("logId"), found.getLong("position")))));
    }

    /** There is no cursor yet, or another instance holds it: making one tells which. */
    private Future<Optional<Position>> begin() {
        var cursor = new JsonObject()
                .put("_id", SOURCE)
                .put("logId", Position.START.logId())
                .put("position", Position.START.position())
                .put("holder", holder)
                .put("leaseUntil", lease());
        return MongoStore.writing(client.insert(CURSORS, cursor)
                .map(made -> Optional.of(Position.START))
                .recover(failure -> MongoStore.isDuplicateKey(failure)
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure)));
    }

    @Override
    public Future<Void> advance(Position from, Position to, List<LoggedEvent> events) {
        var effects = events.isEmpty() ? Future.<Void>succeededFuture() : effect.apply(to.logId(), events);
        return effects.compose(applied -> move(from, to));
    }

    private Future<Void> move(Position from, Position to) {
        var query = new JsonObject()
                .put("_id", SOURCE)
                .put("holder", holder)
                .put("logId", from.logId())
                .put("position", from.position());
        var update = new JsonObject()
                .put(
                        "$set",
                        new JsonObject()
                                .put("logId", to.logId())
                                .put("position", to.position())
                                .put("leaseUntil", lease()));
        return MongoStore.writing(client.updateCollection(CURSORS, query, update))
                .compose(done -> done.getDocMatched() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException(
                                "the cursor in " + SOURCE + " has passed to another instance")));
    }

    /** The letter comes first and is the same however often it is written; the cursor moves after. */
    @Override
    public Future<Void> putAside(Position from, Position to, LoggedEvent event, String error) {
        var letter = EventDocument.of(event.event())
                .put("position", event.position())
                .put("logId", to.logId())
                .put("error", error)
                .put("since", clock.instant().toString());
        letter.remove("id");
        var named = new JsonObject().put("_id", event.event().id().toString());
        return MongoStore.writing(client.updateCollectionWithOptions(
                        DEAD_LETTERS, named, new JsonObject().put("$set", letter), new UpdateOptions().setUpsert(true)))
                .compose(kept -> move(from, to));
    }

    @Override
    public Future<List<DeadLetter>> deadLetters(Optional<UUID> after, int limit) {
        var behind = new JsonObject();
        after.ifPresent(id -> behind.put("_id", new JsonObject().put("$gt", id.toString())));
        var inOrder = new FindOptions().setSort(new JsonObject().put("_id", 1)).setLimit(limit);
        return MongoStore.reading(client.findWithOptions(DEAD_LETTERS, behind, inOrder))
                .map(found -> found.stream().map(StockCursorStore::letter).toList());
    }

    @Override
    public Future<Optional<DeadLetter>> applyDeadLetter(UUID eventId) {
        var named = new JsonObject().put("_id", eventId.toString());
        return MongoStore.reading(client.findOne(DEAD_LETTERS, named, null)).compose(found -> {
            if (found == null) return Future.succeededFuture(Optional.empty());
            var letter = letter(found);
            return effect.apply(letter.logId(), List.of(new LoggedEvent(letter.position(), letter.event())))
                    .compose(applied -> MongoStore.writing(client.removeDocument(DEAD_LETTERS, named)))
                    .map(Optional.of(letter));
        });
    }

    private static DeadLetter letter(JsonObject kept) {
        var logged = kept.copy().put("eventId", kept.getString("_id")).put("_id", kept.getLong("position"));
        return new DeadLetter(
                SOURCE,
                kept.getString("logId"),
                kept.getLong("position"),
                EventDocument.read(logged).event(),
                kept.getString("error"),
                Instant.parse(kept.getString("since")));
    }

    private long lease() {
        return clock.millis() + LEASE_MILLIS;
    }
}
