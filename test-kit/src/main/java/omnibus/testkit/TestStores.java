package omnibus.testkit;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import omnibus.platform.postgres.Postgres;
import omnibus.platform.postgres.PostgresConfig;
import omnibus.stores.PrepareStores;

/**
 * Fresh databases for tests. One server of each kind is started when first asked for, serves this JVM and ends with it.
 * They are configured as in production, fsync included: a commit that takes its time is what makes races show. {@code
 * OMNIBUS_TEST_POSTGRES_URL} (of one who may create databases and roles), {@code OMNIBUS_TEST_MONGO_URL} and {@code
 * OMNIBUS_TEST_REDIS_URL} name other servers; there MongoDB databases named {@code omnibus_test_…} stay behind.
 */
public final class TestStores {
    private static final int POOL = 8;
    private static final String SECRET = UUID.randomUUID().toString();

    private TestStores() {}

    /** A new empty database for a service, and a role that owns it and nothing else. */
    public static PostgresConfig postgres(String service) {
        var admin = given("POSTGRES").orElseGet(TestServers::postgres);
        try {
            return PostgresConfig.of(PrepareStores.prepareDatabase(admin, SECRET, fresh(service)), POOL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new database as a service finds it that has started before; its migrations must be on the class path. */
    public static PostgresConfig migrated(String service) {
        var database = postgres(service);
        var vertx = Vertx.vertx();
        try {
            Postgres.migrate(vertx, database, service).await(1, TimeUnit.MINUTES);
            return database;
        } catch (TimeoutException slow) {
            throw new IllegalStateException("the migrations of " + service + " take longer than a minute", slow);
        } finally {
            vertx.close();
        }
    }

    /** The connection string of a new empty database. */
    public static String mongo() {
        var server = given("MONGO").orElseGet(TestServers::mongo);
        return server.replaceFirst("^(mongodb(?:\\+srv)?://[^/?]+)/?[^?]*", "$1/" + fresh("mongo"));
    }

    /** The connection string of an empty database that nobody else uses while this JVM lives. */
    public static String redis() {
        return given("REDIS").map(TestRedis::claim).orElseGet(TestServers::redisDatabase);
    }

    private static Optional<String> given(String store) {
        return Optional.ofNullable(System.getenv("OMNIBUS_TEST_" + store + "_URL"))
                .filter(url -> !url.isBlank());
    }

    private static String fresh(String what) {
        return "omnibus_test_" + what + "_" + UUID.randomUUID().toString().substring(24);
    }
}
