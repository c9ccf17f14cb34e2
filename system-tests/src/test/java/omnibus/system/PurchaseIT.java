package omnibus.system;

import static omnibus.system.Buying.atOnce;
import static omnibus.system.Buying.buy;
import static omnibus.system.Buying.checkOut;
import static omnibus.system.Buying.line;
import static omnibus.system.Buying.orderOf;
import static omnibus.system.RunningShop.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import omnibus.shopper.ShopClient;
import omnibus.shopper.ShopClient.Reply;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PurchaseIT {
    private static final Set<String> NO_LIVE_MONEY = Set.of("DECLINED", "VOIDED");
    private static RunningShop shop;
    private static ShopClient admin;

    @BeforeAll
    static void start() {
        shop = RunningShop.get();
        admin = shop.admin();
    }

    private static String sku() {
        return "T-" + UUID.randomUUID().toString().substring(0, 13).toUpperCase(java.util.Locale.ROOT);
    }

    private static JsonNode stock(String sku) {
        return admin.get("/api/v1/inventory/" + sku).body();
    }

    private static void assertStock(String sku, int onHand, int reserved) {
        var stock = stock(sku);
        assertEquals(onHand, stock.path("onHand").asInt(), stock.toString());
        assertEquals(reserved, stock.path("reserved").asInt(), stock.toString());
    }

    private static List<ShopClient> customers(int count) {
        return IntStream.range(0, count).mapToObj(i -> shop.customer()).toList();
    }

    @Test
    void anOrderIsConfirmedWithStockCommittedAndMoneyCaptured() {
        var sku = sku();
        shop.productWithStock(admin, sku, 5);
        var customer = shop.customer();
        var order = buy(customer, orderOf(line(sku, 2)));
        assertEquals(201, order.status(), order.http().body());
        assertEquals(
                "CONFIRMED", order.body().path("status").asText(), order.http().body());
        assertEquals(3998, order.body().path("total").path("amount").asInt());
        assertStock(sku, 3, 0);
        var payment = customer.get("/api/v1/orders/" + order.body().path("id").asText() + "/payment");
        assertEquals("CAPTURED", payment.body().path("status").asText());
    }

    @Test
    void aHundredBuyersOfTenUnitsGetExactlyTen() {
        var sku = sku();
        shop.productWithStock(admin, sku, 10);
        var buyers = customers(20);
        var tasks = new ArrayList<Callable<Reply>>();
        for (var i = 0; i < 100; i++) {
            var buyer = buyers.get(i % buyers.size());
            tasks.add(() -> buy(buyer, orderOf(line(sku, 1))));
        }
        var orders = atOnce(tasks);
        orders.forEach(order -> assertEquals(201, order.status(), order.http().body()));
        eventually(() -> orders.stream().allMatch(PurchaseIT::settled));
        var ended = orders.stream().map(PurchaseIT::now).toList();
        assertEquals(
                10,
                ended.stream()
                        .filter(order -> order.path("status").asText().equals("CONFIRMED"))
                        .count());
        var rejected = ended.stream()
                .filter(order -> order.path("status").asText().equals("REJECTED"))
                .toList();
        assertEquals(90, rejected.size());
        for (var order : rejected) {
            assertEquals("out-of-stock", order.path("reason").path("code").asText());
            var payment = admin.get("/api/v1/orders/" + order.path("id").asText() + "/payment");
            assertTrue(
                    payment.status() == 404
                            || NO_LIVE_MONEY.contains(
                                    payment.body().path("status").asText()),
                    payment.http().body());
        }
        assertStock(sku, 0, 0);
    }

    private static JsonNode now(Reply order) {
        return admin.get("/api/v1/orders/" + order.body().path("id").asText()).body();
    }

    private static boolean settled(Reply order) {
        return !Set.of("PENDING", "RESERVED").contains(now(order).path("status").asText());
    }

    @Test
    void ordersOfTwoSkusInOppositeOrderNeitherDeadlockNorOversell() {
        var one = sku();
        var two = sku();
        shop.productWithStock(admin, one, 15);
        shop.productWithStock(admin, two, 15);
        var buyers = customers(10);
        var tasks = new ArrayList<Callable<Reply>>();
        for (var i = 0; i < 60; i++) {
            var buyer = buyers.get(i % buyers.size());
            var forward = i % 2 == 0;
            tasks.add(() -> buy(buyer, orderOf(line(forward ? one : two, 1), line(forward ? two : one, 1))));
        }
        var orders = atOnce(tasks);
        eventually(() -> orders.stream().allMatch(PurchaseIT::settled));
        var confirmed = orders.stream()
                .filter(order -> now(order).path("status").asText().equals("CONFIRMED"))
                .count();
        assertEquals(15, confirmed);
        assertStock(one, 0, 0);
        assertStock(two, 0, 0);
    }

    @Test
    void aDeclinedCardEndsRejectedAndTheCartCanBeCheckedOutAgain() {
        var sku = sku();
        shop.productWithStock(admin, sku, 3);
        var customer = shop.customer();
        customer.post("/api/v1/cart/items", line(sku, 2));
        var declined = checkOut(customer, "pm_card_chargeDeclined");
        assertEquals(201, declined.status(), declined.http().body());
        assertEquals(
                "REJECTED",
                declined.body().path("status").asText(),
                declined.http().body());
        assertEquals(
                "payment-declined", declined.body().path("reason").path("code").asText());
        assertStock(sku, 3, 0);
        eventually(() -> customer.get("/api/v1/cart").body().path("items").size() == 1);
        var paid = checkOut(customer, "pm_card_mastercard");
        assertEquals(
                "CONFIRMED", paid.body().path("status").asText(), paid.http().body());
        assertStock(sku, 1, 0);
    }

    @Test
    void oneKeySentFiftyTimesAtOnceMakesOneOrder() {
        var sku = sku();
        shop.productWithStock(admin, sku, 100);
        var customer = shop.customer();
        var key = UUID.randomUUID().toString();
        var tasks = new ArrayList<Callable<Reply>>();
        for (var i = 0; i < 50; i++) {
            tasks.add(() -> customer.post("/api/v1/orders", orderOf(line(sku, 1)), "Idempotency-Key", key));
        }
        var ids = new HashSet<String>();
        for (var reply : atOnce(tasks)) {
            assertTrue(
                    Set.of(200, 201, 409).contains(reply.status()), reply.http().body());
            if (reply.status() != 409) ids.add(reply.body().path("id").asText());
        }
        assertEquals(1, ids.size());
        assertEquals(1, customer.get("/api/v1/orders").body().path("items").size());
    }

    @Test
    void aCancelledOrderGivesBackStockAndMoney() {
        var sku = sku();
        shop.productWithStock(admin, sku, 4);
        var customer = shop.customer();
        var id = buy(customer, orderOf(line(sku, 3))).body().path("id").asText();
        var preview = customer.post("/api/v1/orders/" + id + "/cancel?preview=true", Map.of());
        assertEquals(200, preview.status(), preview.http().body());
        assertStock(sku, 1, 0);
        var cancelled = customer.post("/api/v1/orders/" + id + "/cancel", Map.of("reason", "changed my mind"));
        assertEquals(
                "CANCELLED",
                cancelled.body().path("status").asText(),
                cancelled.http().body());
        eventually(() -> stock(sku).path("onHand").asInt() == 4);
        eventually(() -> customer.get("/api/v1/orders/" + id + "/payment")
                .body()
                .path("status")
                .asText()
                .equals("REFUNDED"));
        assertEquals(
                200, customer.post("/api/v1/orders/" + id + "/cancel", Map.of()).status());
    }

    @Test
    void aSlowAndASilentProviderEndInOneCharge() {
        var sku = sku();
        shop.productWithStock(admin, sku, 4);
        var customer = shop.customer();
        for (var card : List.of("pm_card_slow", "pm_card_noAnswer")) {
            var order =
                    Map.of("items", List.of(line(sku, 1)), "shippingAddress", Buying.ADDRESS, "paymentMethod", card);
            var placed = buy(customer, order);
            assertEquals(201, placed.status(), placed.http().body());
            eventually(java.time.Duration.ofSeconds(60), () -> settled(placed));
            assertEquals("CONFIRMED", now(placed).path("status").asText(), card + " " + now(placed));
        }
        assertStock(sku, 2, 0);
    }
}
