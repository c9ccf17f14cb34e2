package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Base64;
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
        return new UserVerticle(
                test.platform(),
                UserConfig.from(UserService.settings(where)),
                UserFixtures.CHEAP,
                UserFixtures.FEW_BITS);
    }

    private String deploy() {
        return UserService.patiently(() -> test.deploy(verticle(postgres)));
    }

    private int signIn(String password) {
        var body = Map.of("email", UserService.ADMIN_EMAIL, "password", password);
        return test.call(Request.write("user.login", Deadline.in(Duration.ofSeconds(10)))
                        .body(body))
                .status();
    }

    @Test
    void startsServesAndLeavesNothingBehind() {
        var deployment = deploy();
        assertEquals(200, signIn(UserService.ADMIN_PASSWORD));

        test.await(test.vertx().undeploy(deployment));

        assertFalse(test.platform().directory().hasReady("user"));
    }

    @Test
    void startsAgainOnTheSameDatabaseWithoutMakingAnotherAdmin() {
        var first = deploy();
        test.await(test.vertx().undeploy(first));
        var settings = Settings.of(Map.of(
                "OMNIBUS_POSTGRES_URL",
                UserService.url(postgres),
                "ADMIN_EMAIL",
                UserService.ADMIN_EMAIL,
                "ADMIN_PASSWORD",
                "another password",
                "OMNIBUS_SIGNING_SECRET",
                UserFixtures.SIGNING_SECRET.reveal()));

        UserService.patiently(() -> test.deploy(new UserVerticle(
                test.platform(), UserConfig.from(settings), UserFixtures.CHEAP, UserFixtures.FEW_BITS)));

        assertEquals(401, signIn("another password"));
        assertEquals(200, signIn(UserService.ADMIN_PASSWORD));
    }

    @Test
    void asItIsDeployedItHashesAndSignsWithFullStrength() {
        var config = UserConfig.from(UserService.settings(postgres));
        UserService.patiently(() -> test.deploy(new UserVerticle(test.platform(), config)));
        assertEquals(200, signIn(UserService.ADMIN_PASSWORD));
        var keys = test.call(Request.read("user.getJwks", Deadline.in(Duration.ofSeconds(10))));
        var modulus = UserService.json(keys).path("keys").path(0).path("n").asText();
        assertEquals(2048 / 8, Base64.getUrlDecoder().decode(modulus).length);
    }

    @Test
    void twoInstancesServeSideBySide() {
        deploy();
        deploy();
        assertEquals(200, signIn(UserService.ADMIN_PASSWORD));
    }

    @Test
    void doesNotStartWithoutAKeyThatSigns() {
        var deployment = deploy();
        test.await(test.vertx().undeploy(deployment));
        var pool = Postgres.pool(test.vertx(), postgres);
        test.await(pool.preparedQuery("update signing_key set signs_from = now() + make_interval(days => $1)")
                .execute(Tuple.of(1)));

        var refusal = assertThrows(IllegalStateException.class, this::deploy);

        assertEquals("there is no key to sign access tokens with", refusal.getMessage());
        assertFalse(test.platform().directory().hasReady("user"));
    }

    @Test
    void doesNotStartWithAnotherSigningSecretThanTheKeysWereSealedWith() {
        test.await(test.vertx().undeploy(deploy()));
        var settings = Settings.of(Map.of(
                "OMNIBUS_POSTGRES_URL",
                UserService.url(postgres),
                "OMNIBUS_SIGNING_SECRET",
                "another secret than the one there was"));
        var stranger =
                new UserVerticle(test.platform(), UserConfig.from(settings), UserFixtures.CHEAP, UserFixtures.FEW_BITS);

        var refusal = assertThrows(IllegalStateException.class, () -> test.deploy(stranger));

        assertTrue(refusal.getMessage().contains("OMNIBUS_SIGNING_SECRET"), refusal.getMessage());
        assertFalse(test.platform().directory().hasReady("user"));
    }
}
