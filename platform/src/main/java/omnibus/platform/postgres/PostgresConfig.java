package omnibus.platform.postgres;

import io.vertx.pgclient.PgConnectOptions;
import java.net.URI;
import omnibus.platform.Secret;
import omnibus.platform.Settings;

/** Where a service's own database is, as its own role. */
public record PostgresConfig(
        String host, int port, String database, String user, Secret password, PostgresTls tls, int poolSize) {
    private static final String KEY = "OMNIBUS_POSTGRES_URL";
    private static final int DEFAULT_POOL = 8;

    /** Reads {@code OMNIBUS_POSTGRES_URL=postgresql://user:password@host:port/database}. */
    public static PostgresConfig from(Settings settings) {
        var url = settings.required(KEY, "the database of this service, postgresql://user:password@host:port/database");
        var pool = settings.integer("OMNIBUS_POSTGRES_POOL", DEFAULT_POOL, 1, 200);
        try {
            return url.isEmpty()
                    ? new PostgresConfig("", 0, "", "", new Secret(""), PostgresTls.NONE, pool)
                    : of(url, pool);
        } catch (IllegalArgumentException malformed) {
            settings.fault(
                    KEY,
                    "is not of the form postgresql://user:password@host:port/database, with"
                            + " ?sslmode=verify-full&sslrootcert=FILE where the way there is not to be trusted");
            return new PostgresConfig("", 0, "", "", new Secret(""), PostgresTls.NONE, pool);
        }
    }

    public static PostgresConfig of(String url, int poolSize) {
        var options = PgConnectOptions.fromUri(url);
        if (options.getDatabase() == null || URI.create(url).getHost() == null) {
            throw new IllegalArgumentException("no host or no database in the URL");
        }
        return new PostgresConfig(
                options.getHost(),
                options.getPort(),
                options.getDatabase(),
                options.getUser(),
                new Secret(options.getPassword() == null ? "" : options.getPassword()),
                PostgresTls.of(URI.create(url)),
                poolSize);
    }
}
