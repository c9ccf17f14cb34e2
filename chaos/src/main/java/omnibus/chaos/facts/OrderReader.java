package omnibus.chaos.facts;

import static omnibus.chaos.facts.Rows.id;
import static omnibus.chaos.facts.Rows.instant;
import static omnibus.chaos.facts.Rows.word;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The tables of {@code order/migrations}. */
final class OrderReader {
    private OrderReader() {}

    static OrderFacts read(Connection connection) throws SQLException {
        return new OrderFacts(
                orders(connection),
                sagas(connection),
                sagaLog(connection),
                keys(connection),
                Rows.log(connection, "total"),
                Rows.list(
                        connection,
                        "select follower, source, log_id, position from follower_cursor",
                        row -> new Cursor(row.getString(1), row.getString(2), row.getString(3), row.getLong(4))));
    }

    private static List<OrderFacts.Order> orders(Connection connection) throws SQLException {
        var lines = Rows.grouped(
                connection,
                "select order_id, sku, quantity, unit_minor from order_line order by order_id, line",
                row -> new OrderFacts.Line(word(row, 2), row.getInt(3), row.getLong(4)));
        var timelines = Rows.grouped(
                connection,
                "select order_id, version, status, at from order_timeline order by order_id, version",
                row -> new OrderFacts.Shown(row.getLong(2), word(row, 3), instant(row, 4)));
        return Rows.list(connection, """
                select id, number, user_id, status, currency, total_minor, payment_id, payment_status::text,
                       refunded_minor, reason_code, created_at, updated_at
                from orders order by id
                """, row -> order(row, lines, timelines));
    }

    private static OrderFacts.Order order(
            ResultSet row, Map<UUID, List<OrderFacts.Line>> lines, Map<UUID, List<OrderFacts.Shown>> timelines)
            throws SQLException {
        var order = id(row, 1);
        return new OrderFacts.Order(
                order,
                row.getString(2),
                id(row, 3),
                word(row, 4),
                word(row, 5),
                row.getLong(6),
                id(row, 7),
                word(row, 8),
                row.getLong(9),
                word(row, 10),
                instant(row, 11),
                instant(row, 12),
                lines.getOrDefault(order, List.of()),
                timelines.getOrDefault(order, List.of()));
    }

    private static List<OrderFacts.Saga> sagas(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                "select order_id, state, step, epoch, failures, cancelled, verdict_code from saga",
                row -> new OrderFacts.Saga(
                        id(row, 1),
                        word(row, 2),
                        word(row, 3),
                        row.getLong(4),
                        row.getInt(5),
                        row.getBoolean(6),
                        word(row, 7)));
    }

    private static List<OrderFacts.SagaMove> sagaLog(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                "select order_id, epoch, \"from\", \"to\", owner from saga_log order by id",
                row -> new OrderFacts.SagaMove(id(row, 1), row.getLong(2), word(row, 3), word(row, 4), word(row, 5)));
    }

    private static List<OrderFacts.Key> keys(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                "select user_id, key, resource::uuid from idempotency_key",
                row -> new OrderFacts.Key(id(row, 1), row.getString(2), id(row, 3)));
    }
}
