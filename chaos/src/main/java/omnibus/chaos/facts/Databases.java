package omnibus.chaos.facts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.postgresql.Driver;

/** Connections to the services' databases, which a home's {@code run/stores.json} names. */
public final class Databases {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> urls;

    private Databases(Map<String, String> urls) {
        this.urls = urls;
    }

    /** Reads where they are now: after a restart they may be elsewhere. */
    public static Databases of(Path home) throws IOException {
        var file = home.resolve("run/stores.json");
        if (!Files.exists(file)) {
            throw new IOException(
                    file + " is not there: the stores of this home do not run. ./omnibus up starts them.");
        }
        var stores = JSON.readTree(file.toFile()).path("stores");
        return StreamSupport.stream(stores.spliterator(), false)
                .filter(store -> store.path("name").asText().equals("postgres"))
                .findFirst()
                .map(store -> new Databases(urls(store)))
                .orElseThrow(() -> new IOException(file + " names no PostgreSQL yet; try again in a moment."));
    }

    private static Map<String, String> urls(JsonNode store) {
        return store.path("urls").properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, url -> url.getValue().asText()));
    }

    /** What is read in one transaction, and so of one moment. */
    @FunctionalInterface
    interface Reading<T> {
        T from(Connection connection) throws SQLException;
    }

    <T> T read(String service, Reading<T> reading) throws IOException, SQLException {
        try (var connection = connect(service)) {
            return reading.from(connection);
        }
    }

    /** A connection that sees one moment for as long as its transaction lasts, and changes nothing. */
    public Connection connect(String service) throws IOException, SQLException {
        var url = urls.get(service);
        if (url == null) throw new IOException("run/stores.json names no database of the " + service + " service");
        var connection = open(URI.create(url));
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        return connection;
    }

    private static Connection open(URI url) throws SQLException {
        var user = url.getRawUserInfo() == null ? "" : url.getRawUserInfo();
        var colon = user.indexOf(':');
        var properties = new Properties();
        properties.setProperty("user", decode(colon < 0 ? user : user.substring(0, colon)));
        properties.setProperty("password", colon < 0 ? "" : decode(user.substring(colon + 1)));
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("socketTimeout", "60");
        properties.setProperty("ApplicationName", "chaos");
        // The services' roles are told never to read a whole table; here that is just what is wanted.
        properties.setProperty("options", "-c enable_seqscan=on -c enable_hashjoin=on -c enable_mergejoin=on");
        var port = url.getPort() < 0 ? 5432 : url.getPort();
        var query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return new Driver()
                .connect("jdbc:postgresql://" + url.getHost() + ":" + port + url.getPath() + query, properties);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
