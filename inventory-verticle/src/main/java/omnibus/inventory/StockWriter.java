package omnibus.inventory;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import omnibus.inventory.model.Movement;
import omnibus.inventory.model.Reservation;
import omnibus.inventory.model.StockBatch;
import omnibus.inventory.model.StockLevel;
import omnibus.platform.Json;
import omnibus.platform.postgres.EventLog;

/** Writes what a batch changed: one statement per table, all of them on their way at once. */
final class StockWriter {
    private final EventLog log;

    StockWriter(EventLog log) {
        this.log = log;
    }

    /** Another transaction made one of the same orders known between our look and our write: look again. */
    static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1;

        Overtaken() {
            super("another transaction was first with one of these orders", null, false, false);
        }
    }

    /** Fails with {@link Overtaken} when the transaction must be rolled back and run again. */
    Future<Void> write(SqlConnection transaction, StockBatch batch) {
        var writes = new ArrayList<Future<Void>>();
        var levels = batch.changedLevels();
        if (!levels.isEmpty()) writes.add(updateStock(transaction, batch, levels));
        if (!batch.changedReservations().isEmpty()) writes.add(update(transaction, batch.changedReservations()));
        if (!batch.newReservations().isEmpty()) writes.add(insert(transaction, batch.newReservations()));
        if (!batch.movements().isEmpty()) writes.add(post(transaction, batch.movements()));
        var events = batch.crossings().stream()
                .map(InventoryStore::availabilityChanged)
                .toList();
        writes.add(log.append(transaction, events));
        return Future.all(writes).mapEmpty();
    }

    private static Future<Void> updateStock(SqlConnection transaction, StockBatch batch, List<StockLevel> levels) {
        return transaction
                .preparedQuery("""
                        update stock s
                        set on_hand = n.on_hand, reserved = n.reserved, low_stock_threshold = n.low_stock_threshold,
                            version = n.version
                        from unnest($1::text[], $2::bigint[], $3::integer[], $4::integer[], $5::integer[], $6::bigint[])
                          as n(sku, version_before, on_hand, reserved, low_stock_threshold, version)
                        where s.sku = n.sku and s.version = n.version_before
                        """)
                .execute(Tuple.of(
                        column(levels, StockLevel::sku, String[]::new),
                        column(levels, batch::versionBefore, Long[]::new),
                        column(levels, StockLevel::onHand, Integer[]::new),
                        column(levels, StockLevel::reserved, Integer[]::new),
                        column(levels, StockLevel::lowStockThreshold, Integer[]::new),
                        column(levels, StockLevel::version, Long[]::new)))
                .compose(updated -> updated.rowCount() == levels.size()
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException("stock changed under our lock")));
    }

    /** {@code any} keeps the plan by key even when it was made while the table was still empty. */
    private static Future<Void> update(SqlConnection transaction, List<Reservation> changed) {
        return transaction.preparedQuery("""
                        update reservation r
                        set state = n.state, epoch = n.epoch, shortages = n.shortages::jsonb, updated_at = now()
                        from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[])
                          as n(order_id, state, epoch, shortages)
                        where r.order_id = n.order_id and r.order_id = any ($1)
                        """).execute(heads(changed)).mapEmpty();
    }

    private static Future<Void> insert(SqlConnection transaction, List<Reservation> fresh) {
        var inserted = transaction
                .preparedQuery("""
                        insert into reservation (order_id, state, epoch, shortages)
                        select order_id, state, epoch, shortages::jsonb
                        from unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[])
                          as n(order_id, state, epoch, shortages)
                        order by order_id
                        on conflict (order_id) do nothing
                        """)
                .execute(heads(fresh))
                .compose(rows -> rows.rowCount() == fresh.size()
                        ? Future.<Void>succeededFuture()
                        : Future.failedFuture(new Overtaken()));
        var lines = insertLines(transaction, fresh);
        return inserted.compose(all -> lines);
    }

    private static Future<Void> insertLines(SqlConnection transaction, List<Reservation> fresh) {
        var orders = new ArrayList<UUID>();
        var skus = new ArrayList<String>();
        var quantities = new ArrayList<Integer>();
        for (var reservation : fresh) {
            reservation.lines().forEach((sku, quantity) -> {
                orders.add(reservation.orderId());
                skus.add(sku);
                quantities.add(quantity);
            });
        }
        if (orders.isEmpty()) return Future.succeededFuture();
        return transaction
                .preparedQuery("""
                        insert into reservation_line (order_id, sku, quantity)
                        select order_id, sku, quantity
                        from unnest($1::uuid[], $2::text[], $3::integer[]) as n(order_id, sku, quantity)
                        on conflict (order_id, sku) do nothing
                        """)
                .execute(Tuple.of(
                        orders.toArray(UUID[]::new), skus.toArray(String[]::new), quantities.toArray(Integer[]::new)))
                .mapEmpty();
    }

    private static Tuple heads(List<Reservation> reservations) {
        return Tuple.of(
                column(reservations, Reservation::orderId, UUID[]::new),
                column(reservations, reservation -> reservation.state().name(), String[]::new),
                column(reservations, Reservation::epoch, Long[]::new),
                column(reservations, StockWriter::shortages, String[]::new));
    }

    private static String shortages(Reservation reservation) {
        return reservation.shortages().isEmpty()
                ? null
                : Json.encode(reservation.shortages()).toString();
    }

    private static Future<Void> post(SqlConnection transaction, List<Movement> movements) {
        return transaction
                .preparedQuery("""
                        insert into movement (sku, version, kind, on_hand_delta, reserved_delta, on_hand, reserved,
                                              order_id, reason, user_id)
                        select *
                        from unnest($1::text[], $2::bigint[], $3::text[], $4::integer[], $5::integer[], $6::integer[],
                                    $7::integer[], $8::uuid[], $9::text[], $10::uuid[])
                        """)
                .execute(Tuple.from(List.of(
                        column(movements, movement -> movement.after().sku(), String[]::new),
                        column(movements, movement -> movement.after().version(), Long[]::new),
                        column(movements, movement -> movement.kind().name(), String[]::new),
                        column(movements, Movement::onHandDelta, Integer[]::new),
                        column(movements, Movement::reservedDelta, Integer[]::new),
                        column(movements, movement -> movement.after().onHand(), Integer[]::new),
                        column(movements, movement -> movement.after().reserved(), Integer[]::new),
                        column(movements, movement -> movement.cause().orderId(), UUID[]::new),
                        column(movements, movement -> movement.cause().reason(), String[]::new),
                        column(movements, movement -> movement.cause().userId(), UUID[]::new))))
                .mapEmpty();
    }

    private static <T, C> C[] column(List<T> rows, Function<T, C> value, IntFunction<C[]> array) {
        return rows.stream().map(value).toArray(array);
    }
}
