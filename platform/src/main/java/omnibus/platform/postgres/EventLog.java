package omnibus.platform.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import omnibus.platform.Json;
import omnibus.platform.Platform;
import omnibus.platform.events.Doorbell;
import omnibus.platform.events.Event;
import omnibus.platform.events.EventPage;
import omnibus.platform.events.EventSource;
import omnibus.platform.events.LoggedEvent;

/**
 * A service's log in its own database. Events are inserted without a position in the transaction of the change they
 * tell of; whoever reads first gives the committed ones the next positions under an advisory lock. A sequence would not
 * do: its order is not the order of commits, and a reader that skips to a higher number loses rows for good.
 */
public final class EventLog implements EventSource {
    /** Far within what a statement may take. */
    static final int STAMPED_AT_ONCE = 5_000;

    private final Platform platform;
    private final String service;
    private final Pool pool;

    public EventLog(Platform platform, String service, Pool pool) {
        this.platform = platform;
        this.service = service;
        this.pool = pool;
    }

    /** Adds events in the transaction of their change. Rows of one aggregate must be added under its row lock. */
    public Future<Void> append(SqlConnection transaction, List<Event> events) {
        if (events.isEmpty()) return Future.succeededFuture();
        var ids = new UUID[events.size()];
        var types = new String[events.size()];
        var aggregates = new String[events.size()];
        var versions = new Long[events.size()];
        var times = new OffsetDateTime[events.size()];
        var data = new String[events.size()];
        for (var i = 0; i < events.size(); i++) {
            var event = events.get(i);
            ids[i] = event.id();
            types[i] = event.type();
            aggregates[i] = event.aggregate();
            versions[i] = event.version();
            times[i] = event.at().atOffset(ZoneOffset.UTC);
            data[i] = event.data().toString();
        }
        return transaction
                .preparedQuery("""
                        insert into event_log (event_id, type, aggregate, version, at, data)
                        select event_id, type, aggregate, version, at, data::jsonb
                        from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::text[])
                          with ordinality as e(event_id, type, aggregate, version, at, data, n)
                        order by n
                        """)
                .execute(Tuple.of(ids, types, aggregates, versions, times, data))
                .mapEmpty();
    }

    /** Tells followers that there may be something new. Call it after commit; a lost ring costs a second. */
    public void ring() {
        Doorbell.ring(platform.vertx(), service);
    }

    @Override
    public Future<EventPage> read(long after, int limit) {
        return read("position > $1", Tuple.of(after, limit));
    }

    /** A service whose log is read like this has an index on the user and the position. */
    @Override
    public Future<EventPage> readOfUser(String userId, long after, int limit) {
        return read("position > $1 and data ->> 'userId' = $3", Tuple.of(after, limit, userId));
    }

    private Future<EventPage> read(String wanted, Tuple arguments) {
        return stamp().compose(
                        stamped -> pool.preparedQuery("""
                                select i.log_id, coalesce(h.head, 0) as head,
                                       e.position, e.event_id, e.type, e.aggregate, e.version, e.at, e.data
                                from event_log_identity i
                                cross join (select max(position) as head from event_log) h
                                left join (select * from event_log where %s order by position limit $2) e
                                  on true
                                order by e.position
                                """.formatted(wanted)).execute(arguments))
                .map(rows -> {
                    var events = new ArrayList<LoggedEvent>();
                    String logId = null;
                    var head = 0L;
                    for (var row : rows) {
                        logId = row.getUUID("log_id").toString();
                        head = row.getLong("head");
                        if (row.getLong("position") != null) events.add(event(row));
                    }
                    return new EventPage(logId, events, head);
                });
    }

    /** Gives positions to all that is committed, some in each statement: a page and its head leave nothing out. */
    private Future<Void> stamp() {
        return pool.query("select stamp_events(" + STAMPED_AT_ONCE + ") as stamped")
                .execute()
                .compose(rows -> rows.iterator().next().getInteger("stamped") < STAMPED_AT_ONCE
                        ? Future.succeededFuture()
                        : stamp());
    }

    /** The event in a row with the columns of {@code event_log}. */
    static LoggedEvent event(Row row) {
        var data = Json.tree(row.get(JsonObject.class, "data").toBuffer());
        return new LoggedEvent(
                row.getLong("position"),
                new Event(
                        row.getUUID("event_id"),
                        row.getString("type"),
                        row.getString("aggregate"),
                        row.getLong("version"),
                        row.getOffsetDateTime("at").toInstant(),
                        data));
    }
}
