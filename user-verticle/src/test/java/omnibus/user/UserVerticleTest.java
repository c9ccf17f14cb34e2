package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import omnibus.platform.Settings;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;
import omnibus.platform.postgres.Postgres;
import omnibus.platform.postgres.PostgresConfig;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UserVerticleTest {
    private final PostgresConfig postgres = TestStores.postgres("user");
    private TestPlatform test;

    @BeforeEach
    void start() {
        test = TestPlatform.start();
    }

    @AfterEach
    void stop() {
        test.close();
    }

    private UserVerticle verticle(PostgresConfig where) {
        return new UserVerticle(test.platform(), UserConfig.from(UserService.settings(where)), UserFixtures.CHEAP);
    }

    private int signIn(String password) {
        var body = Map.of("email", UserService.ADMIN_EMAIL, "password", password);
        return test.call(Request.write("user.login", Deadline.in(Duration.ofSeconds(10)))
                        .body(body))
                .status();
    }

    @Test
    void startsServesAndLeavesNothingBehind() {
        var deployment = test.deploy(verticle(postgres));
        assertEquals(200, signIn(UserService.ADMIN_PASSWORD));

        test.await(test.vertx().undeploy(deployment));

        assertFalse(test.platform().directory().hasReady("user"));
    }

    @Test
    void startsAgainOnTheSameDatabaseWithoutMakingAnotherAdmin() {
        var first = test.deploy(verticle(postgres));
        test.await(test.vertx().undeploy(first));
        var settings = Settings.of(Map.of(
                "OMNIBUS_POSTGRES_URL",
                UserService.url(postgres),
                "ADMIN_EMAIL",
                UserService.ADMIN_EMAIL,
                "ADMIN_PASSWORD",
                "another password"));

        test.deploy(new UserVerticle(test.platform(), UserConfig.from(settings), UserFixtures.CHEAP));

        assertEquals(401, signIn("another password"));
        assertEquals(200, signIn(UserService.ADMIN_PASSWORD));
    }

    @Test
    void twoInstancesServeSideBySide() {
        test.deploy(verticle(postgres));
        test.deploy(verticle(postgres));
        assertEquals(200, signIn(UserService.ADMIN_PASSWORD));
    }

    @Test
    void doesNotStartWithoutAKeyThatSigns() {
        var deployment = test.deploy(verticle(postgres));
        test.await(test.vertx().undeploy(deployment));
        var pool = Postgres.pool(test.vertx(), postgres);
        test.await(pool.preparedQuery("update signing_key set signs_from = now() + make_interval(days => $1)")
                .execute(Tuple.of(1)));

        var refusal = assertThrows(IllegalStateException.class, () -> test.deploy(verticle(postgres)));

        assertEquals("there is no key to sign access tokens with", refusal.getMessage());
        assertFalse(test.platform().directory().hasReady("user"));
    }
}
