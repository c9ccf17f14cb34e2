package omnibus.system;

import static omnibus.system.RunningShop.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import omnibus.shopper.ShopClient;
import omnibus.shopper.ShopClient.Reply;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Services are killed, one after another, while people browse, look into their carts and buy. */
class ServicesAwayIT {
    private static final List<String> SERVICES = List.of("product", "cart", "order", "inventory", "payment", "user");

    private static RunningShop shop;
    private static ShopClient person;
    private static Map<String, Object> order;
    private static List<String> pages;

    @BeforeAll
    static void open() {
        shop = RunningShop.get();
        person = shop.customer();
        var sku = "AWAY-" + System.nanoTime();
        var id = shop.productWithStock(shop.admin(), sku, 10_000).path("id").asText();
        order = Buying.orderOf(Buying.line(sku, 1));
        pages = List.of("/api/v1/products/" + id, "/api/v1/products/by-sku/" + sku, "/api/v1/products?limit=10");
        for (var page : pages) assertEquals(200, shop.anonymous().get(page).status());
    }

    private static Set<Long> killAll(String service) {
        var killed = shop.processes(service).stream()
                .map(it -> it.path("pid").asLong())
                .collect(Collectors.toSet());
        killed.forEach(RunningShop::kill);
        return killed;
    }

    private static boolean isBack(String service, Set<Long> killed) {
        return shop.processes(service).stream()
                .anyMatch(it -> !killed.contains(it.path("pid").asLong())
                        && it.path("state").asText().equalsIgnoreCase("ready"));
    }

    /** Success, or a refusal that says when to come back, or that the outcome is not known. */
    private static void assertDoneOrTold(String killed, Reply reply) {
        var comeBack = reply.status() == 503 && reply.header("Retry-After") != null;
        assertTrue(
                reply.status() < 300 || comeBack || reply.status() == 504,
                "without " + killed + ": " + reply.status() + " " + reply.http().body());
    }

    private static boolean isKept(String page) {
        return "omnibus; hit".equals(shop.anonymous().get(page).header("Cache-Status"));
    }

    private static String browse(String killed, String page) {
        var reply = shop.anonymous().get(page, "Cache-Control", "no-cache");
        assertEquals(
                200, reply.status(), "without " + killed + ": " + reply.http().body());
        return reply.header("Cache-Status");
    }

    @Test
    void browsingGoesOnAndAllElseIsDoneOrSaysWhenToComeBack() {
        for (var service : SERVICES) {
            for (var page : pages) eventually(() -> isKept(page));
            var killed = killAll(service);
            Set<String> shown = new HashSet<>();
            do {
                for (var page : pages) shown.add(browse(service, page));
                for (var own : List.of("/api/v1/cart", "/api/v1/orders", "/api/v1/users/me")) {
                    assertDoneOrTold(service, person.get(own));
                }
                assertDoneOrTold(
                        service,
                        person.post(
                                "/api/v1/orders",
                                order,
                                "Idempotency-Key",
                                UUID.randomUUID().toString()));
            } while (!isBack(service, killed));
            if (service.equals("product")) {
                assertTrue(shown.contains("omnibus; hit; fwd=stale; detail=away"), shown.toString());
            }
        }
        eventually(
                Duration.ofSeconds(60),
                () -> Buying.buy(person, order).body().path("status").asText().equals("CONFIRMED"));
    }
}
