package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import omnibus.shopper.ShopClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PlatformIT {
    private static RunningShop shop;

    @BeforeAll
    static void start() {
        shop = RunningShop.get();
    }

    @Test
    void healthTellsServicesAndWhichStoresAreEmbeddedOrEmulated() {
        var health = shop.anonymous().get("/health");
        assertEquals(200, health.status());
        var text = health.http().body();
        for (var word : List.of("user", "product", "cart", "order", "inventory", "payment", "embedded", "emulated")) {
            assertTrue(text.contains(word), word + " in " + text);
        }
        assertEquals(200, shop.anonymous().get("/health/ready").status());
        assertEquals(200, shop.anonymous().get("/health/live").status());
    }

    @Test
    void oneDocumentDescribesEveryPublicOperationAndNoInternalOne() {
        var document = shop.anonymous().get("/openapi.json");
        assertEquals(200, document.status());
        var ids = document.body().findValuesAsText("operationId");
        assertTrue(
                ids.containsAll(List.of(
                        "user.login",
                        "product.getProduct",
                        "cart.addItem",
                        "order.checkout",
                        "inventory.getStock",
                        "payment.getPayment")),
                ids.toString());
        assertFalse(ids.stream().anyMatch(id -> id.startsWith("inventory.reserve")), ids.toString());
        assertTrue(document.body().path("paths").has("/api/v1/orders/{id}/cancel"));
    }

    @Test
    void theEventsAreDescribedToo() {
        var document = shop.anonymous().get("/asyncapi.json");
        assertEquals(200, document.status());
        for (var event : List.of("OrderPlaced", "OrderStatusChanged", "AvailabilityChanged", "PaymentStatusChanged")) {
            assertTrue(document.http().body().contains(event), event);
        }
    }

    @Test
    void theDocumentationCanBeRead() {
        var page = shop.anonymous().get("/docs");
        var found = page.status() == 200 ? page : shop.anonymous().get(page.header("Location"));
        assertEquals(200, found.status());
        assertTrue(found.header("Content-Type").startsWith("text/html"));
    }

    @Test
    void anImportLoadsTheGoodLinesNamesTheBadOnesAndIsIdempotent() {
        var admin = shop.admin();
        var run = UUID.randomUUID().toString().substring(0, 8).toUpperCase(java.util.Locale.ROOT);
        var lines = IntStream.rangeClosed(1, 450)
                .mapToObj(i -> switch (i) {
                    case 7 -> "{\"sku\":\"" + run + "-7\",\"name\":\"no price\"}";
                    case 300 -> "not json";
                    case 450 ->
                        "{\"sku\":\"lower case\",\"name\":\"x\",\"description\":\"x\",\"price\":{\"amount\":1,\"currency\":\"EUR\"}}";
                    default ->
                        "{\"sku\":\"" + run + "-" + i + "\",\"name\":\"Thing " + i
                                + "\",\"description\":\"A thing.\",\"price\":{\"amount\":" + i
                                + ",\"currency\":\"EUR\"},\"initialStock\":3}";
                })
                .collect(Collectors.joining("\n"));
        var first = admin.post("/api/v1/products/import", lines, "Content-Type", "application/x-ndjson");
        assertEquals(200, first.status(), first.http().body());
        assertEquals(450, first.body().path("received").asInt());
        assertEquals(447, first.body().path("created").asInt());
        assertEquals(3, first.body().path("failed").asInt());
        assertEquals(
                List.of(7, 300, 450),
                first.body().findValues("line").stream().map(n -> n.asInt()).toList());
        var second = admin.post("/api/v1/products/import", lines, "Content-Type", "application/x-ndjson");
        assertEquals(447, second.body().path("unchanged").asInt(), second.http().body());
        assertEquals(
                0,
                second.body().path("created").asInt()
                        + second.body().path("updated").asInt());
        RunningShop.eventually(() -> stockOf(admin, run + "-449") == 3);
    }

    private static int stockOf(ShopClient admin, String sku) {
        return admin.get("/api/v1/inventory/" + sku).body().path("onHand").asInt(-1);
    }
}
