package omnibus.inventory;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import omnibus.inventory.model.AvailabilityChanged;
import omnibus.inventory.model.Cause;
import omnibus.inventory.model.Movement;
import omnibus.inventory.model.Reservation;
import omnibus.inventory.model.Shortage;
import omnibus.inventory.model.StockBatch;
import omnibus.inventory.model.StockLevel;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.call.Call;
import omnibus.platform.events.Event;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.IdempotencyKeys;
import omnibus.platform.postgres.Postgres;

/**
 * Stock, reservations and the ledger in PostgreSQL. Every change goes one way: lock, decide, write. Locks are taken in
 * one order everywhere, reservations by id, then stock by SKU, then new rows by id, so that no two changes can wait for
 * each other. What is read and what is written are pipelined: a batch of orders holds its locks for two round trips and
 * one commit.
 */
final class InventoryStore {
    private static final int TRIES = 3;

    private final Pool pool;
    private final EventLog log;
    private final StockWriter writer;

    InventoryStore(Pool pool, EventLog log) {
        this.pool = pool;
        this.log = log;
        this.writer = new StockWriter(log);
    }

    /** A ledger entry as it is shown. */
    record Posting(Movement movement, Instant at) {}

    /** A level after a change; {@code replayed} when the change was made by an earlier request with the same key. */
    record Posted(StockLevel level, boolean replayed) {}

    /** What a transaction decided, and whether it told followers something. */
    private record Done<R>(R result, boolean hasEvents) {}

    /** Locks stock and reservations, lets {@code decide} change them, writes what it changed; all in one transaction. */
    <R> Future<R> change(Collection<String> skus, Collection<UUID> orders, Function<StockBatch, R> decide) {
        return change(skus, orders, decide, 1);
    }

    private <R> Future<R> change(
            Collection<String> skus, Collection<UUID> orders, Function<StockBatch, R> decide, int number) {
        return committed(transaction -> change(transaction, skus, orders, decide))
                .recover(failure -> failure instanceof StockWriter.Overtaken && number < TRIES
                        ? change(skus, orders, decide, number + 1)
                        : Future.failedFuture(failure));
    }

    /** Changes one SKU's stock once per idempotency key of the caller; a repeat finds it as it is now. */
    Future<Posted> changeOnce(Call call, String sku, Consumer<StockBatch> decide) {
        return committed(transaction -> IdempotencyKeys.claim(transaction, call, sku)
                .compose(earlier -> change(transaction, List.of(sku), List.of(), batch -> {
                    if (earlier.isEmpty()) decide.accept(batch);
                    return new Posted(batch.level(sku).orElseThrow(Problem::notFound), earlier.isPresent());
                })));
    }

    private <R> Future<R> committed(Function<SqlConnection, Future<Done<R>>> work) {
        return Postgres.transaction(pool, work).map(done -> {
            if (done.hasEvents) log.ring();
            return done.result;
        });
    }

    private <R> Future<Done<R>> change(
            SqlConnection transaction,
            Collection<String> skus,
            Collection<UUID> orders,
            Function<StockBatch, R> decide) {
        return lock(transaction, skus, orders).compose(batch -> {
            var result = decide.apply(batch);
            var done = new Done<>(result, !batch.crossings().isEmpty());
            return writer.write(transaction, batch).map(done);
        });
    }

    private static Future<StockBatch> lock(
            SqlConnection transaction, Collection<String> skus, Collection<UUID> orders) {
        var orderIds = orders.toArray(UUID[]::new);
        var reservations = orderIds.length == 0
                ? Future.<Map<UUID, Reservation>>succeededFuture(Map.of())
                : lockReservations(transaction, orderIds);
        var stock = transaction
                .preparedQuery("""
                        select sku, on_hand, reserved, low_stock_threshold, version
                        from stock
                        where sku = any ($1::text[] || array(
                          select sku from reservation_line where order_id = any ($2::uuid[])))
                        order by sku
                        for update
                        """)
                .execute(Tuple.tuple()
                        .addArrayOfString(skus.toArray(String[]::new))
                        .addArrayOfUUID(orderIds))
                .map(rows -> {
                    var levels = new HashMap<String, StockLevel>();
                    rows.forEach(row -> levels.put(row.getString("sku"), level(row)));
                    return levels;
                });
        return Future.all(reservations, stock).map(both -> new StockBatch(stock.result(), reservations.result()));
    }

    private static Future<Map<UUID, Reservation>> lockReservations(SqlConnection transaction, UUID[] orderIds) {
        var heads = transaction.preparedQuery("""
                        select order_id, state, epoch, shortages::text
                        from reservation
                        where order_id = any ($1)
                        order by order_id
                        for update
                        """).execute(Tuple.of(orderIds));
        var lines = transaction
                .preparedQuery("select order_id, sku, quantity from reservation_line where order_id = any ($1)")
                .execute(Tuple.of(orderIds));
        return Future.all(heads, lines).map(both -> reservations(heads.result(), lines.result()));
    }

    private static Map<UUID, Reservation> reservations(RowSet<Row> heads, RowSet<Row> lines) {
        var held = new HashMap<UUID, Map<String, Integer>>();
        for (var row : lines) {
            held.computeIfAbsent(row.getUUID("order_id"), order -> new TreeMap<>())
                    .put(row.getString("sku"), row.getInteger("quantity"));
        }
        var found = new HashMap<UUID, Reservation>();
        for (var row : heads) {
            var order = row.getUUID("order_id");
            found.put(
                    order,
                    new Reservation(
                            order,
                            Reservation.State.valueOf(row.getString("state")),
                            row.getLong("epoch"),
                            held.getOrDefault(order, Map.of()),
                            shortages(row.getString("shortages"))));
        }
        return found;
    }

    private static List<Shortage> shortages(String json) {
        return json == null ? List.of() : List.of(Json.decode(Buffer.buffer(json), Shortage[].class));
    }

    /** Makes the rows of SKUs that have none yet, with their first ledger entry and event; others are left alone. */
    Future<Void> create(SqlConnection transaction, Map<String, Integer> unitsBySku) {
        if (unitsBySku.isEmpty()) return Future.succeededFuture();
        return transaction
                .preparedQuery("""
                        with created as (
                          insert into stock (sku, on_hand)
                          select sku, on_hand from unnest($1::text[], $2::integer[]) as s(sku, on_hand) order by sku
                          on conflict (sku) do nothing
                          returning *
                        ), posted as (
                          insert into movement (sku, version, kind, on_hand_delta, reserved_delta, on_hand, reserved)
                          select sku, version, 'INITIAL', on_hand, 0, on_hand, 0 from created
                        )
                        select sku, on_hand, reserved, low_stock_threshold, version from created
                        """)
                .execute(Tuple.tuple()
                        .addArrayOfString(unitsBySku.keySet().toArray(String[]::new))
                        .addArrayOfInteger(unitsBySku.values().toArray(Integer[]::new)))
                .compose(rows -> log.append(
                        transaction,
                        StreamSupport.stream(rows.spliterator(), false)
                                .map(row -> availabilityChanged(level(row)))
                                .toList()));
    }

    static Event availabilityChanged(StockLevel level) {
        return Event.of("AvailabilityChanged", level.sku(), level.version(), AvailabilityChanged.to(level));
    }

    Future<Optional<StockLevel>> find(String sku) {
        return pool.preparedQuery("""
                        select sku, on_hand, reserved, low_stock_threshold, version from stock where sku = $1
                        """)
                .execute(Tuple.of(sku))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(InventoryStore::level)
                        .findFirst());
    }

    /** Levels after {@code afterSku} in the order of SKUs; {@code low}: only those running low, or only those not. */
    Future<List<StockLevel>> list(Optional<Boolean> low, String afterSku, int limit) {
        var condition = low.map(yes -> yes ? "and availability <> 'IN_STOCK'" : "and availability = 'IN_STOCK'");
        return pool.preparedQuery("""
                        select sku, on_hand, reserved, low_stock_threshold, version
                        from stock
                        where sku > $1 %s
                        order by sku
                        limit $2
                        """.formatted(condition.orElse("")))
                .execute(Tuple.of(afterSku, limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(InventoryStore::level)
                        .toList());
    }

    /** Ledger entries of a SKU below a version, newest first. */
    Future<List<Posting>> movements(String sku, long belowVersion, int limit) {
        return pool.preparedQuery("""
                        select sku, version, kind, on_hand_delta, reserved_delta, on_hand, reserved,
                               0 as low_stock_threshold, order_id, reason, user_id, at
                        from movement
                        where sku = $1 and version < $2
                        order by version desc
                        limit $3
                        """)
                .execute(Tuple.of(sku, belowVersion, limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(InventoryStore::posting)
                        .toList());
    }

    private static Posting posting(Row row) {
        var movement = new Movement(
                Movement.Kind.valueOf(row.getString("kind")),
                row.getInteger("on_hand_delta"),
                row.getInteger("reserved_delta"),
                level(row),
                new Cause(row.getUUID("order_id"), row.getString("reason"), row.getUUID("user_id")));
        return new Posting(movement, row.getOffsetDateTime("at").toInstant());
    }

    private static StockLevel level(Row row) {
        return new StockLevel(
                row.getString("sku"),
                row.getInteger("on_hand"),
                row.getInteger("reserved"),
                row.getInteger("low_stock_threshold"),
                row.getLong("version"));
    }
}
