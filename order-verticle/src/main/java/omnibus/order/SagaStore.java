package omnibus.order;

import static omnibus.order.OrderStore.ORDER_COLUMNS;
import static omnibus.order.OrderStore.stream;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import omnibus.order.model.Move;
import omnibus.order.model.Order;
import omnibus.order.model.Payment;
import omnibus.order.model.Reason;
import omnibus.order.model.Review;
import omnibus.order.model.Saga;
import omnibus.order.model.Step;
import omnibus.platform.call.Outage;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.Postgres;

/**
 * The sagas in PostgreSQL: claimed, held, moved and handed back. Three laws hold in every statement. A row is written only
 * behind its fence (order, epoch, step), so that what a frozen or fallen instance still wants to say is not heard. Time is
 * the database's. And whoever locks several orders locks their saga rows first, in the order of their ids, so that nobody
 * waits in a circle.
 */
final class SagaStore {
    /** What {@link #saga} reads besides the order, from {@code saga s}. */
    private static final String SAGA_COLUMNS = """
            s.epoch, s.step, s.failures, s.cancelled, s.verdict_code, s.verdict_detail, s.deadline_at <= now() as overdue,
            (extract(epoch from now() - s.step_at) * 1000)::bigint as waited_ms, s.state = 'REVIEW' as parked
            """;

    private final Pool pool;
    private final EventLog log;
    private final String owner;

    /** @param owner the instance in whose name this store claims and holds */
    SagaStore(Pool pool, EventLog log, String owner) {
        this.pool = pool;
        this.log = log;
        this.owner = owner;
    }

    /** Takes over up to {@code limit} sagas that are due and in nobody's hands, each under a new epoch. */
    Future<List<Saga>> claim(int limit) {
        return pool.preparedQuery(CLAIM)
                .execute(Tuple.of(owner, limit))
                .map(rows -> stream(rows).map(SagaStore::saga).toList());
    }

    private static final String CLAIM = """
            with due as (
              select order_id from saga
              where state <> 'DONE' and state <> 'REVIEW' and next_run_at <= now()
                and (lease_until is null or lease_until < now())
              order by next_run_at limit $2
              for update skip locked
            ), claimed as (
              update saga s set lease_owner = $1, lease_until = now() + interval '10 seconds',
                epoch = s.epoch + 1, attempt = s.attempt + 1
              from due where s.order_id = due.order_id
              returning s.*
            ), logged as (
              insert into saga_log (order_id, epoch, "from", "to", owner, note)
              select order_id, epoch, step, step, $1, 'claimed' from claimed
            )
            select %s, %s
            from claimed s join orders o on o.id = s.order_id
            order by s.next_run_at
            """.formatted(SAGA_COLUMNS, ORDER_COLUMNS);

    /**
     * Prolongs what this instance holds (order id to epoch), and answers what it holds no longer. Rows that are being
     * written are passed over: who writes them either prolongs them or has taken them away, and the next look tells.
     */
    Future<Set<UUID>> renew(Map<UUID, Long> held) {
        return pool.preparedQuery("""
                        with held as (
                          select * from unnest($1::uuid[], $2::bigint[]) as h(order_id, epoch)
                        ), locked as (
                          select s.order_id from saga s join held h using (order_id)
                          where s.epoch = h.epoch and s.lease_owner = $3
                          for update of s skip locked
                        ), renewed as (
                          update saga s set lease_until = now() + interval '10 seconds'
                          from locked where s.order_id = locked.order_id
                        )
                        select h.order_id from held h
                        where not exists (
                          select from saga s
                          where s.order_id = h.order_id and s.epoch = h.epoch and s.lease_owner = $3)
                        """)
                .execute(Tuple.of(
                        held.keySet().toArray(UUID[]::new), held.values().toArray(Long[]::new), owner))
                .map(rows -> stream(rows).map(row -> row.getUUID("order_id")).collect(Collectors.toSet()));
    }

    /** Lets go of everything this instance holds. */
    Future<Integer> releaseOwn() {
        return release(owner);
    }

    /** Lets go of what {@code holder} holds, who is known to be gone. Were it not, the new epoch would tell. */
    Future<Integer> release(String holder) {
        return pool.preparedQuery("""
                        with locked as (
                          select order_id from saga where lease_owner = $1 and state <> 'DONE'
                          order by order_id for update
                        )
                        update saga s set lease_until = now(), next_run_at = least(s.next_run_at, now())
                        from locked where s.order_id = locked.order_id and s.lease_owner = $1
                        """).execute(Tuple.of(holder)).map(rows -> rows.rowCount());
    }

    /**
     * Writes moves, each if its saga is still where it was decided for and in the same hands, with all that they show:
     * the order, its timeline, the saga's log, the event. Answers the orders that were moved; the other moves were a
     * zombie's.
     */
    Future<Set<UUID>> write(Collection<Move> moves) {
        var writing = moves.stream().anyMatch(Move::changesStatus)
                ? Postgres.transaction(pool, tx -> write(tx, moves))
                : Outage.ifSilent(write(pool, moves)).map(Map::keySet);
        return writing.onSuccess(written -> {
            if (moves.stream().anyMatch(Move::changesStatus)) log.ring();
        });
    }

    private Future<Set<UUID>> write(SqlConnection tx, Collection<Move> moves) {
        return write((SqlClient) tx, moves).compose(versions -> {
            var events = moves.stream()
                    .filter(move -> move.changesStatus()
                            && versions.containsKey(move.saga().order().id()))
                    .map(move -> OrderEvents.statusChanged(
                            move.saga().order().status(),
                            move.order().orElseThrow(),
                            versions.get(move.saga().order().id())))
                    .toList();
            return log.append(tx, events).map(versions.keySet());
        });
    }

    /** Answers the version of each order that was moved, 0 for one whose owner sees no change. */
    private Future<Map<UUID, Long>> write(SqlClient client, Collection<Move> moves) {
        return client.preparedQuery(MOVE).execute(parameters(moves)).map(rows -> {
            Map<UUID, Long> versions = new HashMap<>();
            for (var row : rows) versions.put(row.getUUID("order_id"), row.getLong("version"));
            return versions;
        });
    }

    private static final String MOVE = """
            with move as (
              select * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::int[], $7::bigint[],
                                   $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
                                   $15::uuid[], $16::text[]::payment_status[])
                as m(order_id, epoch, from_step, to_step, state, failures, pause_ms, verdict_code, verdict_detail, error,
                     status, reason_code, reason_detail, detail, payment_id, payment_status)
            ), locked as materialized (
              select s.order_id from saga s join move m using (order_id)
              where s.epoch = m.epoch and s.step = m.from_step
              order by s.order_id for update of s
            ), fenced as (
              update saga s set
                state = m.state, step = m.to_step, failures = m.failures,
                parked_at = case when m.state = 'REVIEW' then now() end,
                step_at = case when m.from_step = m.to_step then s.step_at else now() end,
                attempt = case when m.from_step = m.to_step then s.attempt else 1 end,
                next_run_at = case when m.pause_ms is null then s.next_run_at else
                  least(now() + m.pause_ms * (0.75 + random() / 2) * interval '1 millisecond',
                        case when s.deadline_at > now() then s.deadline_at else 'infinity' end) end,
                lease_owner = case when m.pause_ms is null and m.state in ('RUNNING', 'UNWINDING') then $17 end,
                lease_until = case when m.pause_ms is null and m.state in ('RUNNING', 'UNWINDING')
                  then now() + interval '10 seconds' end,
                verdict_code = m.verdict_code, verdict_detail = m.verdict_detail, last_error = m.error
              from locked join move m using (order_id)
              where s.order_id = m.order_id and s.epoch = m.epoch and s.step = m.from_step
              returning s.order_id
            ), shown as (
              update orders o set
                status = coalesce(m.status, o.status),
                reason_code = case when m.status is null then o.reason_code else m.reason_code end,
                reason_detail = case when m.status is null then o.reason_detail else m.reason_detail end,
                payment_id = coalesce(o.payment_id, m.payment_id),
                payment_status = greatest(o.payment_status, m.payment_status),
                shipping_address = case when m.status in ('REJECTED', 'CANCELLED') and exists (
                    select from erased_user e where e.user_id = o.user_id) then null
                  else o.shipping_address end,
                version = o.version + 1, updated_at = now()
              from fenced join move m using (order_id)
              where o.id = m.order_id
                and (m.status is not null or m.detail is not null
                     or m.payment_status > o.payment_status or (o.payment_status is null and m.payment_id is not null))
              returning o.id, o.version, o.status, m.detail
            ), told as (
              insert into order_timeline (order_id, version, status, detail)
              select id, version, status, detail from shown where detail is not null
            ), logged as (
              insert into saga_log (order_id, epoch, "from", "to", owner, note)
              select order_id, m.epoch, m.from_step, m.to_step, $17,
                     coalesce(case m.error when '' then 'waits for news' else m.error end,
                              case when m.to_step in ('VOID', 'RELEASE') then m.verdict_code end)
              from fenced join move m using (order_id)
              where m.from_step <> m.to_step or m.error is not null
            )
            select f.order_id, coalesce(shown.version, 0) as version
            from fenced f left join shown on shown.id = f.order_id
            """;

    private Tuple parameters(Collection<Move> moves) {
        return Tuple.from(Arrays.asList(
                column(moves, UUID[]::new, move -> move.saga().order().id()),
                column(moves, Long[]::new, move -> move.saga().epoch()),
                column(moves, String[]::new, move -> move.saga().step().name()),
                column(moves, String[]::new, move -> move.to().name()),
                column(moves, String[]::new, move -> move.state().name()),
                column(moves, Integer[]::new, Move::failures),
                column(
                        moves,
                        Long[]::new,
                        move -> move.pause().map(Duration::toMillis).orElse(null)),
                column(
                        moves,
                        String[]::new,
                        move -> move.verdict().map(Reason::code).orElse(null)),
                column(
                        moves,
                        String[]::new,
                        move -> move.verdict().map(Reason::detail).orElse(null)),
                column(moves, String[]::new, move -> move.error().orElse(null)),
                column(
                        moves,
                        String[]::new,
                        move -> move.order().map(order -> order.status().name()).orElse(null)),
                column(
                        moves,
                        String[]::new,
                        move -> move.order()
                                .flatMap(Order::reason)
                                .map(Reason::code)
                                .orElse(null)),
                column(
                        moves,
                        String[]::new,
                        move -> move.order()
                                .flatMap(Order::reason)
                                .map(Reason::detail)
                                .orElse(null)),
                column(moves, String[]::new, move -> move.detail().orElse(null)),
                column(
                        moves,
                        UUID[]::new,
                        move -> move.payment().map(Payment::id).orElse(null)),
                column(
                        moves,
                        String[]::new,
                        move -> move.payment().map(news -> news.status().name()).orElse(null)),
                owner));
    }

    private static <T> T[] column(
            Collection<Move> moves, java.util.function.IntFunction<T[]> array, Function<Move, T> value) {
        return moves.stream().map(value).toArray(array);
    }

    /**
     * Takes a saga out of whatever hands it is in, as {@code decide} says, and writes that move. Empty: no such order, or
     * {@code decide} leaves it alone.
     */
    Future<Optional<Move>> seize(UUID orderId, Function<Saga, Optional<Move>> decide) {
        return Postgres.transaction(
                        pool,
                        tx -> lock(tx, orderId).compose(found -> {
                            var move = found.flatMap(decide);
                            if (move.isEmpty()) return Future.succeededFuture(move);
                            return takeOver(tx, move.get().saga())
                                    .compose(taken -> write(tx, List.of(move.get())))
                                    .map(move);
                        }))
                .onSuccess(written -> log.ring());
    }

    private static Future<Optional<Saga>> lock(SqlConnection tx, UUID orderId) {
        return tx.preparedQuery("select order_id from saga where order_id = $1 for update")
                .execute(Tuple.of(orderId))
                .compose(locked -> tx.preparedQuery(
                                "select " + SAGA_COLUMNS + ", " + ORDER_COLUMNS
                                        + " from saga s join orders o on o.id = s.order_id where s.order_id = $1 for update of o")
                        .execute(Tuple.of(orderId)))
                .map(rows -> stream(rows).findFirst().map(SagaStore::saga));
    }

    private Future<Void> takeOver(SqlConnection tx, Saga seized) {
        return tx.preparedQuery("""
                        with seized as (
                          update saga set epoch = $2, cancelled = $3, lease_owner = $4,
                            lease_until = now() + interval '10 seconds', next_run_at = now(), step_at = now()
                          where order_id = $1
                          returning order_id, epoch, step
                        )
                        insert into saga_log (order_id, epoch, "from", "to", owner, note)
                        select order_id, epoch, step, step, $4, 'seized' from seized
                        """)
                .execute(Tuple.of(seized.order().id(), seized.epoch(), seized.cancelled(), owner))
                .mapEmpty();
    }

    /** Up to {@code limit} orders that wait for a person, those behind {@code after}, the longest waiting first. */
    Future<List<Review>> reviews(Optional<OrderStore.Place> after, int limit) {
        return pool.preparedQuery("""
                        select s.epoch, s.step, s.failures, s.last_error, s.parked_at, %s
                        from saga s join orders o on o.id = s.order_id
                        where s.state = 'REVIEW'
                          and (s.parked_at, s.order_id) > (coalesce($1::timestamptz, '-infinity'),
                                                           coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'))
                        order by s.parked_at, s.order_id
                        limit $3
                        """.formatted(ORDER_COLUMNS))
                .execute(Tuple.of(
                        after.map(place -> place.at().atOffset(ZoneOffset.UTC)).orElse(null),
                        after.map(OrderStore.Place::id).orElse(null),
                        limit))
                .map(rows -> stream(rows).map(SagaStore::review).toList());
    }

    private static Review review(Row row) {
        return new Review(
                OrderStore.order(row),
                Step.valueOf(row.getString("step")),
                row.getInteger("failures"),
                Optional.ofNullable(row.getString("last_error")),
                row.getOffsetDateTime("parked_at").toInstant(),
                row.getLong("epoch"));
    }

    /** How many sagas are under way, how many wait for a person, and how long the oldest has been at its step. */
    record Backlog(long unfinished, long parked, Duration oldest) {}

    Future<Backlog> backlog() {
        return pool.query("""
                        select count(*) filter (where state <> 'REVIEW') as unfinished,
                               count(*) filter (where state = 'REVIEW') as parked,
                               coalesce(extract(epoch from now() - min(step_at) filter (where state <> 'REVIEW')), 0)::bigint
                                 as oldest
                        from saga where state <> 'DONE'
                        """).execute().map(rows -> {
            var row = rows.iterator().next();
            return new Backlog(
                    row.getLong("unfinished"), row.getLong("parked"), Duration.ofSeconds(row.getLong("oldest")));
        });
    }

    private static Saga saga(Row row) {
        return new Saga(
                OrderStore.order(row),
                row.getLong("epoch"),
                Step.valueOf(row.getString("step")),
                row.getInteger("failures"),
                row.getBoolean("cancelled"),
                Optional.ofNullable(row.getString("verdict_code"))
                        .map(code -> new Reason(code, row.getString("verdict_detail"))),
                row.getBoolean("overdue"),
                Duration.ofMillis(row.getLong("waited_ms")),
                row.getBoolean("parked"));
    }
}
