package omnibus.stores;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Connections of tests. */
final class Jdbc {
    private Jdbc() {}

    static String url(String postgresUrl) {
        var url = URI.create(postgresUrl);
        var user = url.getUserInfo().split(":", 2);
        return "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath() + "?user=" + user[0]
                + "&password=" + user[1];
    }

    static Connection connect(String postgresUrl) throws SQLException {
        return DriverManager.getConnection(url(postgresUrl));
    }

    /** The first column of the first row. */
    static String ask(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static void run(Connection connection, String... commands) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (var command : commands) statement.execute(command);
        }
    }
}
