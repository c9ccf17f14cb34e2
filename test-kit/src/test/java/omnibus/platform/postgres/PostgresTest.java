package omnibus.platform.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import omnibus.platform.call.Outage;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresTest {
    private TestPlatform platform;
    private Pool pool;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
        var config = TestStores.postgres("kept");
        platform.await(Postgres.migrate(platform.vertx(), config, "kept"));
        pool = Postgres.pool(platform.vertx(), config);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    /** Somebody gathers work while a transaction is under way, and would gather it for ever. */
    @Test
    void aTransactionThatTheDatabaseFallsSilentOverIsAnOutage() {
        Promise<Throwable> told = Promise.promise();
        Future<Void> silence = platform.vertx().timer(1, TimeUnit.HOURS).mapEmpty();

        Postgres.transaction(pool, Duration.ofMillis(50), tx -> silence).onFailure(told::complete);

        assertTrue(Outage.is(platform.await(told.future())));
    }

    @Test
    void aTransactionThatIsAnsweredInTimeIsNotTouched() {
        var answer = Postgres.transaction(
                pool,
                tx -> tx.query("select 7 as n")
                        .execute()
                        .map(rows -> rows.iterator().next().getInteger("n")));

        assertEquals(7, platform.await(answer));
    }
}
