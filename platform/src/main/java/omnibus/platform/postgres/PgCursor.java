package omnibus.platform.postgres;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import omnibus.platform.events.Cursor;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;

/** A follower's place in a row of its own database, moved in the transaction of the effect: nothing lost, nothing twice. */
public final class PgCursor implements Cursor {
    private final Pool pool;
    private final String follower;
    private final String source;
    private final BiFunction<SqlConnection, List<LoggedEvent>, Future<Void>> effect;
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
                        .compose(moved ->
                                events.isEmpty() ? Future.succeededFuture() : effect.apply(transaction, events)));
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
