package omnibus.payment;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import omnibus.payment.model.Journal;
import omnibus.payment.model.Payment;
import omnibus.payment.model.Refund;
import omnibus.platform.postgres.EventLog;

/** Writes what a transaction has decided: one statement for each kind of row, however many payments there are. */
final class ChangeStore {
    /** How long the instance that has made a call may take over it before another one asks in its place. */
    static final String LEASE = "interval '15 seconds'";

    private final EventLog log;
    private final String instance;

    ChangeStore(EventLog log, String instance) {
        this.log = log;
        this.instance = instance;
    }

    /** @return how many payments were created; fewer than decided when another transaction was faster */
    Future<Integer> write(SqlConnection tx, Changes changes) {
        return insertPayments(tx, changes.created())
                .compose(count -> count < changes.created().size()
                        ? Future.succeededFuture(count)
                        : writeRest(tx, changes).map(count));
    }

    /** Sent in one go and executed in this order: a refund needs its payment, a posting its journal. */
    private Future<?> writeRest(SqlConnection tx, Changes changes) {
        return Future.all(List.of(
                updatePayments(tx, changes.updated()),
                insertCalls(tx, changes),
                closeCalls(tx, changes),
                retryCalls(tx, changes),
                hurryCalls(tx, changes),
                reopenCalls(tx, changes),
                writeRefunds(tx, changes),
                writeJournals(tx, changes.journals()),
                log.append(tx, PaymentEvents.of(changes))));
    }

    /** Remembers these events of the provider. @return those not seen before */
    Future<Set<String>> newEvents(SqlConnection tx, List<String> eventIds) {
        return tx.preparedQuery("""
                        insert into webhook_event (provider, event_id)
                        select 'stripe', id from unnest($1::text[]) as id order by id
                        on conflict do nothing returning event_id
                        """)
                .execute(Tuple.of(eventIds.stream().distinct().toArray(String[]::new)))
                .map(rows -> {
                    var fresh = new HashSet<String>();
                    rows.forEach(row -> fresh.add(row.getString("event_id")));
                    return fresh;
                });
    }

    private static Future<Integer> insertPayments(SqlConnection tx, List<Payment> created) {
        if (created.isEmpty()) return Future.succeededFuture(0);
        var sorted = created.stream()
                .sorted(Comparator.comparing(payment -> payment.orderId().toString()))
                .toList();
        return tx.preparedQuery("""
                        insert into payment (id, order_id, user_id, payment_method, amount, currency, captured, refunded,
                                             refunding, status, provider_ref, open_step, cancel_requested, reason_code,
                                             reason_detail, review, epoch, version, created_at, updated_at)
                        select a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, s
                        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[],
                               $6::text[], $7::bigint[], $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[],
                               $13::boolean[], $14::text[], $15::text[], $16::text[], $17::bigint[], $18::bigint[],
                               $19::timestamptz[]) as t(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s)
                        on conflict (order_id) do nothing
                        """).execute(columns(sorted)).map(rows -> rows.rowCount());
    }

    private static Future<?> updatePayments(SqlConnection tx, List<Payment> updated) {
        if (updated.isEmpty()) return Future.succeededFuture();
        return tx.preparedQuery("""
                        update payment p set amount = t.amount, currency = t.currency, captured = t.captured,
                               refunded = t.refunded, refunding = t.refunding, status = t.status,
                               provider_ref = t.provider_ref, open_step = t.open_step,
                               cancel_requested = t.cancel_requested, reason_code = t.reason_code,
                               reason_detail = t.reason_detail, review = t.review, epoch = t.epoch,
                               version = t.version, updated_at = t.updated_at
                        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::text[], $7::bigint[],
                                    $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::text[], $13::boolean[],
                                    $14::text[], $15::text[], $16::text[], $17::bigint[], $18::bigint[], $19::timestamptz[])
                             as t(id, order_id, user_id, payment_method, amount, currency, captured, refunded, refunding,
                                  status, provider_ref, open_step, cancel_requested, reason_code, reason_detail, review,
                                  epoch, version, updated_at)
                        where p.id = t.id
                        """).execute(columns(updated));
    }

    private static Tuple columns(List<Payment> list) {
        return Tuple.of(
                array(list, UUID[]::new, Payment::id),
                array(list, UUID[]::new, Payment::orderId),
                array(list, UUID[]::new, Payment::userId),
                array(list, String[]::new, Payment::paymentMethod),
                array(list, Long[]::new, payment -> payment.funds().amount()),
                array(list, String[]::new, payment -> payment.funds().currency()),
                array(list, Long[]::new, payment -> payment.funds().captured()),
                array(list, Long[]::new, payment -> payment.funds().refunded()),
                array(list, Long[]::new, payment -> payment.funds().refunding()),
                array(list, String[]::new, payment -> payment.status().name()),
                array(list, String[]::new, Payment::providerRef),
                array(
                        list,
                        String[]::new,
                        payment ->
                                payment.open() == null ? null : payment.open().name()),
                array(list, Boolean[]::new, Payment::cancelRequested),
                array(
                        list,
                        String[]::new,
                        payment -> payment.reason() == null
                                ? null
                                : payment.reason().code()),
                array(
                        list,
                        String[]::new,
                        payment -> payment.reason() == null
                                ? null
                                : payment.reason().detail()),
                array(list, String[]::new, Payment::review),
                array(list, Long[]::new, Payment::epoch),
                array(list, Long[]::new, Payment::version),
                array(
                        list,
                        OffsetDateTime[]::new,
                        payment -> payment.updatedAt().atOffset(ZoneOffset.UTC)));
    }

    private Future<?> insertCalls(SqlConnection tx, Changes changes) {
        var calls = changes.calls();
        if (calls.isEmpty()) return Future.succeededFuture();
        return tx.preparedQuery("""
                        insert into provider_call (id, payment_id, order_id, step, key, amount, refund_id, ref,
                                                   lease_owner, lease_until)
                        select a, b, c, d, e, f, g, h, $9, now() + %s
                        from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::uuid[],
                                    $8::text[]) as t(a, b, c, d, e, f, g, h)
                        """.formatted(LEASE))
                .execute(Tuple.of(
                        array(calls, UUID[]::new, call -> call.id()),
                        array(calls, UUID[]::new, call -> call.paymentId()),
                        array(calls, UUID[]::new, call -> call.orderId()),
                        array(calls, String[]::new, call -> call.step().name()),
                        array(calls, String[]::new, call -> call.key()),
                        array(calls, Long[]::new, call -> call.amount()),
                        array(calls, UUID[]::new, call -> call.refundId()),
                        array(calls, String[]::new, call -> call.ref()),
                        instance));
    }

    private static Future<?> closeCalls(SqlConnection tx, Changes changes) {
        if (changes.done().isEmpty() && changes.reviewed().isEmpty()) return Future.succeededFuture();
        return tx.preparedQuery("""
                        update provider_call
                        set state = case when id = any($2) then 'REVIEW' else 'DONE' end, lease_until = null
                        where id = any($1) or id = any($2)
                        """).execute(Tuple.of(changes.done().toArray(UUID[]::new), (Object)
                changes.reviewed().toArray(UUID[]::new)));
    }

    /**
     * Doubling pauses from half a second to ten seconds, drawn from the upper half so that calls do not march in step: an
     * order should end soon after the provider is itself again, which the breaker protects meanwhile. What was not sent
     * waits a second.
     */
    private static Future<?> retryCalls(SqlConnection tx, Changes changes) {
        var retries = changes.retries();
        if (retries.isEmpty()) return Future.succeededFuture();
        return tx.preparedQuery("""
                        update provider_call c
                        set ref = coalesce(t.ref, c.ref), last_error = t.error, lease_until = null,
                            next_run_at = now()
                              + case when t.sent then least(10, 0.5 * power(2, least(c.attempt - 1, 10))) else 1 end
                                * (0.5 + random() / 2) * interval '1 second'
                        from unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[]) as t(id, ref, error, sent)
                        where c.id = t.id and c.state = 'OPEN'
                        """)
                .execute(Tuple.of(
                        array(retries, UUID[]::new, retry -> retry.callId()),
                        array(retries, String[]::new, retry -> retry.ref()),
                        array(retries, String[]::new, retry -> retry.error()),
                        array(retries, Boolean[]::new, retry -> retry.sent())));
    }

    private static Future<?> reopenCalls(SqlConnection tx, Changes changes) {
        if (changes.reopened().isEmpty()) return Future.succeededFuture();
        return tx.preparedQuery("""
                        update provider_call c set state = 'OPEN', failures = 0, next_run_at = now(), lease_until = null
                        from payment p
                        where p.id = any($1) and c.payment_id = p.id and (c.state = 'REVIEW' or c.step = p.open_step)
                        """).execute(Tuple.of(changes.reopened().toArray(UUID[]::new)));
    }

    private static Future<?> hurryCalls(SqlConnection tx, Changes changes) {
        if (changes.hurried().isEmpty()) return Future.succeededFuture();
        return tx.preparedQuery("""
                        update provider_call set next_run_at = now() where payment_id = any($1) and state = 'OPEN'
                        """).execute(Tuple.of(changes.hurried().toArray(UUID[]::new)));
    }

    private static Future<?> writeRefunds(SqlConnection tx, Changes changes) {
        var refunds = changes.refunds();
        if (refunds.isEmpty()) return Future.succeededFuture();
        return tx.preparedQuery("""
                        insert into refund as r (id, payment_id, amount, reason, status, provider_ref, created_at, updated_at)
                        select a, b, c, coalesce(d, ''), e, f, g, g
                        from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::text[],
                                    $7::timestamptz[]) as t(a, b, c, d, e, f, g)
                        on conflict (id) do update
                          set status = excluded.status, provider_ref = excluded.provider_ref,
                              updated_at = excluded.updated_at
                        """)
                .execute(Tuple.of(
                        array(refunds, UUID[]::new, Refund::id),
                        array(refunds, UUID[]::new, Refund::paymentId),
                        array(refunds, Long[]::new, Refund::amount),
                        array(refunds, String[]::new, Refund::reason),
                        array(refunds, String[]::new, refund -> refund.status().name()),
                        array(refunds, String[]::new, Refund::providerRef),
                        array(
                                refunds,
                                OffsetDateTime[]::new,
                                refund -> refund.createdAt().atOffset(ZoneOffset.UTC))));
    }

    private static Future<?> writeJournals(SqlConnection tx, List<Journal> journals) {
        if (journals.isEmpty()) return Future.succeededFuture();
        var entries = journals.stream()
                .flatMap(journal -> journal.postings().stream().map(posting -> new Entry(journal, posting)))
                .toList();
        var heads = tx.preparedQuery("""
                        insert into ledger_journal (id, payment_id, about, currency)
                        select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
                        """)
                .execute(Tuple.of(
                        array(journals, UUID[]::new, Journal::id),
                        array(journals, UUID[]::new, Journal::paymentId),
                        array(journals, String[]::new, Journal::about),
                        array(journals, String[]::new, Journal::currency)));
        var postings = tx.preparedQuery("""
                        insert into ledger_posting (journal_id, account, amount)
                        select * from unnest($1::uuid[], $2::text[], $3::bigint[])
                        """)
                .execute(Tuple.of(
                        array(entries, UUID[]::new, entry -> entry.journal.id()),
                        array(entries, String[]::new, entry -> entry.posting.account()),
                        array(entries, Long[]::new, entry -> entry.posting.amount())));
        return Future.all(heads, postings);
    }

    private record Entry(Journal journal, Journal.Posting posting) {}

    private static <T, V> V[] array(List<T> list, IntFunction<V[]> make, Function<T, V> value) {
        return list.stream().map(value).toArray(make);
    }
}
