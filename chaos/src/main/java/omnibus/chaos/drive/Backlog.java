package omnibus.chaos.drive;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import omnibus.chaos.facts.Databases;

/** The orders as the order service's own database has them. While that is away nothing is known. */
final class Backlog {
    private static final String UNFINISHED = """
            select count(*) from saga where state not in ('DONE', 'REVIEW')""";
    private static final String BY_STATUS = """
            select case when s.state = 'REVIEW' then 'REVIEW' else o.status end as status, count(*)
              from orders o join saga s on s.order_id = o.id group by 1 order by 1""";
    private static final String TAKEOVERS = """
            select count(*) from saga where epoch > 1""";

    private final Path home;

    Backlog(Path home) {
        this.home = home;
    }

    /** Sagas that neither have ended nor wait for a person; empty while the database does not answer. */
    OptionalInt unfinished() {
        try {
            return OptionalInt.of(counts("select 'all', (" + UNFINISHED + ")").get("all"));
        } catch (SQLException away) {
            return OptionalInt.empty();
        }
    }

    Map<String, Integer> byStatus() throws SQLException {
        return counts(BY_STATUS);
    }

    /** Orders whose saga was taken over at least once. */
    int takenOver() throws SQLException {
        return counts("select 'all', (" + TAKEOVERS + ")").get("all");
    }

    private Map<String, Integer> counts(String query) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            var counts = new TreeMap<String, Integer>();
            while (rows.next()) counts.put(rows.getString(1), rows.getInt(2));
            return counts;
        }
    }

    private Connection connect() throws SQLException {
        try {
            return Databases.of(home).connect("order");
        } catch (IOException notDescribed) {
            throw new SQLException(notDescribed);
        }
    }
}
