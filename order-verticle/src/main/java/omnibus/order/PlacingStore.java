package omnibus.order;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import omnibus.order.model.CartVersion;
import omnibus.order.model.Order;
import omnibus.order.model.OrderLine;
import omnibus.order.model.OrderRecord;
import omnibus.order.model.OrderStatus;
import omnibus.order.model.Placement;
import omnibus.order.model.TimelineEntry;
import omnibus.platform.Json;
import omnibus.platform.call.Call;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.IdempotencyKeys;
import omnibus.platform.postgres.Postgres;

/**
 * Writes new orders, several at once: each with its lines, its saga in this instance's hands, its event, its timeline and
 * its idempotency key. What is acknowledged to a buyer is one commit that holds all of it.
 */
final class PlacingStore {
    private static final String PLACED = "Order placed";

    private final Pool pool;
    private final EventLog log;
    private final String owner;
    private final Duration deadline;

    /**
     * @param owner the instance that holds the new sagas
     * @param deadline how long an order may take before it is given up
     */
    PlacingStore(Pool pool, EventLog log, String owner, Duration deadline) {
        this.pool = pool;
        this.log = log;
        this.owner = owner;
        this.deadline = deadline;
    }

    /** An order somebody wants to place, and the request in which they say so. */
    record Placing(Call call, Placement placement) {}

    /** What placing came to. */
    sealed interface Placed {
        record New(OrderRecord record) implements Placed {}

        /** An earlier request with the same key made this order. */
        record Earlier(UUID orderId) implements Placed {}

        /** This version of the cart had become this order, under another key. */
        record CartTaken(UUID orderId) implements Placed {}
    }

    /** The order that an earlier request with this call's key made, if there was one. */
    Future<Optional<UUID>> earlier(Call call) {
        return IdempotencyKeys.find(pool, call).map(found -> found.map(UUID::fromString));
    }

    /**
     * Places, in one transaction, all those whose key and whose cart version are new; the keys must differ from each
     * other. Who is missing from the answer (by order id) was not placed, and {@link #whyNot} says why.
     */
    Future<Map<UUID, OrderRecord>> place(Collection<Placing> placings) {
        return Postgres.transaction(pool, tx -> claimKeys(tx, placings).compose(fresh -> insertAll(tx, fresh)))
                .onSuccess(placed -> {
                    if (!placed.isEmpty()) log.ring();
                });
    }

    Future<Placed> whyNot(Placing placing) {
        return earlier(placing.call())
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(new Placed.Earlier(found.get()))
                        : orderOf(placing.placement().cart().orElseThrow()));
    }

    private Future<Placed> orderOf(CartVersion cart) {
        return pool.preparedQuery("select id from orders where cart_id = $1 and cart_version = $2")
                .execute(Tuple.of(cart.cartId(), cart.version()))
                .map(rows -> new Placed.CartTaken(rows.iterator().next().getUUID("id")));
    }

    private static Future<List<Placing>> claimKeys(SqlConnection tx, Collection<Placing> placings) {
        Map<String, Call> calls = new LinkedHashMap<>();
        placings.forEach(placing -> calls.put(placing.placement().id().toString(), placing.call()));
        return IdempotencyKeys.claimAll(tx, calls)
                .map(fresh -> placings.stream()
                        .filter(placing ->
                                fresh.contains(placing.placement().id().toString()))
                        .toList());
    }

    private Future<Map<UUID, OrderRecord>> insertAll(SqlConnection tx, List<Placing> fresh) {
        if (fresh.isEmpty()) return Future.succeededFuture(Map.of());
        return insert(tx, fresh.stream().map(Placing::placement).toList())
                .compose(placed -> log.append(
                                tx,
                                placed.values().stream()
                                        .map(record -> OrderEvents.placed(record.order()))
                                        .toList())
                        .compose(logged -> giveKeysBack(tx, fresh, placed.keySet()))
                        .map(placed));
    }

    /** A refused request does not use up its key. */
    private static Future<Void> giveKeysBack(SqlConnection tx, List<Placing> fresh, Set<UUID> placed) {
        var refused = fresh.stream()
                .filter(placing -> !placed.contains(placing.placement().id()))
                .map(Placing::call)
                .toList();
        return refused.isEmpty() ? Future.succeededFuture() : IdempotencyKeys.giveBack(tx, refused);
    }

    private Future<Map<UUID, OrderRecord>> insert(SqlConnection tx, List<Placement> placements) {
        var byId = placements.stream().collect(Collectors.toMap(Placement::id, Function.identity()));
        return tx.preparedQuery(INSERT).execute(parameters(placements)).map(rows -> {
            Map<UUID, OrderRecord> placed = new LinkedHashMap<>();
            for (var row : rows) placed.put(row.getUUID("id"), record(byId.get(row.getUUID("id")), row));
            return placed;
        });
    }

    private static final String INSERT = """
            with wanted as materialized (
              select p.*, nextval('order_number')::text as number
              from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::bigint[])
                as p(id, user_id, currency, total_minor, shipping_address, payment_method, cart_id, cart_version)
            ), placed as (
              insert into orders (id, number, user_id, status, currency, total_minor, shipping_address, payment_method,
                                  cart_id, cart_version)
              select id, 'O-' || to_char(now() at time zone 'utc', 'YYYY') || '-' || lpad(number, greatest(6, length(number)), '0'),
                     user_id, 'PENDING', currency, total_minor, shipping_address::jsonb, payment_method, cart_id, cart_version
              from wanted order by cart_id, cart_version
              on conflict on constraint one_order_of_a_cart_version do nothing
              returning id, number, created_at
            ), lines as (
              insert into order_line (order_id, line, sku, product_id, name, quantity, unit_minor)
              select l.* from placed join
                unnest($9::uuid[], $10::int[], $11::text[], $12::text[], $13::text[], $14::int[], $15::bigint[])
                  as l(order_id, line, sku, product_id, name, quantity, unit_minor) on l.order_id = placed.id
            ), told as (
              insert into order_timeline (order_id, version, status, detail) select id, 1, 'PENDING', $16 from placed
            ), begun as (
              insert into saga (order_id, state, step, lease_owner, lease_until, deadline_at)
              select id, 'RUNNING', 'RESERVE', $17, now() + interval '10 seconds', now() + $18 * interval '1 millisecond'
              from placed
            ), logged as (
              insert into saga_log (order_id, epoch, "to", owner) select id, 1, 'RESERVE', $17 from placed
            )
            select id, number, created_at from placed
            """;

    private record NumberedLine(UUID orderId, int number, OrderLine line) {
        static List<NumberedLine> of(Placement placement) {
            var lines = placement.lines();
            return java.util.stream.IntStream.range(0, lines.size())
                    .mapToObj(i -> new NumberedLine(placement.id(), i + 1, lines.get(i)))
                    .toList();
        }
    }

    private Tuple parameters(List<Placement> placements) {
        var lines = placements.stream()
                .flatMap(one -> NumberedLine.of(one).stream())
                .toList();
        return Tuple.from(Arrays.asList(
                column(placements, UUID[]::new, Placement::id),
                column(placements, UUID[]::new, Placement::userId),
                column(placements, String[]::new, one -> one.total().currency()),
                column(placements, Long[]::new, one -> one.total().amount()),
                column(
                        placements,
                        String[]::new,
                        one -> Json.encode(one.shippingAddress()).toString()),
                column(placements, String[]::new, Placement::paymentMethod),
                column(
                        placements,
                        String[]::new,
                        one -> one.cart().map(CartVersion::cartId).orElse(null)),
                column(
                        placements,
                        Long[]::new,
                        one -> one.cart().map(CartVersion::version).orElse(null)),
                column(lines, UUID[]::new, NumberedLine::orderId),
                column(lines, Integer[]::new, NumberedLine::number),
                column(lines, String[]::new, one -> one.line().sku()),
                column(lines, String[]::new, one -> one.line().productId()),
                column(lines, String[]::new, one -> one.line().name()),
                column(lines, Integer[]::new, one -> one.line().quantity()),
                column(lines, Long[]::new, one -> one.line().unitPrice().amount()),
                PLACED,
                owner,
                deadline.toMillis()));
    }

    private static <S, T> T[] column(List<S> rows, IntFunction<T[]> array, Function<S, T> value) {
        return rows.stream().map(value).toArray(array);
    }

    private static OrderRecord record(Placement placement, Row row) {
        var at = row.getOffsetDateTime("created_at").toInstant();
        var order = new Order(
                placement.id(),
                row.getString("number"),
                placement.userId(),
                OrderStatus.PENDING,
                placement.lines(),
                placement.total(),
                placement.paymentMethod(),
                placement.cart(),
                Optional.empty(),
                Optional.empty(),
                1);
        var timeline = List.of(new TimelineEntry(at, OrderStatus.PENDING, PLACED));
        return new OrderRecord(order, Optional.of(placement.shippingAddress()), at, at, timeline);
    }
}
