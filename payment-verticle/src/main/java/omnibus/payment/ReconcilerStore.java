package omnibus.payment;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import omnibus.payment.model.Books;
import omnibus.payment.model.Finding;
import omnibus.platform.Ids;

/** The reconciler's place in its work, and our side of what it compares. All times are the database's. */
final class ReconcilerStore {
    private final Pool pool;
    private final String instance;
    private final PaymentConfig.Reconciling config;

    ReconcilerStore(Pool pool, String instance, PaymentConfig.Reconciling config) {
        this.pool = pool;
        this.instance = instance;
        this.config = config;
    }

    /**
     * A turn of this instance.
     *
     * @param from        what was made at the provider from here on is compared
     * @param to          and up to here: what is younger may be under way
     * @param listedAfter the provider's payment at which its list goes on, {@code null} to begin with the newest
     * @param lookedAfter our payment at which looking them up goes on
     */
    record Round(long epoch, Instant from, Instant to, String listedAfter, UUID lookedAfter) {}

    /** Takes the next round, if it is due and nobody's. */
    Future<Optional<Round>> claim() {
        return pool.preparedQuery("""
                        update reconciler
                        set holder = $1, epoch = epoch + 1, lease_until = now() + interval '30 seconds',
                            next_round_at = now() + $2::bigint * interval '1 millisecond',
                            sweep_from = case when listed_after is null
                                              then now() - $3::bigint * interval '1 millisecond' else sweep_from end,
                            sweep_to = case when listed_after is null
                                            then now() - $4::bigint * interval '1 millisecond' else sweep_to end,
                            looked_after = coalesce(looked_after, '00000000-0000-0000-0000-000000000000')
                        where next_round_at <= now() and lease_until < now()
                        returning epoch, sweep_from, sweep_to, listed_after, looked_after
                        """)
                .execute(Tuple.of(
                        instance,
                        config.every().toMillis(),
                        config.window().toMillis(),
                        config.grace().toMillis()))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(round(rows.iterator().next())));
    }

    private static Round round(Row row) {
        return new Round(
                row.getLong("epoch"),
                row.getOffsetDateTime("sweep_from").toInstant(),
                row.getOffsetDateTime("sweep_to").toInstant(),
                row.getString("listed_after"),
                row.getUUID("looked_after"));
    }

    /** Remembers how far the list was read. @return whether the round is still ours */
    Future<Boolean> listed(Round round, String after) {
        return pool.preparedQuery("""
                        update reconciler set listed_after = $2, lease_until = now() + interval '30 seconds'
                        where epoch = $1
                        """).execute(Tuple.of(round.epoch(), after)).map(rows -> rows.rowCount() == 1);
    }

    /** Ends the round. @param lookedAfter {@code null} to begin again with the oldest */
    Future<Void> finish(Round round, UUID lookedAfter) {
        return pool.preparedQuery("update reconciler set looked_after = $2, lease_until = now() where epoch = $1")
                .execute(Tuple.of(round.epoch(), lookedAfter))
                .mapEmpty();
    }

    private static final String BOOKS = "select " + PaymentStore.COLUMNS + """
            , (select coalesce(-sum(l.amount), 0)::bigint from ledger_journal j join ledger_posting l on l.journal_id = j.id
               where j.payment_id = p.id and l.account = 'sales') as booked_captured,
              (select coalesce(sum(l.amount), 0)::bigint from ledger_journal j join ledger_posting l on l.journal_id = j.id
               where j.payment_id = p.id and l.account = 'refunds') as booked_refunded,
              p.open_step is null and p.updated_at < now() - $1::bigint * interval '1 millisecond'
                and not exists (select from provider_call c where c.payment_id = p.id and c.state = 'OPEN') as at_rest
            from payment p
            """;

    /** The books of payments by the provider's names for them, or by their orders. */
    Future<List<Books>> books(Collection<String> refs, Collection<UUID> orderIds) {
        return pool.preparedQuery(BOOKS + "where p.provider_ref = any($2) or p.order_id = any($3)")
                .execute(
                        Tuple.of(config.grace().toMillis(), refs.toArray(String[]::new), orderIds.toArray(UUID[]::new)))
                .map(ReconcilerStore::books);
    }

    /** The next payments with money in them, oldest first, to be looked up at the provider. */
    Future<List<Books>> toLookUp(UUID after, Instant madeFrom, int limit) {
        var first = idOf(madeFrom);
        return pool.preparedQuery(BOOKS + """
                        where p.id > greatest($2::uuid, $3::uuid) and p.provider_ref is not null
                          and (p.captured > 0 or p.status = 'AUTHORIZED')
                        order by p.id limit $4
                        """)
                .execute(Tuple.of(config.grace().toMillis(), after, first, limit))
                .map(ReconcilerStore::books);
    }

    /** The lowest id of that time: ids are UUIDv7. */
    private static UUID idOf(Instant time) {
        return new UUID(time.toEpochMilli() << 16, 0);
    }

    private static List<Books> books(Iterable<Row> rows) {
        var books = new ArrayList<Books>();
        for (var row : rows) {
            books.add(new Books(
                    PaymentRow.read(row),
                    row.getLong("booked_captured"),
                    row.getLong("booked_refunded"),
                    row.getBoolean("at_rest")));
        }
        return books;
    }

    /** A difference at a payment of the provider; {@code paymentId} and {@code orderId} as far as they are known. */
    record Found(String ref, UUID paymentId, UUID orderId, Finding.Mismatch mismatch) {}

    /**
     * Writes what was found, and that everything else about the payments looked at is well.
     *
     * @return what was not known before
     */
    Future<List<Found>> note(Collection<String> lookedAt, List<Found> found) {
        return pool.preparedQuery("""
                        with found as (
                          select * from unnest($2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::uuid[])
                            as f(ref, kind, payment_id, order_id, detail, id)
                        ), resolved as (
                          update mismatch m set resolved_at = now()
                          where m.resolved_at is null and m.provider_ref = any($1)
                            and not exists (select from found f where f.ref = m.provider_ref and f.kind = m.kind)
                        )
                        insert into mismatch as m (id, kind, provider_ref, payment_id, order_id, detail)
                        select id, kind, ref, payment_id, order_id, detail from found order by ref, kind
                        on conflict (provider_ref, kind) where resolved_at is null do update
                          set last_seen_at = now(), detail = excluded.detail
                        returning m.provider_ref, m.first_seen_at = m.last_seen_at as fresh
                        """)
                .execute(Tuple.of(
                        lookedAt.toArray(String[]::new),
                        array(found, one -> one.ref),
                        array(found, one -> one.mismatch.kind().wireName()),
                        found.stream().map(Found::paymentId).toArray(UUID[]::new),
                        found.stream().map(Found::orderId).toArray(UUID[]::new),
                        array(found, one -> one.mismatch.detail()),
                        found.stream().map(one -> Ids.next()).toArray(UUID[]::new)))
                .map(rows -> {
                    var fresh = new ArrayList<String>();
                    for (var row : rows) if (row.getBoolean("fresh")) fresh.add(row.getString("provider_ref"));
                    return found.stream().filter(one -> fresh.contains(one.ref)).toList();
                });
    }

    private static String[] array(List<Found> found, Function<Found, String> value) {
        return found.stream().map(value).toArray(String[]::new);
    }

    /** Those unresolved that were not seen for the longest time: the list may have left them behind. */
    Future<List<String>> unresolved(int limit) {
        return pool.preparedQuery("""
                        select provider_ref from mismatch where resolved_at is null and last_seen_at < now() - $1::bigint
                          * interval '1 millisecond' order by last_seen_at limit $2
                        """)
                .execute(Tuple.of(config.every().toMillis(), limit))
                .map(rows -> {
                    var refs = new ArrayList<String>();
                    for (var row : rows) refs.add(row.getString("provider_ref"));
                    return refs;
                });
    }

    Future<Map<String, Long>> countUnresolved() {
        return pool.query("select kind, count(*) as n from mismatch where resolved_at is null group by kind")
                .execute()
                .map(rows -> {
                    var counts = new HashMap<String, Long>();
                    for (var row : rows) counts.put(row.getString("kind"), row.getLong("n"));
                    return counts;
                });
    }
}
