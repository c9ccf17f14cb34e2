package omnibus.order;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import omnibus.order.model.OrderStatus;
import omnibus.order.model.PaymentStatus;
import omnibus.platform.Ids;
import omnibus.platform.events.Cursor;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.postgres.PgCursor;

/** What the logs of other services do to orders, each effect in one transaction with the place in the log. */
final class FollowerStore {
    private final Pool pool;

    FollowerStore(Pool pool) {
        this.pool = pool;
    }

    /** @param woken called after news has woken sagas that waited for it, once that is committed */
    Cursor paymentLog(Runnable woken) {
        var wakes = new AtomicBoolean();
        return new PgCursor(
                        pool,
                        "order",
                        "payment",
                        (tx, events) -> paymentsChanged(tx, events)
                                .onSuccess(wakes::set)
                                .mapEmpty())
                .afterwards(() -> {
                    if (wakes.getAndSet(false)) woken.run();
                });
    }

    Cursor userLog() {
        return new PgCursor(pool, "order", "user", this::usersDeleted);
    }

    private record PaymentNews(UUID orderId, UUID paymentId, PaymentStatus status, long refundedMinor) {
        static Optional<PaymentNews> of(Event event) {
            var data = event.data();
            var order = Ids.parse(data.path("orderId").asText());
            var payment = Ids.parse(data.path("paymentId").asText());
            var status = PaymentStatus.parse(data.path("status").asText());
            if (order.isEmpty() || payment.isEmpty() || status.isEmpty()) return Optional.empty();
            var refunded = data.path("refunded").path("amount").asLong(0);
            return Optional.of(new PaymentNews(order.get(), payment.get(), status.get(), refunded));
        }
    }

    /**
     * Shows the payment's news on its order, unless the saga has been told already, and wakes the saga that waits for it;
     * answers whether there was one. Most news is old: the saga had it as an answer, and then no row is touched.
     */
    private Future<Boolean> paymentsChanged(SqlConnection tx, List<LoggedEvent> events) {
        var news = events.stream()
                .map(LoggedEvent::event)
                .filter(event -> event.type().equals("PaymentStatusChanged"))
                .flatMap(event -> PaymentNews.of(event).stream())
                .toList();
        if (news.isEmpty()) return Future.succeededFuture(false);
        return tx.preparedQuery("""
                        with news as (
                          select order_id, (array_agg(payment_id order by status desc))[1] as payment_id,
                                 max(status) as status, max(refunded_minor) as refunded_minor
                          from unnest($1::uuid[], $2::uuid[], $3::text[]::payment_status[], $4::bigint[])
                            as n(order_id, payment_id, status, refunded_minor)
                          group by order_id
                        ), concerned as materialized (
                          select s.order_id from news n join saga s using (order_id) join orders o on o.id = s.order_id
                          where o.payment_status is null or n.status > o.payment_status
                            or n.refunded_minor > o.refunded_minor
                            or (s.state <> 'DONE' and s.lease_owner is null and s.step in ('AUTHORIZE', 'CAPTURE', 'VOID'))
                          order by s.order_id for update of s
                        ), woken as (
                          update saga s set next_run_at = now(), failures = 0, parked_at = null,
                            state = case s.step when 'VOID' then 'UNWINDING' else 'RUNNING' end
                          from concerned c
                          where s.order_id = c.order_id and s.state <> 'DONE' and s.lease_owner is null
                            and s.step in ('AUTHORIZE', 'CAPTURE', 'VOID')
                          returning s.order_id
                        ), shown as (
                          update orders o set
                            payment_id = coalesce(o.payment_id, n.payment_id),
                            payment_status = greatest(o.payment_status, n.status),
                            refunded_minor = greatest(o.refunded_minor, n.refunded_minor),
                            version = o.version + 1, updated_at = now()
                          from concerned join news n using (order_id)
                          where o.id = n.order_id
                            and (o.payment_status is null or n.status > o.payment_status
                                 or n.refunded_minor > o.refunded_minor)
                        )
                        select exists (select from woken) as woken
                        """)
                .execute(Tuple.of(
                        news.stream().map(PaymentNews::orderId).toArray(UUID[]::new),
                        news.stream().map(PaymentNews::paymentId).toArray(UUID[]::new),
                        news.stream().map(one -> one.status().name()).toArray(String[]::new),
                        news.stream().map(PaymentNews::refundedMinor).toArray(Long[]::new)))
                .map(rows -> rows.iterator().next().getBoolean("woken"));
    }

    /**
     * What is personal goes from the orders of accounts that are gone: at once where an order has ended, otherwise when it
     * ends.
     */
    private Future<Void> usersDeleted(SqlConnection tx, List<LoggedEvent> events) {
        var users = events.stream()
                .map(LoggedEvent::event)
                .filter(event -> event.type().equals("UserDeleted"))
                .flatMap(event -> Ids.parse(event.data().path("userId").asText()).stream())
                .distinct()
                .toArray(UUID[]::new);
        if (users.length == 0) return Future.succeededFuture();
        return tx.preparedQuery("insert into erased_user (user_id) select unnest($1::uuid[]) on conflict do nothing")
                .execute(Tuple.of((Object) users))
                .compose(noted -> eraseEnded(tx, users));
    }

    private static Future<Void> eraseEnded(SqlConnection tx, UUID[] users) {
        var ended = Arrays.stream(OrderStatus.values())
                .filter(OrderStatus::ended)
                .map(OrderStatus::name)
                .toArray(String[]::new);
        return tx.preparedQuery("""
                        select s.order_id from saga s join orders o on o.id = s.order_id
                        where o.user_id = any($1) and o.status = any($2) order by s.order_id for update of s
                        """)
                .execute(Tuple.from(List.of(users, ended)))
                .compose(locked -> tx.preparedQuery("""
                                update orders set shipping_address = null, version = version + 1, updated_at = now(),
                                  reason_detail = case reason_code when 'cancelled-by-customer'
                                    then 'Cancelled by the customer.' else reason_detail end
                                where user_id = any($1) and status = any($2) and shipping_address is not null
                                """).execute(Tuple.from(List.of(users, ended))))
                .mapEmpty();
    }
}
