package omnibus.chaos.facts;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The rows of queries, fetched a thousand at a time. */
final class Rows {
    private static final int PORTION = 1_000;

    @FunctionalInterface
    interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private Rows() {}

    static <T> List<T> list(Connection connection, String query, Row<T> reader) throws SQLException {
        var found = new ArrayList<T>();
        each(connection, query, row -> found.add(reader.of(row)));
        return found;
    }

    /** Values by the id in the first column, in the order of the query. */
    static <T> Map<UUID, List<T>> grouped(Connection connection, String query, Row<T> reader) throws SQLException {
        var found = new HashMap<UUID, List<T>>();
        each(
                connection,
                query,
                row -> found.computeIfAbsent(id(row, 1), id -> new ArrayList<>())
                        .add(reader.of(row)));
        return found;
    }

    private static void each(Connection connection, String query, Row<?> reader) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.setFetchSize(PORTION);
            try (var rows = statement.executeQuery(query)) {
                while (rows.next()) reader.of(rows);
            }
        }
    }

    static UUID id(ResultSet row, int column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    static Instant instant(ResultSet row, int column) throws SQLException {
        var at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    /** The log of the service whose database this is. */
    static EventLog log(Connection connection, String... amounts) throws SQLException {
        var identity = list(connection, "select log_id::text from event_log_identity", row -> row.getString(1));
        var columns = new StringBuilder();
        for (var amount : amounts) {
            columns.append(", case jsonb_typeof(data->'")
                    .append(amount)
                    .append("') when 'number' then (data->>'")
                    .append(amount)
                    .append("')::bigint else (data->'")
                    .append(amount)
                    .append("'->>'amount')::bigint end");
        }
        var events = list(connection, """
                select coalesce(position, 0), type, aggregate, version, data->>'previous',
                       coalesce(data->>'status', data->>'availability')%s
                from event_log order by row_id
                """.formatted(columns), row -> event(row, amounts));
        return new EventLog(identity.isEmpty() ? "" : identity.get(0), events);
    }

    private static EventLog.Event event(ResultSet row, String... amounts) throws SQLException {
        var found = new HashMap<String, Long>();
        for (var i = 0; i < amounts.length; i++) {
            var amount = row.getLong(7 + i);
            if (!row.wasNull()) found.put(amounts[i], amount);
        }
        return new EventLog.Event(
                row.getLong(1),
                row.getString(2).intern(),
                row.getString(3),
                row.getLong(4),
                word(row, 5),
                word(row, 6),
                Map.copyOf(found));
    }

    /** One of a few words, kept once. */
    static String word(ResultSet row, int column) throws SQLException {
        var word = row.getString(column);
        return word == null ? null : word.intern();
    }
}
