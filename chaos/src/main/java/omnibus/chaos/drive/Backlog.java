package omnibus.chaos.drive;

import java.net.URI;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The orders as the order service's own database has them. While that is away nothing is known. */
final class Backlog {
    private static final String UNFINISHED = """
            select count(*) from saga where state not in ('DONE', 'REVIEW')""";
    private static final String BY_STATUS = """
            select case when s.state = 'REVIEW' then 'REVIEW' else o.status end as status, count(*)
              from orders o join saga s on s.order_id = o.id group by 1 order by 1""";
    private static final String TAKEOVERS = """
            select count(*) from saga where epoch > 1""";

    private final ChaosShop shop;

    Backlog(ChaosShop shop) {
        this.shop = shop;
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
        try (var connection = DriverManager.getConnection(url());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            var counts = new TreeMap<String, Integer>();
            while (rows.next()) counts.put(rows.getString(1), rows.getInt(2));
            return counts;
        }
    }

    private String url() throws SQLException {
        for (var store : shop.stores().path("stores")) {
            if (!store.path("name").asText().equals("postgres")) continue;
            var url = URI.create(store.path("urls").path("order").asText());
            var user = url.getUserInfo().split(":", 2);
            return "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath() + "?user=" + user[0]
                    + "&password=" + user[1] + "&connectTimeout=2&socketTimeout=5&loginTimeout=3";
        }
        throw new SQLException("the stores do not say where PostgreSQL is");
    }
}
