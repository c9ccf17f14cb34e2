package omnibus.order;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import omnibus.order.model.CartVersion;
import omnibus.order.model.Order;
import omnibus.order.model.OrderLine;
import omnibus.order.model.OrderRecord;
import omnibus.order.model.OrderStatus;
import omnibus.order.model.Payment;
import omnibus.order.model.PaymentStatus;
import omnibus.order.model.Reason;
import omnibus.order.model.ShippingAddress;
import omnibus.order.model.Step;
import omnibus.order.model.TimelineEntry;
import omnibus.platform.Json;
import omnibus.platform.Money;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.Postgres;

/**
 * Orders in PostgreSQL as their owners and the shop's staff see them. {@link PlacingStore} writes them first, and what the
 * saga does to them is {@link SagaStore}'s.
 */
final class OrderStore {
    /** What {@link #order} reads, from {@code orders o}. */
    static final String ORDER_COLUMNS = """
            o.id, o.number, o.user_id, o.status, o.currency, o.total_minor, o.payment_method, o.cart_id, o.cart_version,
            o.payment_id, o.payment_status::text as payment_status, o.refunded_minor, o.reason_code, o.reason_detail,
            o.version,
            (select json_agg(json_build_object('sku', l.sku, 'productId', l.product_id, 'name', l.name,
                                               'quantity', l.quantity, 'unitMinor', l.unit_minor) order by l.line)::text
             from order_line l where l.order_id = o.id) as lines
            """;

    private static final String RECORD_COLUMNS = ORDER_COLUMNS + """
            , o.shipping_address::text as shipping_address, o.created_at, o.updated_at,
            (select json_agg(json_build_object('at', t.at, 'status', t.status, 'detail', t.detail)
                             order by t.version)::text
             from order_timeline t where t.order_id = o.id) as timeline
            """;

    private final Pool pool;
    private final EventLog log;

    OrderStore(Pool pool, EventLog log) {
        this.pool = pool;
        this.log = log;
    }

    Future<Optional<OrderRecord>> find(UUID id) {
        return find(pool, id);
    }

    private static Future<Optional<OrderRecord>> find(SqlClient client, UUID id) {
        return client.preparedQuery("select " + RECORD_COLUMNS + " from orders o where o.id = $1")
                .execute(Tuple.of(id))
                .map(rows -> stream(rows).findFirst().map(OrderStore::record));
    }

    /** Up to {@code limit} orders of a user older than {@code after}, newest first. */
    Future<List<OrderRecord>> list(UUID user, Optional<OrderStatus> status, Optional<Place> after, int limit) {
        return pool.preparedQuery("select " + RECORD_COLUMNS + """
                         from orders o
                        where o.user_id = $1 and ($2::text is null or o.status = $2)
                          and (o.created_at, o.id) < (coalesce($3::timestamptz, 'infinity'),
                                                      coalesce($4::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                        order by o.created_at desc, o.id desc
                        limit $5
                        """)
                .execute(Tuple.of(
                        user,
                        status.map(OrderStatus::name).orElse(null),
                        after.map(place -> place.at().atOffset(ZoneOffset.UTC)).orElse(null),
                        after.map(Place::id).orElse(null),
                        limit))
                .map(rows -> stream(rows).map(OrderStore::record).toList());
    }

    /** Where in a list of orders a page ended. */
    record Place(Instant at, UUID id) {}

    /** Which of these orders are settled. */
    Future<List<UUID>> settledAmong(Collection<UUID> ids) {
        return pool.preparedQuery("select id from orders where id = any($1) and status not in ('PENDING', 'RESERVED')")
                .execute(Tuple.of((Object) ids.toArray(UUID[]::new)))
                .map(rows -> stream(rows).map(row -> row.getUUID("id")).toList());
    }

    /** At which step the sagas of these orders are. */
    Future<Map<UUID, Step>> steps(Collection<UUID> ids) {
        return pool.preparedQuery("select order_id, step from saga where order_id = any($1)")
                .execute(Tuple.of((Object) ids.toArray(UUID[]::new)))
                .map(rows -> stream(rows)
                        .collect(Collectors.toMap(
                                row -> row.getUUID("order_id"), row -> Step.valueOf(row.getString("step")))));
    }

    /** Changes an order's status as {@code decide} says; an order it gives back as it is stays untouched. Empty: no such order. */
    Future<Optional<OrderRecord>> change(UUID id, UnaryOperator<Order> decide, String detail) {
        return Postgres.transaction(
                        pool,
                        tx -> tx.preparedQuery(
                                        "select " + ORDER_COLUMNS + " from orders o where o.id = $1 for update of o")
                                .execute(Tuple.of(id))
                                .compose(rows -> {
                                    var order = stream(rows).findFirst().map(OrderStore::order);
                                    return order.isEmpty()
                                            ? Future.succeededFuture()
                                            : write(tx, order.get(), decide.apply(order.get()), detail);
                                })
                                .compose(written -> find(tx, id)))
                .onSuccess(changed -> log.ring());
    }

    private Future<Void> write(SqlConnection tx, Order before, Order after, String detail) {
        if (after.status() == before.status()) return Future.succeededFuture();
        return tx.preparedQuery("""
                        with changed as (
                          update orders o set status = $2, version = version + 1, updated_at = now(),
                            shipping_address = case when $3 and exists (
                                select from erased_user e where e.user_id = o.user_id) then null
                              else o.shipping_address end
                          where o.id = $1
                          returning id, version
                        ), told as (
                          insert into order_timeline (order_id, version, status, detail)
                          select id, version, $2, $4 from changed
                        )
                        select version from changed
                        """)
                .execute(Tuple.of(
                        after.id(), after.status().name(), after.status().ended(), detail))
                .compose(rows -> log.append(
                        tx,
                        List.of(OrderEvents.statusChanged(
                                before.status(), after, rows.iterator().next().getLong("version")))));
    }

    Future<Void> ping() {
        return Postgres.ping(pool);
    }

    static Stream<Row> stream(Iterable<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    private record LineRow(String sku, String productId, String name, int quantity, long unitMinor) {}

    private record TimelineRow(OffsetDateTime at, OrderStatus status, String detail) {}

    /** The order in a row with {@link #ORDER_COLUMNS}. */
    static Order order(Row row) {
        var currency = row.getString("currency");
        var lines = Arrays.stream(Json.decode(Buffer.buffer(row.getString("lines")), LineRow[].class))
                .map(l -> new OrderLine(
                        l.sku(), l.productId(), l.name(), l.quantity(), new Money(l.unitMinor(), currency)))
                .toList();
        return new Order(
                row.getUUID("id"),
                row.getString("number"),
                row.getUUID("user_id"),
                OrderStatus.valueOf(row.getString("status")),
                lines,
                new Money(row.getLong("total_minor"), currency),
                row.getString("payment_method"),
                Optional.ofNullable(row.getString("cart_id"))
                        .map(cart -> new CartVersion(cart, row.getLong("cart_version"))),
                Optional.ofNullable(row.getUUID("payment_id"))
                        .map(id -> new Payment(
                                id,
                                PaymentStatus.valueOf(row.getString("payment_status")),
                                row.getLong("refunded_minor"))),
                Optional.ofNullable(row.getString("reason_code"))
                        .map(code -> new Reason(code, row.getString("reason_detail"))),
                row.getLong("version"));
    }

    private static OrderRecord record(Row row) {
        var timeline = Arrays.stream(Json.decode(Buffer.buffer(row.getString("timeline")), TimelineRow[].class))
                .map(entry -> new TimelineEntry(entry.at().toInstant(), entry.status(), entry.detail()))
                .toList();
        var address = Optional.ofNullable(row.getString("shipping_address"))
                .map(text -> Json.decode(Buffer.buffer(text), ShippingAddress.class));
        return new OrderRecord(
                order(row),
                address,
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                timeline);
    }
}
