package omnibus.payment;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import omnibus.payment.model.Payment;
import omnibus.payment.model.Refund;
import omnibus.platform.call.Call;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.IdempotencyKeys;
import omnibus.platform.postgres.Postgres;

/**
 * Payments in PostgreSQL. Every change goes through one shape of transaction: lock the payments concerned, always in the
 * order of their order ids, so that batches cannot deadlock; decide; write; tell the log.
 */
final class PaymentStore {
    private static final int TRIES = 3;
    static final String COLUMNS = """
            p.id, p.order_id, p.user_id, p.payment_method, p.amount, p.currency, p.captured, p.refunded, p.refunding,
            p.status, p.provider_ref, p.open_step, p.cancel_requested, p.reason_code, p.reason_detail, p.review,
            p.epoch, p.version, p.created_at, p.updated_at""";

    private final Pool pool;
    private final EventLog log;
    private final ChangeStore writes;

    PaymentStore(Pool pool, EventLog log, String instance) {
        this.pool = pool;
        this.log = log;
        this.writes = new ChangeStore(log, instance);
    }

    /** Another instance has made a payment for the same order in the same moment: decide again, with it in sight. */
    private static final class Raced extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Raced() {
            super("a payment was made meanwhile", null, false, false);
        }
    }

    /**
     * Decides about the payments of these orders in one transaction. A {@link omnibus.platform.Problem} thrown by the
     * decision rolls back and is the result.
     */
    <T> Future<T> change(Collection<UUID> orderIds, Function<Changes, T> decision) {
        return change(orderIds, List.of(), decision);
    }

    /** As above, and says which of these provider calls are still open. */
    <T> Future<T> change(Collection<UUID> orderIds, Collection<UUID> callIds, Function<Changes, T> decision) {
        return again(
                TRIES,
                () -> transaction(tx -> lock(tx, orderIds)
                        .compose(
                                locked -> openCalls(tx, callIds).compose(open -> decide(tx, locked, open, decision)))));
    }

    /**
     * A change under an idempotency key.
     *
     * @return empty when the key was used before and nothing was done
     */
    <T> Future<Optional<T>> changeOnce(Call call, UUID orderId, Function<Changes, T> decision) {
        return transaction(tx -> IdempotencyKeys.claim(tx, call, orderId.toString())
                .compose(earlier -> earlier.isPresent()
                        ? Future.succeededFuture(Optional.empty())
                        : lock(tx, List.of(orderId))
                                .compose(locked -> decide(tx, locked, Set.of(), decision))
                                .map(Optional::of)));
    }

    /**
     * Decides about the payments these events speak of. Events seen before are left out.
     *
     * @param decision is given the ids of the new events too
     */
    <T> Future<T> changeByEvents(
            List<String> eventIds,
            List<String> refs,
            List<UUID> orderIds,
            BiFunction<Changes, Set<String>, T> decision) {
        return transaction(tx -> writes.newEvents(tx, eventIds)
                .compose(fresh -> lockNamed(tx, refs, orderIds)
                        .compose(locked -> decide(tx, locked, Set.of(), changes -> decision.apply(changes, fresh)))));
    }

    private static Future<List<Payment>> lockNamed(SqlConnection tx, List<String> refs, List<UUID> orderIds) {
        return tx.preparedQuery("select " + COLUMNS + """
                         from payment p where p.provider_ref = any($1) or p.order_id = any($2)
                        order by p.order_id for update
                        """)
                .execute(Tuple.of(refs.toArray(String[]::new), (Object) orderIds.toArray(UUID[]::new)))
                .map(PaymentStore::payments);
    }

    private <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return Postgres.transaction(pool, work).onSuccess(done -> log.ring());
    }

    private static <T> Future<T> again(int tries, Supplier<Future<T>> work) {
        return work.get()
                .recover(failure ->
                        failure instanceof Raced && tries > 1 ? again(tries - 1, work) : Future.failedFuture(failure));
    }

    private static Future<List<Payment>> lock(SqlConnection tx, Collection<UUID> orderIds) {
        return tx.preparedQuery("select " + COLUMNS + """
                         from payment p where p.order_id = any($1) order by p.order_id for update
                        """)
                .execute(Tuple.of(orderIds.toArray(UUID[]::new)))
                .map(PaymentStore::payments);
    }

    private static Future<Set<UUID>> openCalls(SqlConnection tx, Collection<UUID> callIds) {
        if (callIds.isEmpty()) return Future.succeededFuture(Set.of());
        return tx.preparedQuery("select id from provider_call where id = any($1) and state = 'OPEN'")
                .execute(Tuple.of(callIds.toArray(UUID[]::new)))
                .map(rows -> {
                    var open = new HashSet<UUID>();
                    rows.forEach(row -> open.add(row.getUUID("id")));
                    return open;
                });
    }

    private <T> Future<T> decide(
            SqlConnection tx, List<Payment> locked, Set<UUID> open, Function<Changes, T> decision) {
        // The database's clock, so that rows of several instances compare.
        return tx.query("select clock_timestamp() as now").execute().compose(time -> {
            var now = time.iterator().next().getOffsetDateTime("now").toInstant();
            var changes = new Changes(now, locked, new HashSet<>(open));
            var decided = decision.apply(changes);
            return writes.write(tx, changes).map(created -> {
                if (created < changes.created().size()) throw new Raced();
                return decided;
            });
        });
    }

    /** A payment with a customer; a tombstone is nobody's to see. */
    Future<Optional<Payment>> byId(UUID id) {
        return one(pool, "p.id = $1 and p.user_id is not null", id);
    }

    Future<Optional<Payment>> byOrder(UUID orderId) {
        return one(pool, "p.order_id = $1 and p.user_id is not null", orderId);
    }

    private static Future<Optional<Payment>> one(SqlClient client, String where, UUID id) {
        return client.preparedQuery("select " + COLUMNS + " from payment p where " + where)
                .execute(Tuple.of(id))
                .map(rows -> payments(rows).stream().findFirst());
    }

    /** The newest first: ids are UUIDv7, so their order is that of time. */
    Future<List<Payment>> page(Optional<UUID> orderId, Optional<UUID> before, int limit) {
        return pool.preparedQuery("select " + COLUMNS + """
                         from payment p
                        where p.user_id is not null
                          and ($1::uuid is null or p.order_id = $1) and ($2::uuid is null or p.id < $2)
                        order by p.id desc limit $3
                        """)
                .execute(Tuple.of(orderId.orElse(null), before.orElse(null), limit))
                .map(PaymentStore::payments);
    }

    Future<List<Refund>> refundsOf(Collection<UUID> paymentIds) {
        return pool.preparedQuery("""
                        select id, payment_id, amount, reason, status, provider_ref, created_at
                        from refund where payment_id = any($1) order by id
                        """)
                .execute(Tuple.of(paymentIds.toArray(UUID[]::new)))
                .map(rows -> {
                    var refunds = new ArrayList<Refund>();
                    rows.forEach(row -> refunds.add(new Refund(
                            row.getUUID("id"),
                            row.getUUID("payment_id"),
                            row.getLong("amount"),
                            row.getString("reason"),
                            Refund.Status.valueOf(row.getString("status")),
                            row.getString("provider_ref"),
                            row.getOffsetDateTime("created_at").toInstant())));
                    return refunds;
                });
    }

    private static List<Payment> payments(RowSet<Row> rows) {
        var payments = new ArrayList<Payment>(rows.size());
        rows.forEach(row -> payments.add(PaymentRow.read(row)));
        return payments;
    }
}
