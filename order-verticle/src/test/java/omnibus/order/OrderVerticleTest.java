package omnibus.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import omnibus.platform.Settings;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.Test;

class OrderVerticleTest {
    private static final String URL = "postgresql://order:secret@localhost:5432/omnibus_order";

    @Test
    void anOrderHasAQuarterOfAnHourUnlessSaidOtherwise() {
        var plain = OrderConfig.from(Settings.of(Map.of("OMNIBUS_POSTGRES_URL", URL)));
        var hasty = OrderConfig.from(Settings.of(Map.of("OMNIBUS_POSTGRES_URL", URL, "OMNIBUS_ORDER_DEADLINE", "30s")));

        assertEquals(Duration.ofMinutes(15), plain.deadline());
        assertEquals(Duration.ofSeconds(30), hasty.deadline());
    }

    @Test
    void allFaultsOfAConfigurationAreToldTogether() {
        var settings = Settings.of(Map.of("OMNIBUS_ORDER_DEADLINE", "0s"));
        OrderConfig.from(settings);

        var told = assertThrows(Settings.Invalid.class, settings::check).getMessage();

        assertTrue(told.contains("OMNIBUS_ORDER_DEADLINE"), told);
        assertTrue(told.contains("OMNIBUS_POSTGRES_URL"), told);
    }

    @Test
    void itStartsServesAndLeavesNothingBehind() {
        try (var kit = TestPlatform.start()) {
            var config = new OrderConfig(TestStores.postgres("order"), Duration.ofMinutes(15));
            var deployment = kit.deploy(new OrderVerticle(kit.platform(), config));
            kit.eventually(() -> kit.platform().directory().hasReady("order"));

            kit.await(kit.vertx().undeploy(deployment));

            kit.eventually(() -> !kit.platform().directory().hasReady("order"));
            assertFalse(kit.vertx().deploymentIDs().contains(deployment));
        }
    }
}
