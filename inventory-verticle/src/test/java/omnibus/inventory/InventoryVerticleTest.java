package omnibus.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import omnibus.platform.Settings;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Request;
import omnibus.platform.events.Event;
import omnibus.platform.events.EventPage;
import omnibus.platform.events.LoggedEvent;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.Test;

class InventoryVerticleTest {
    @Test
    void itStartsFollowsTheCatalogueTellsOfTheStockAndStops() {
        try (var test = TestPlatform.start()) {
            var created = Event.of("ProductCreated", "p", 1, Map.of("sku", "MUG", "initialStock", 3));
            var catalogue = new EventPage("catalogue", List.of(new LoggedEvent(1, created)), 1);
            test.answer("product.readEvents", call -> {
                var rest = call.query("after").equals("0") ? catalogue : new EventPage("catalogue", List.of(), 1);
                return Future.succeededFuture(Answer.ok(rest));
            });
            var config = new InventoryConfig(TestStores.postgres("inventory"));
            var id = test.deploy(new InventoryVerticle(test.platform(), config));
            test.eventually(() -> !events(test).events().isEmpty());
            var told = events(test).events().get(0).event();
            assertEquals("AvailabilityChanged", told.type());
            assertEquals("LOW_STOCK", told.data().path("availability").asText());
            assertTrue(test.platform().health().ready());
            test.await(test.vertx().undeploy(id));
            assertFalse(test.platform().directory().hasReady("inventory"));
        }
    }

    private static EventPage events(TestPlatform test) {
        return test.call(Request.read("inventory.readEvents", InventoryFixtures.soon()))
                .as(EventPage.class);
    }

    @Test
    void withoutADatabaseItDoesNotStart() {
        var settings = Settings.of(Map.of());
        InventoryConfig.from(settings);
        var faults = assertThrows(Settings.Invalid.class, settings::check).getMessage();
        assertTrue(faults.contains("OMNIBUS_POSTGRES_URL"), faults);
    }
}
