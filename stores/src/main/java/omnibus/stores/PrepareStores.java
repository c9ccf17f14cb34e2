package omnibus.stores;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postgresql.Driver;

/**
 * Gives each service a database and a login role of its own on a PostgreSQL server. Whatever is there already stays;
 * only the roles' rights and passwords are set anew.
 */
public final class PrepareStores {
    /** Any number; it is one for all who prepare the same server at once. */
    private static final long LOCK = 0x6f6d6e69627573L;

    private static final String PREFIX = "omnibus_";
    private static final String NAME = "[a-z][a-z0-9_]{0,62}";

    private final URI admin;
    private final Secrets secrets;

    private PrepareStores(URI admin, Secrets secrets) {
        this.admin = admin;
        this.secrets = secrets;
    }

    /**
     * Prepares a server.
     *
     * @param adminUrl {@code postgresql://user:password@host:port/database?sslmode=…} of one who may create databases
     *     and roles. With {@code {service}} in it nothing is prepared: it is each service's URL, to be filled in
     * @param secret what the services' passwords are derived from: the same each time
     * @return URL per service
     */
    public static Map<String, String> prepare(String adminUrl, String secret, List<String> services)
            throws IOException {
        if (adminUrl.contains("{service}")) {
            var urls = new LinkedHashMap<String, String>();
            services.forEach(service -> urls.put(service, adminUrl.replace("{service}", service)));
            return urls;
        }
        return prepare(adminUrl, new Secrets(secret), services);
    }

    static Map<String, String> prepare(String adminUrl, Secrets secrets, List<String> services) throws IOException {
        return new PrepareStores(URI.create(adminUrl), secrets).prepare(services);
    }

    /** As {@link #prepare}, for one database and its role of any name. The URL must name the server itself. */
    public static String prepareDatabase(String adminUrl, String secret, String name) throws IOException {
        return new PrepareStores(URI.create(adminUrl), new Secrets(secret))
                .prepareNamed(List.of(name))
                .get(name);
    }

    private Map<String, String> prepare(List<String> services) throws IOException {
        var names = services.stream().map(service -> PREFIX + service).collect(Collectors.toList());
        var prepared = prepareNamed(names);
        var urls = new LinkedHashMap<String, String>();
        services.forEach(service -> urls.put(service, prepared.get(PREFIX + service)));
        return urls;
    }

    private Map<String, String> prepareNamed(List<String> names) throws IOException {
        var urls = new LinkedHashMap<String, String>();
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + LOCK + ")");
            for (var name : names) urls.put(name, prepare(statement, name));
        } catch (SQLException e) {
            throw new StoreException(
                    "The databases cannot be prepared on the PostgreSQL server at " + admin.getHost() + ":" + port()
                            + ": " + e.getMessage()
                            + ". The user of the URL must exist and needs the rights CREATEDB and CREATEROLE.",
                    e);
        }
        return urls;
    }

    private String prepare(Statement sql, String name) throws SQLException {
        if (!name.matches(NAME)) throw new IllegalArgumentException("Not a name for a database: " + name);
        var password = secrets.password("postgres/" + name);
        if (!exists(sql, "SELECT FROM pg_roles WHERE rolname = '" + name + "'")) sql.execute("CREATE ROLE " + name);
        sql.execute("ALTER ROLE " + name + " LOGIN NOCREATEDB NOCREATEROLE PASSWORD '" + password + "'");
        if (!exists(sql, "SELECT FROM pg_database WHERE datname = '" + name + "'")) {
            // Who is no superuser may give a database away only to a role that it could act as.
            if (!superuser(sql)) sql.execute("GRANT " + name + " TO CURRENT_USER");
            sql.execute("CREATE DATABASE " + name + " OWNER " + name + " TEMPLATE template0 ENCODING 'UTF8'");
        }
        sql.execute("REVOKE ALL ON DATABASE " + name + " FROM PUBLIC");
        return "postgresql://" + name + ":" + password + "@" + admin.getHost() + ":" + port() + "/" + name + query();
    }

    private static boolean exists(Statement sql, String query) throws SQLException {
        try (var rows = sql.executeQuery(query)) {
            return rows.next();
        }
    }

    private static boolean superuser(Statement sql) throws SQLException {
        return exists(sql, "SELECT FROM pg_roles WHERE rolname = current_user AND rolsuper");
    }

    /** On an embedded server nobody but the superuser has any business in the databases it came with. */
    static void closeTheRest(String adminUrl) throws IOException {
        try (var connection = new PrepareStores(URI.create(adminUrl), null).connect();
                var sql = connection.createStatement()) {
            sql.execute("REVOKE ALL ON DATABASE postgres FROM PUBLIC");
            sql.execute("REVOKE ALL ON DATABASE template1 FROM PUBLIC");
        } catch (SQLException e) {
            throw new StoreException("PostgreSQL cannot be prepared: " + e.getMessage(), e);
        }
    }

    private String query() {
        return admin.getRawQuery() == null ? "" : "?" + admin.getRawQuery();
    }

    private int port() {
        return admin.getPort() < 0 ? 5432 : admin.getPort();
    }

    private Connection connect() throws SQLException {
        var properties = new Properties();
        var user = admin.getRawUserInfo() == null ? "" : admin.getRawUserInfo();
        var colon = user.indexOf(':');
        properties.setProperty("user", decode(colon < 0 ? user : user.substring(0, colon)));
        properties.setProperty("password", colon < 0 ? "" : decode(user.substring(colon + 1)));
        properties.setProperty("connectTimeout", "10");
        var database = admin.getPath() == null || admin.getPath().length() < 2 ? "/postgres" : admin.getPath();
        return new Driver()
                .connect("jdbc:postgresql://" + admin.getHost() + ":" + port() + database + query(), properties);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
