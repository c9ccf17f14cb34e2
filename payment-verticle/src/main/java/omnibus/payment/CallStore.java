package omnibus.payment;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The open provider calls: who may ask next, by the database's clock only. A call whose instance died is free when its
 * lease ends; its key makes asking again harmless.
 */
final class CallStore {
    private static final int MOST_FAILURES = 8;

    private final Pool pool;
    private final String instance;

    CallStore(Pool pool, String instance) {
        this.pool = pool;
        this.instance = instance;
    }

    /** Takes calls that are due and nobody's, the longest waiting first. */
    Future<List<Errand>> claim(int limit) {
        return pool.preparedQuery("""
                        with claimed as (
                            update provider_call c
                            set lease_owner = $1, lease_until = now() + %s, attempt = attempt + 1,
                                last_sent_at = case when first_sent_at < now() - interval '1 hour'
                                                    then last_sent_at else now() end
                            where id in (select id from provider_call
                                         where state = 'OPEN' and next_run_at <= now()
                                           and coalesce(lease_until, '-infinity') < now()
                                         order by next_run_at limit $2 for update skip locked)
                            returning *)
                        select c.id as call_id, c.payment_id, c.step, c.key, c.amount as call_amount, c.refund_id, c.ref,
                               c.first_sent_at < now() - interval '1 hour' as old,
                               c.last_sent_at < now() - interval '10 minutes' as quiet,
                               p.order_id, p.user_id, p.payment_method, p.amount, p.currency, p.captured, p.refunded,
                               p.refunding, p.status, p.provider_ref, p.open_step, p.cancel_requested, p.reason_code,
                               p.reason_detail, p.review, p.epoch, p.version, p.created_at, p.updated_at
                        from claimed c join payment p on p.id = c.payment_id
                        """.formatted(ChangeStore.LEASE))
                .execute(Tuple.of(instance, limit))
                .map(rows -> {
                    var errands = new ArrayList<Errand>();
                    rows.forEach(row -> errands.add(new Errand(
                            PaymentRow.call(row),
                            PaymentRow.read(row, row.getUUID("payment_id")),
                            age(row.getBoolean("old"), row.getBoolean("quiet")))));
                    return errands;
                });
    }

    private static Errand.Age age(boolean old, boolean quiet) {
        if (!old) return Errand.Age.FRESH;
        return quiet ? Errand.Age.QUIET : Errand.Age.OLD;
    }

    /**
     * Puts off a call whose answer could not be written, longer each time.
     *
     * @return whether that was once too often: it is parked for a person and not asked again
     */
    Future<Boolean> failed(UUID callId, String error) {
        return pool.preparedQuery("""
                        update provider_call
                        set failures = failures + 1, last_error = $2, lease_until = null,
                            next_run_at = now() + power(2, failures) * interval '1 second',
                            state = case when failures + 1 >= %d then 'REVIEW' else state end
                        where id = $1 and state = 'OPEN'
                        returning state
                        """.formatted(MOST_FAILURES))
                .execute(Tuple.of(callId, error))
                .map(rows -> rows.rowCount() == 1
                        && rows.iterator().next().getString("state").equals("REVIEW"));
    }

    /** Hands back what this instance holds, so that another one goes on at once. */
    Future<Void> release() {
        return pool.preparedQuery("""
                        update provider_call set lease_until = now(), next_run_at = now()
                        where lease_owner = $1 and state = 'OPEN' and lease_until > now()
                        """).execute(Tuple.of(instance)).mapEmpty();
    }

    /** Events are remembered longer than the provider repeats them, which is 3 days. */
    Future<Void> forgetOldEvents() {
        return pool.query("delete from webhook_event where received_at < now() - interval '30 days'")
                .execute()
                .mapEmpty();
    }
}
