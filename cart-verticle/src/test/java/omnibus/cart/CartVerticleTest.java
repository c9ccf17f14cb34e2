package omnibus.cart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import omnibus.platform.Secret;
import omnibus.platform.Settings;
import omnibus.testkit.ArchRules;
import org.junit.jupiter.api.Test;

class CartVerticleTest {
    @Test
    void theCodeKeepsTheHouseRules() {
        ArchRules.check("omnibus.cart");
    }

    @Test
    void aMissingOrWrongRedisIsAFault() {
        for (var values : java.util.List.of(Map.<String, String>of(), Map.of("OMNIBUS_REDIS_URL", "localhost"))) {
            var settings = Settings.of(values);
            CartConfig.from(settings);
            assertTrue(assertThrows(Settings.Invalid.class, settings::check)
                    .getMessage()
                    .contains("OMNIBUS_REDIS_URL"));
        }
    }

    @Test
    void aVerticleStartsWithItsStoreAndUndeploysClean() {
        try (var shop = new CartFixtures()) {
            var id = shop.platform.deploy(new CartVerticle(shop.platform.platform(), shop.config));
            shop.platform.eventually(() -> shop.platform.platform().directory().hasReady("cart"));
            shop.platform.await(shop.platform.vertx().undeploy(id));
            shop.platform.eventually(
                    () -> shop.platform.platform().directory().entries("cart").isEmpty());
        }
    }

    @Test
    void aVerticleWithoutItsStoreDoesNotStart() {
        try (var shop = new CartFixtures()) {
            var nowhere = new CartConfig(new Secret("redis://127.0.0.1:1/0"), "EUR");
            assertThrows(
                    RuntimeException.class,
                    () -> shop.platform.deploy(new CartVerticle(shop.platform.platform(), nowhere)));
            assertEquals(0, shop.platform.platform().directory().entries("cart").size());
        }
    }
}
