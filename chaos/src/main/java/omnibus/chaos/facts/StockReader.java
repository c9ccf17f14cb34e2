package omnibus.chaos.facts;

import static omnibus.chaos.facts.Rows.id;
import static omnibus.chaos.facts.Rows.word;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables of {@code inventory/migrations}. */
final class StockReader {
    private record Line(String sku, int quantity) {
        static Map<String, Integer> units(List<Line> lines) {
            var units = new HashMap<String, Integer>();
            lines.forEach(line -> units.put(line.sku(), line.quantity()));
            return Map.copyOf(units);
        }
    }

    private StockReader() {}

    static StockFacts read(Connection connection) throws SQLException {
        return new StockFacts(
                stock(connection), reservations(connection), movements(connection), Rows.log(connection, "available"));
    }

    private static List<StockFacts.Stock> stock(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                "select sku, on_hand, reserved, low_stock_threshold, availability from stock",
                row -> new StockFacts.Stock(word(row, 1), row.getInt(2), row.getInt(3), row.getInt(4), word(row, 5)));
    }

    private static List<StockFacts.Reservation> reservations(Connection connection) throws SQLException {
        var lines = Rows.grouped(
                connection,
                "select order_id, sku, quantity from reservation_line",
                row -> new Line(word(row, 2), row.getInt(3)));
        return Rows.list(connection, "select order_id, state, epoch from reservation", row -> {
            var order = id(row, 1);
            return new StockFacts.Reservation(
                    order, word(row, 2), row.getLong(3), Line.units(lines.getOrDefault(order, List.of())));
        });
    }

    private static List<StockFacts.Movement> movements(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                """
                select sku, version, kind, on_hand_delta, reserved_delta, on_hand, reserved, order_id
                from movement order by sku, version
                """,
                row -> new StockFacts.Movement(
                        word(row, 1),
                        row.getLong(2),
                        word(row, 3),
                        row.getInt(4),
                        row.getInt(5),
                        row.getInt(6),
                        row.getInt(7),
                        id(row, 8)));
    }
}
