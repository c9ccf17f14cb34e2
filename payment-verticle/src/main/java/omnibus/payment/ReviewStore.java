package omnibus.payment;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import omnibus.payment.model.Step;

/** Which payments wait for a person. */
final class ReviewStore {
    private static final String REVIEWS = """
            select p.id, p.order_id, p.user_id, p.payment_method, p.amount, p.currency, p.captured, p.refunded, p.refunding,
                   p.status, p.provider_ref, p.open_step, p.cancel_requested, p.reason_code, p.reason_detail, p.review,
                   p.epoch, p.version, p.created_at, p.updated_at,
                   last.step, coalesce(parked.failures, 0) as failures, coalesce(p.review, parked.why) as why,
                   coalesce(parked.last_sent_at, p.updated_at) as since
            from payment p
            left join lateral (
                select step from provider_call c
                where c.payment_id = p.id and c.step in ('AUTHORIZE', 'CAPTURE', 'VOID') order by c.id desc limit 1
            ) last on true
            left join lateral (
                select failures, last_sent_at, coalesce(last_error, 'the answer to ' || key || ' cannot be heeded') as why
                from provider_call c
                where c.payment_id = p.id and c.state = 'REVIEW' order by c.id desc limit 1
            ) parked on true
            """;

    private final Pool pool;

    ReviewStore(Pool pool) {
        this.pool = pool;
    }

    /** Up to {@code limit} payments that wait for a person, those made after {@code after}, the oldest first. */
    Future<List<Review>> page(Optional<UUID> after, int limit) {
        return pool.preparedQuery(REVIEWS + """
                        where p.id in (select id from payment where review is not null
                                       union select payment_id from provider_call where state = 'REVIEW')
                          and ($1::uuid is null or p.id > $1)
                        order by p.id limit $2
                        """)
                .execute(Tuple.of(after.orElse(null), limit))
                .map(rows -> {
                    var reviews = new ArrayList<Review>();
                    rows.forEach(row -> reviews.add(review(row)));
                    return reviews;
                });
    }

    Future<Optional<Review>> find(UUID paymentId) {
        return pool.preparedQuery(REVIEWS + " where p.id = $1")
                .execute(Tuple.of(paymentId))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(review(rows.iterator().next())));
    }

    private static Review review(Row row) {
        var step = row.getString("step");
        return new Review(
                PaymentRow.read(row),
                step == null ? null : Step.valueOf(step),
                row.getInteger("failures"),
                row.getString("why"),
                row.getOffsetDateTime("since").toInstant());
    }
}
