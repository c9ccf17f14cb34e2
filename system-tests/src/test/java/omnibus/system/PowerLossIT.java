package omnibus.system;

import static omnibus.system.Buying.buy;
import static omnibus.system.Buying.line;
import static omnibus.system.Buying.orderOf;
import static omnibus.system.RunningShop.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import omnibus.shopper.ShopClient;
import org.junit.jupiter.api.Test;

/** Every process killed at once, the stores' own included: what was acknowledged is there when the shop is up again. */
class PowerLossIT {
    private record Acknowledged(
            ConcurrentLinkedQueue<String> orders,
            ConcurrentLinkedQueue<String> skus,
            ConcurrentLinkedQueue<ShopClient> carts) {}

    @Test
    void nothingAcknowledgedIsMissingAndEveryOrderEnds() throws Exception {
        var shop = RunningShop.get();
        var admin = shop.admin();
        var sku = "P-" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(java.util.Locale.ROOT);
        shop.productWithStock(admin, sku, 10_000);
        var acknowledged = new Acknowledged(
                new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
        var enough = new CountDownLatch(40);
        var threads = new ArrayList<Thread>();
        for (var i = 0; i < 6; i++) {
            var customer = shop.customer();
            threads.add(new Thread(() -> writeUntilItFails(shop, admin, customer, sku, acknowledged, enough)));
        }
        threads.forEach(Thread::start);
        enough.await();
        shop.processes().forEach(process -> RunningShop.kill(process.path("pid").asLong()));
        for (var thread : threads) thread.join();

        shop.command("up");

        var again = shop.admin();
        for (var order : acknowledged.orders) {
            assertEquals(200, again.get("/api/v1/orders/" + order).status(), order);
        }
        for (var made : acknowledged.skus) {
            assertEquals(200, again.get("/api/v1/products/by-sku/" + made).status(), made);
        }
        for (var owner : acknowledged.carts) {
            assertEquals(1, owner.get("/api/v1/cart").body().path("items").size());
        }
        eventually(
                java.time.Duration.ofSeconds(60),
                () -> acknowledged.orders.stream()
                        .allMatch(order -> !Set.of("PENDING", "RESERVED")
                                .contains(again.get("/api/v1/orders/" + order)
                                        .body()
                                        .path("status")
                                        .asText())));
        eventually(() ->
                again.get("/api/v1/inventory/" + sku).body().path("reserved").asInt() == 0);
        var sold = acknowledged.orders.stream()
                .filter(order -> again.get("/api/v1/orders/" + order)
                        .body()
                        .path("status")
                        .asText()
                        .equals("CONFIRMED"))
                .count();
        var gone = 10_000
                - again.get("/api/v1/inventory/" + sku).body().path("onHand").asInt();
        // An order may have been placed whose answer was lost; none that was answered may be missing.
        assertTrue(gone >= sold && gone <= sold + threads.size(), gone + " units gone for " + sold + " known orders");
    }

    private static void writeUntilItFails(
            RunningShop shop,
            ShopClient admin,
            ShopClient customer,
            String sku,
            Acknowledged acknowledged,
            CountDownLatch enough) {
        try {
            while (true) {
                var order = customer.post(
                        "/api/v1/orders",
                        orderOf(line(sku, 1)),
                        "Idempotency-Key",
                        UUID.randomUUID().toString());
                if (order.status() == 201)
                    acknowledged.orders.add(order.body().path("id").asText());
                var owner = shop.customer();
                if (owner.post("/api/v1/cart/items", line(sku, 1)).status() == 200) acknowledged.carts.add(owner);
                var made = "P-" + UUID.randomUUID().toString().substring(0, 13).toUpperCase(java.util.Locale.ROOT);
                var product = admin.post(
                        "/api/v1/products",
                        java.util.Map.of(
                                "sku",
                                made,
                                "name",
                                made,
                                "description",
                                "x",
                                "price",
                                java.util.Map.of("amount", 1, "currency", "EUR")));
                if (product.status() == 201) acknowledged.skus.add(made);
                if (order.status() >= 500) return;
                enough.countDown();
            }
        } catch (java.io.UncheckedIOException theShopIsGone) {
            // what this thread was told until then is what must be there afterwards
        }
    }

    @Test
    void anOrderPlacedAfterwardsIsConfirmed() {
        var shop = RunningShop.get();
        var sku = "Q-" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(java.util.Locale.ROOT);
        shop.productWithStock(shop.admin(), sku, 5);
        assertEquals(
                "CONFIRMED",
                buy(shop.customer(), orderOf(line(sku, 1)))
                        .body()
                        .path("status")
                        .asText());
    }
}
