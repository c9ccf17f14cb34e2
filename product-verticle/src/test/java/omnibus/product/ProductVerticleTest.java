package omnibus.product;

import static omnibus.product.Shop.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import omnibus.platform.Settings;
import omnibus.platform.call.Answer;
import omnibus.platform.events.Doorbell;
import omnibus.platform.events.Event;
import omnibus.platform.events.EventPage;
import omnibus.platform.events.LoggedEvent;
import omnibus.testkit.TestPlatform;
import org.junit.jupiter.api.Test;

class ProductVerticleTest {

    /** Inventory's log, as far as it has been written. */
    private static final class FakeInventory {
        private final List<LoggedEvent> log = new CopyOnWriteArrayList<>();
        private volatile String logId = "log-1";

        FakeInventory(TestPlatform platform) {
            platform.answer("inventory.readEvents", call -> {
                var after = Long.parseLong(call.query("after"));
                var events =
                        log.stream().filter(logged -> logged.position() > after).toList();
                return Future.succeededFuture(Answer.ok(new EventPage(logId, events, log.size())));
            });
        }

        void say(String sku, String availability, long version) {
            var data = Map.of("sku", sku, "availability", availability, "available", 1);
            log.add(new LoggedEvent(log.size() + 1, Event.of("AvailabilityChanged", sku, version, data)));
        }
    }

    private static void await(Shop shop, String id, String availability, long facts) {
        shop.platform.eventually(() -> {
            var answer = shop.get(id);
            return json(answer).path("availability").asText().equals(availability)
                    && answer.headers().get("ETag").equals("\"1-" + facts + "\"");
        });
    }

    @Test
    void availabilityFollowsInventorysLog() {
        try (var shop = new Shop()) {
            var id = shop.aProduct("FOLLOW-1");
            var inventory = new FakeInventory(shop.platform);
            inventory.say("FOLLOW-1", "IN_STOCK", 1);
            inventory.say("UNKNOWN-1", "IN_STOCK", 1);
            Doorbell.ring(shop.platform.vertx(), "inventory");
            await(shop, id, "IN_STOCK", 1);
            inventory.say("FOLLOW-1", "OUT_OF_STOCK", 3);
            inventory.say("FOLLOW-1", "LOW_STOCK", 2);
            Doorbell.ring(shop.platform.vertx(), "inventory");
            await(shop, id, "LOW_STOCK", 2);
        }
    }

    @Test
    void aNewLogOfInventoryIsFollowedFromItsBeginning() {
        try (var shop = new Shop()) {
            var id = shop.aProduct("FOLLOW-2");
            var inventory = new FakeInventory(shop.platform);
            inventory.say("FOLLOW-2", "IN_STOCK", 9);
            Doorbell.ring(shop.platform.vertx(), "inventory");
            await(shop, id, "IN_STOCK", 1);
            inventory.log.clear();
            inventory.logId = "log-2";
            inventory.say("FOLLOW-2", "OUT_OF_STOCK", 1);
            Doorbell.ring(shop.platform.vertx(), "inventory");
            await(shop, id, "OUT_OF_STOCK", 2);
        }
    }

    @Test
    void aNewEventRingsTheDoorbell() {
        try (var shop = new Shop()) {
            var rings = new CopyOnWriteArrayList<Object>();
            shop.platform.vertx().eventBus().consumer("events.product", ring -> rings.add(ring.body()));
            shop.aProduct("RING-1");
            shop.platform.eventually(() -> !rings.isEmpty());
        }
    }

    @Test
    void anUndeployedServiceLeavesTheDirectory() {
        try (var shop = new Shop()) {
            assertTrue(shop.platform.platform().directory().hasReady("product"));
            shop.platform.await(shop.platform.vertx().undeploy(shop.deployment));
            shop.platform.eventually(() -> !shop.platform.platform().directory().hasReady("product"));
        }
    }

    @Test
    void withoutItsStoreItDoesNotStart() {
        assertThrows(RuntimeException.class, () -> new Shop("mongodb://127.0.0.1:1/away"));
    }

    @Test
    void goodSettingsAreReadAndBadOnesAllNamed() {
        var good = Settings.of(Map.of("OMNIBUS_MONGO_URL", "mongodb://u:secret@db:27017/shop?tls=true"));
        var config = ProductConfig.from(good);
        good.check();
        assertEquals("EUR", config.currency());
        assertFalse(config.toString().contains("secret"));
        var bad = Settings.of(Map.of("OMNIBUS_MONGO_URL", "http://x", "OMNIBUS_CURRENCY", "euro"));
        ProductConfig.from(bad);
        var faults = assertThrows(Settings.Invalid.class, bad::check).getMessage();
        for (var key : new ArrayList<>(List.of("OMNIBUS_MONGO_URL", "OMNIBUS_CURRENCY"))) {
            assertTrue(faults.contains(key), faults);
        }
    }
}
