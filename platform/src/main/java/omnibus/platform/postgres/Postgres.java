package omnibus.platform.postgres;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import omnibus.platform.call.Outage;
import org.flywaydb.core.Flyway;

/** PostgreSQL as every service uses it: its own database, guarded connections, short transactions, migrations at start. */
public final class Postgres {
    private static final String UNIQUE_VIOLATION = "23505";
    private static final int TRIES = 3;
    private static final long MAX_PAUSE_MILLIS = 40;
    private static final Set<String> WORTH_A_RETRY = Set.of("40001", "40P01", "55P03");

    private Postgres() {}

    /** Brings the database up to date; instances that start together take turns (Flyway locks its table). */
    public static Future<Void> migrate(Vertx vertx, PostgresConfig config, String service) {
        return vertx.executeBlocking(() -> {
            var url = "jdbc:postgresql://" + config.host() + ":" + config.port() + "/" + config.database()
                    + config.tls().query();
            Flyway.configure()
                    .dataSource(url, config.user(), config.password().reveal())
                    .locations("classpath:platform/migrations", "classpath:" + service + "/migrations")
                    .table("schema_history")
                    // The platform's migrations are numbered below the services' own and may come after them.
                    .outOfOrder(true)
                    .connectRetries(5)
                    .load()
                    .migrate();
            return null;
        });
    }

    /** A bounded pool whose connections carry the guards of every request (docs/reliability.md): no wait is endless. */
    public static Pool pool(Vertx vertx, PostgresConfig config) {
        var connect = config.tls()
                .applyTo(new PgConnectOptions())
                .setHost(config.host())
                .setPort(config.port())
                .setDatabase(config.database())
                .setUser(config.user())
                .setPassword(config.password().reveal())
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(256)
                // The client's default of 2,048 characters leaves out just those statements that cost most to plan.
                .setPreparedStatementCacheSqlLimit(16_384)
                .setPipeliningLimit(32)
                .addProperty("lock_timeout", "500")
                .addProperty("statement_timeout", "2000")
                .addProperty("idle_in_transaction_session_timeout", "3000")
                .addProperty("client_connection_check_interval", "1000")
                .addProperty("application_name", config.user());
        var network = new NetClientOptions()
                .setConnectTimeout(1_000)
                .setTcpUserTimeout(10_000)
                // Else nobody asks whether a server that owes an answer is still there.
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true);
        var options = new PoolOptions()
                .setMaxSize(config.poolSize())
                .setMaxWaitQueueSize(1_000)
                .setConnectionTimeout(1)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                .setName("postgres");
        return PgBuilder.pool()
                .with(options)
                .with(network)
                .connectingTo(connect)
                .using(vertx)
                .build();
    }

    /**
     * Runs work in one transaction: committed when its future succeeds, rolled back when it fails. What lost a race for
     * a lock is run again up to two times, so the work must have no effect outside the transaction. Whether one that the
     * database fell silent over was committed is not known.
     */
    public static <T> Future<T> transaction(Pool pool, Function<SqlConnection, Future<T>> work) {
        return transaction(pool, Outage.SILENCE, work);
    }

    static <T> Future<T> transaction(Pool pool, Duration patience, Function<SqlConnection, Future<T>> work) {
        return Outage.ifSilent(attempt(pool, work, 1), patience);
    }

    private static <T> Future<T> attempt(Pool pool, Function<SqlConnection, Future<T>> work, int number) {
        return pool.withTransaction(work).recover(failure -> {
            if (number == TRIES || !lostARace(failure)) return Future.failedFuture(failure);
            Promise<T> later = Promise.promise();
            var vertx = Vertx.currentContext() == null
                    ? null
                    : Vertx.currentContext().owner();
            if (vertx == null) return attempt(pool, work, number + 1);
            vertx.setTimer(
                    1 + ThreadLocalRandom.current().nextLong(MAX_PAUSE_MILLIS),
                    tick -> attempt(pool, work, number + 1).onComplete(later));
            return later.future();
        });
    }

    private static boolean lostARace(Throwable failure) {
        return failure instanceof PgException sql && WORTH_A_RETRY.contains(sql.getSqlState());
    }

    /** Whether what failed is that something which may be there once is there already. */
    public static boolean isUniqueViolation(Throwable failure) {
        return failure instanceof PgException sql && UNIQUE_VIOLATION.equals(sql.getSqlState());
    }

    /** Does the store answer? */
    public static Future<Void> ping(Pool pool) {
        return pool.query("select 1").execute().mapEmpty();
    }
}
