package omnibus.platform.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import omnibus.platform.events.Cursor;
import omnibus.platform.events.DeadLetter;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;

/** A follower's place in a row of its own database, moved in the transaction of the effect: nothing lost, nothing twice. */
public final class PgCursor implements Cursor {
    private final Pool pool;
    private final String follower;
    private final String source;
    private final BiFunction<SqlConnection, List<LoggedEvent>, Future<Void>> effect;
    private Runnable afterwards = () -> {};
    private String holder;

    public PgCursor(
            Pool pool,
            String follower,
            String source,
            BiFunction<SqlConnection, List<LoggedEvent>, Future<Void>> effect) {
        this.pool = pool;
        this.follower = follower;
        this.source = source;
        this.effect = effect;
    }

    /** Called after each commit of an effect. */
    public PgCursor afterwards(Runnable action) {
        afterwards = action;
        return this;
    }

    @Override
    public Future<Optional<Position>> claim(String wouldBeHolder) {
        holder = wouldBeHolder;
        return pool.preparedQuery("""
                        insert into follower_cursor as c (follower, source, log_id, position, holder, lease_until)
                        values ($1, $2, '', 0, $3, now() + interval '10 seconds')
                        on conflict (follower, source) do update
                          set holder = excluded.holder, lease_until = excluded.lease_until
                          where c.holder = excluded.holder or c.lease_until < now()
                        returning log_id, position
                        """)
                .execute(Tuple.of(follower, source, wouldBeHolder))
                .map(rows -> {
                    for (var row : rows) {
                        return Optional.of(new Position(row.getString("log_id"), row.getLong("position")));
                    }
                    return Optional.empty();
                });
    }

    @Override
    public Future<Void> advance(Position from, Position to, List<LoggedEvent> events) {
        return Postgres.transaction(
                        pool,
                        transaction -> move(transaction, from, to)
                                .compose(moved -> events.isEmpty()
                                        ? Future.succeededFuture()
                                        : effect.apply(transaction, events)))
                .onSuccess(committed -> afterwards.run());
    }

    @Override
    public Future<Void> putAside(Position from, Position to, LoggedEvent event, String error) {
        return Postgres.transaction(
                pool, transaction -> move(transaction, from, to).compose(moved -> keep(transaction, to, event, error)));
    }

    private Future<Void> keep(SqlConnection transaction, Position at, LoggedEvent logged, String error) {
        var event = logged.event();
        return transaction
                .preparedQuery("""
                        insert into dead_letter (follower, source, event_id, log_id, position, type, aggregate, version, at,
                                                 data, error)
                        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, cast($10::text as jsonb), $11)
                        on conflict (follower, source, event_id) do update
                          set log_id = excluded.log_id, position = excluded.position, error = excluded.error, since = now()
                        """)
                .execute(Tuple.from(List.of(
                        follower,
                        source,
                        event.id(),
                        at.logId(),
                        logged.position(),
                        event.type(),
                        event.aggregate(),
                        event.version(),
                        event.at().atOffset(ZoneOffset.UTC),
                        event.data().toString(),
                        error)))
                .mapEmpty();
    }

    @Override
    public Future<List<DeadLetter>> deadLetters(Optional<UUID> after, int limit) {
        return pool.preparedQuery("""
                        select * from dead_letter
                        where follower = $1 and source = $2 and ($3::uuid is null or event_id > $3)
                        order by event_id limit $4
                        """)
                .execute(Tuple.of(follower, source, after.orElse(null), limit))
                .map(PgCursor::letters);
    }

    @Override
    public Future<Optional<DeadLetter>> applyDeadLetter(UUID eventId) {
        return Postgres.transaction(
                        pool,
                        transaction -> transaction
                                .preparedQuery("""
                                        delete from dead_letter
                                        where follower = $1 and source = $2 and event_id = $3 returning *
                                        """)
                                .execute(Tuple.of(follower, source, eventId))
                                .map(rows -> letters(rows).stream().findFirst())
                                .compose(found -> found.isEmpty()
                                        ? Future.succeededFuture(found)
                                        : effect.apply(transaction, List.of(logged(found.get())))
                                                .map(found)))
                .onSuccess(committed -> afterwards.run());
    }

    private static LoggedEvent logged(DeadLetter letter) {
        return new LoggedEvent(letter.position(), letter.event());
    }

    private static List<DeadLetter> letters(RowSet<Row> rows) {
        var letters = new ArrayList<DeadLetter>();
        for (var row : rows) {
            letters.add(new DeadLetter(
                    row.getString("source"),
                    row.getString("log_id"),
                    row.getLong("position"),
                    EventLog.event(row).event(),
                    row.getString("error"),
                    row.getOffsetDateTime("since").toInstant()));
        }
        return letters;
    }

    private Future<Void> move(SqlConnection transaction, Position from, Position to) {
        return transaction
                .preparedQuery("""
                        update follower_cursor
                        set log_id = $6, position = $7, lease_until = now() + interval '10 seconds'
                        where follower = $1 and source = $2 and holder = $3 and log_id = $4 and position = $5
                        """)
                .execute(Tuple.of(follower, source, holder, from.logId(), from.position(), to.logId(), to.position()))
                .compose(updated -> updated.rowCount() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException(
                                "the cursor of " + follower + " in " + source + " has passed to another instance")));
    }
}
