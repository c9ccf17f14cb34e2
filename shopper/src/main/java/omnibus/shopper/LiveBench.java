package omnibus.shopper;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What browsers on the bridge of a gateway cost it, in heap after a collection, and how long it takes until all that are
 * interested have heard of an order or of a product. Both ends run here, so the figures are those of half a machine.
 */
final class LiveBench {
    private static final int OWNERS = 20;
    private static final int TIMES = 10;

    private final ShopAddress shop;
    private final ShopClient admin;
    private final Vertx vertx;
    private final int browsers;
    private final List<Long> gateways;

    LiveBench(ShopAddress shop, ShopClient admin, Vertx vertx, int browsers, List<Long> gateways) {
        this.shop = shop;
        this.admin = admin;
        this.vertx = vertx;
        this.browsers = browsers;
        this.gateways = gateways;
    }

    void run(JsonNode product) throws IOException, InterruptedException {
        if (gateways.size() != 1) {
            throw new IllegalStateException("one gateway is wanted here, there are " + gateways.size()
                    + ". Do ./omnibus scale gateway 1 first.");
        }
        var gateway = gateways.get(0);
        admin.put("/api/v1/inventory/" + product.path("sku").asText(), Map.of("onHand", 1_000_000));
        var buyers = new ArrayList<ShopClient>();
        var owners = new ArrayList<LiveBrowsers.Owner>();
        for (var i = 0; i < OWNERS; i++) {
            var buyer = new ShopClient(shop.url());
            buyer.registerSomebody();
            buyers.add(buyer);
            var id = buyer.get("/api/v1/users/me").body().path("id").asText();
            owners.add(new LiveBrowsers.Owner(id, buyer.token()));
        }
        System.out.printf("%n%d browsers on one gateway, %d users%n", browsers, OWNERS);
        try (var warm = new LiveBrowsers(vertx, shop.url(), browsers)) {
            warm.connect(Math.min(browsers, 100), owners);
        }
        var before = HeapUse.kib(gateway);
        try (var live = new LiveBrowsers(vertx, shop.url(), browsers)) {
            live.connect(browsers, owners);
            var after = HeapUse.kib(gateway);
            System.out.printf(
                    "  heap         %d KiB before, %d KiB with them: %.1f KiB a browser%n",
                    before, after, (after - before) / (double) browsers);
            print("orders", orders(live, buyers.get(0), product));
            print("products", products(live, product));
            System.out.printf("  %d of the browsers were lost%n", live.lost());
        }
    }

    /** From the request for an order to the last of the buyer's browsers that hears of it, in milliseconds. */
    private List<Long> orders(LiveBrowsers live, ShopClient buyer, JsonNode product) throws InterruptedException {
        var times = new ArrayList<Long>();
        for (var i = 0; i < TIMES; i++) {
            var heard = live.expect("OrderPlaced", (browsers + OWNERS - 1) / OWNERS);
            var from = System.nanoTime();
            var placed = buyer.post(
                    "/api/v1/orders",
                    Map.of(
                            "items",
                            List.of(Map.of("sku", product.path("sku").asText(), "quantity", 1)),
                            "shippingAddress",
                            Map.of(
                                    "name",
                                    "Load",
                                    "line1",
                                    "1 Main Street",
                                    "city",
                                    "Berlin",
                                    "postalCode",
                                    "10115",
                                    "country",
                                    "DE"),
                            "paymentMethod",
                            "pm_card_visa"),
                    "Idempotency-Key",
                    UUID.randomUUID().toString());
            if (placed.status() != 201)
                throw new IllegalStateException("no order: " + placed.http().body());
            times.add(heard(heard, from));
        }
        return times;
    }

    /** From the request for a change of a product to the last browser that hears of it. */
    private List<Long> products(LiveBrowsers live, JsonNode product) throws InterruptedException {
        var path = "/api/v1/products/" + product.path("id").asText();
        var times = new ArrayList<Long>();
        for (var i = 0; i < TIMES; i++) {
            var heard = live.expect("ProductUpdated", browsers);
            var from = System.nanoTime();
            var changed = admin.send(
                    "PATCH",
                    path,
                    Map.of("description", "As it was measured, " + UUID.randomUUID()),
                    "If-Match",
                    admin.get(path, "Cache-Control", "no-cache").header("ETag"),
                    "Content-Type",
                    "application/merge-patch+json");
            if (changed.status() != 200)
                throw new IllegalStateException("no change: " + changed.http().body());
            times.add(heard(heard, from));
        }
        return times;
    }

    private static long heard(java.util.concurrent.CountDownLatch heard, long from) throws InterruptedException {
        if (!LiveBrowsers.arrives(heard))
            throw new IllegalStateException(heard.getCount() + " browsers did not hear of it in a minute");
        return (System.nanoTime() - from) / 1_000_000;
    }

    private void print(String what, List<Long> millis) {
        millis.sort(null);
        System.out.printf(
                "  %-12s all who want it have heard: median %d ms, longest %d ms (%d times)%n",
                what, millis.get(millis.size() / 2), millis.get(millis.size() - 1), millis.size());
    }
}
