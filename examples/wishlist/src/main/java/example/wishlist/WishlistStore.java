package example.wishlist;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import omnibus.platform.Ids;
import omnibus.platform.events.Cursor;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.PgCursor;
import omnibus.platform.postgres.Postgres;

/** Wish lists in this service's own database; a change and the event that tells of it are one transaction. */
final class WishlistStore {
    record Wish(String sku, Instant addedAt) {}

    private final Pool pool;
    private final EventLog log;

    WishlistStore(Pool pool, EventLog log) {
        this.pool = pool;
        this.log = log;
    }

    /** Oldest wish first. */
    Future<List<Wish>> read(UUID user) {
        return pool.preparedQuery("select sku, added_at from wish where user_id = $1 order by added_at, sku")
                .execute(Tuple.of(user))
                .map(rows -> {
                    var wishes = new ArrayList<Wish>();
                    for (var row : rows) {
                        wishes.add(new Wish(
                                row.getString("sku"),
                                row.getOffsetDateTime("added_at").toInstant()));
                    }
                    return wishes;
                });
    }

    /** Puts a product on the list, once. False: the list holds {@code most} already. */
    Future<Boolean> add(UUID user, String sku, int most) {
        return Postgres.transaction(
                        pool,
                        tx -> lock(tx, user)
                                .compose(version -> tx.preparedQuery("""
                                        select count(*) as kept, count(*) filter (where sku = $2) as there
                                        from wish where user_id = $1
                                        """)
                                        .execute(Tuple.of(user, sku))
                                        .map(rows -> rows.iterator().next())
                                        .compose(counts -> {
                                            if (counts.getLong("there") > 0) return Future.succeededFuture(true);
                                            if (counts.getLong("kept") >= most) return Future.succeededFuture(false);
                                            return tx.preparedQuery("insert into wish (user_id, sku) values ($1, $2)")
                                                    .execute(Tuple.of(user, sku))
                                                    .compose(inserted -> tell(tx, "WishAdded", user, version, sku))
                                                    .map(true);
                                        })))
                .onSuccess(committed -> log.ring());
    }

    /** False: it was not on the list. */
    Future<Boolean> remove(UUID user, String sku) {
        return Postgres.transaction(
                        pool,
                        tx -> lock(tx, user)
                                .compose(version -> tx.preparedQuery("delete from wish where user_id = $1 and sku = $2")
                                        .execute(Tuple.of(user, sku))
                                        .compose(deleted -> deleted.rowCount() == 0
                                                ? Future.succeededFuture(false)
                                                : tell(tx, "WishRemoved", user, version, sku)
                                                        .map(true))))
                .onSuccess(committed -> log.ring());
    }

    /** Holds the list's row to the end of the transaction, so that its events are in order. Answers its next version. */
    private static Future<Long> lock(SqlConnection tx, UUID user) {
        return tx.preparedQuery("""
                        insert into wishlist as w (user_id, version) values ($1, 1)
                        on conflict (user_id) do update set version = w.version + 1
                        returning version
                        """)
                .execute(Tuple.of(user))
                .map(rows -> rows.iterator().next().getLong("version"));
    }

    /** What the events say. */
    private record Told(UUID userId, String sku) {}

    private Future<Void> tell(SqlConnection tx, String type, UUID user, long version, String sku) {
        return log.append(tx, List.of(Event.of(type, user.toString(), version, new Told(user, sku))));
    }

    /** Forgets those who have closed their account, in one transaction with the place in the user service's log. */
    Cursor userLog() {
        return new PgCursor(pool, "wishlist", "user", this::forget);
    }

    private Future<Void> forget(SqlConnection tx, List<LoggedEvent> events) {
        var gone = events.stream()
                .map(LoggedEvent::event)
                .filter(event -> event.type().equals("UserDeleted"))
                .flatMap(event -> Ids.parse(event.aggregate()).stream())
                .toArray(UUID[]::new);
        if (gone.length == 0) return Future.succeededFuture();
        return tx.preparedQuery("delete from wishlist where user_id = any($1)")
                .execute(Tuple.of(gone))
                .mapEmpty();
    }
}
