package omnibus.shopper;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The smoke run: one purchase through the whole shop, as a customer would make it, and its cancellation. Prints a line a
 * step; exits with 0 when every step was right, with 1 at the first that was not.
 */
public final class Smoke {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Map<String, Object> ADDRESS = Map.of(
            "name", "Ada Shopper", "line1", "1 Main Street", "city", "Berlin", "postalCode", "10115", "country", "DE");

    private final ShopAddress shop;
    private final ShopClient customer;
    private final ShopClient admin;

    private Smoke(ShopAddress shop) {
        this.shop = shop;
        this.customer = new ShopClient(shop.url());
        this.admin = new ShopClient(shop.url());
    }

    public static void main(String[] args) {
        try {
            var shop = ShopAddress.fromEnvironment();
            System.out.println("Smoke run against " + shop.url());
            new Smoke(shop).run();
            System.out.println("All steps passed.");
        } catch (Wrong | IllegalStateException | java.io.UncheckedIOException failure) {
            System.err.println("smoke: " + failure.getMessage());
            System.exit(1);
        }
    }

    private static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1;

        Wrong(String what) {
            super(what, null, false, false);
        }
    }

    private void run() {
        step("sign in as the administrator", () -> {
            var reply = admin.signIn(shop.adminEmail(), shop.adminPassword());
            expect(200, reply, "login");
            return shop.adminEmail();
        });
        step("register and sign in as a customer", () -> {
            var email = customer.registerSomebody();
            var me = expect(200, customer.get("/api/v1/users/me"), "profile");
            same(email, me.path("email").asText(), "e-mail of the profile");
            return email;
        });
        var product = browse();
        var before = stock(product);
        fillCart(product);
        var order = checkOut(product);
        followOrder(order, product, before);
        cancel(order, product, before);
    }

    private JsonNode browse() {
        var found = new ArrayList<JsonNode>();
        step("browse the catalogue", () -> {
            var page = expect(200, customer.get("/api/v1/products?inStock=true&limit=5"), "list of products");
            check(page.path("items").size() > 0, "there is no product in stock; is the demo catalogue loaded?");
            for (var item : page.path("items")) {
                var onHand = expect(
                        200, admin.get("/api/v1/inventory/" + item.path("sku").asText()), "stock");
                if (onHand.path("available").asInt() >= 2 && found.isEmpty()) found.add(item);
            }
            check(!found.isEmpty(), "none of the products listed as in stock has two units");
            var id = found.get(0).path("id").asText();
            var one = customer.get("/api/v1/products/" + id);
            expect(200, one, "product");
            check(!one.header("ETag").isEmpty(), "a product has no ETag");
            var unchanged = customer.get("/api/v1/products/" + id, "If-None-Match", one.header("ETag"));
            check(unchanged.status() == 304, "an unchanged product was sent again: " + unchanged.status());
            return found.get(0).path("name").asText();
        });
        return found.get(0);
    }

    private int stock(JsonNode product) {
        return expect(200, admin.get("/api/v1/inventory/" + product.path("sku").asText()), "stock")
                .path("onHand")
                .asInt();
    }

    private void fillCart(JsonNode product) {
        step("fill the cart", () -> {
            var line = Map.of("sku", product.path("sku").asText(), "quantity", 1);
            expect(200, customer.post("/api/v1/cart/items", line), "add to cart");
            var cart = expect(200, customer.post("/api/v1/cart/items", line), "add to cart again");
            same(2, cart.path("items").path(0).path("quantity").asInt(), "quantity in the cart");
            same(
                    2 * product.path("price").path("amount").asLong(),
                    cart.path("subtotal").path("amount").asLong(),
                    "subtotal");
            return cart.path("subtotal").path("amount").asText() + " "
                    + cart.path("currency").asText();
        });
    }

    private String checkOut(JsonNode product) {
        var id = new StringBuilder();
        step("check out and wait", () -> {
            var key = UUID.randomUUID().toString();
            var body = Map.of("shippingAddress", ADDRESS, "paymentMethod", "pm_card_visa");
            var reply = customer.post("/api/v1/checkout", body, "Idempotency-Key", key, "Prefer", "wait=10");
            var order = expect(201, reply, "checkout");
            same("CONFIRMED", order.path("status").asText(), "status of the order");
            check(order.path("timeline").size() >= 3, "the timeline is too short: " + order.path("timeline"));
            check(!reply.header("Location").isEmpty(), "a created order has no Location");
            id.append(order.path("id").asText());
            var repeated = customer.post("/api/v1/checkout", body, "Idempotency-Key", key);
            same(id.toString(), repeated.body().path("id").asText(), "order of the same key");
            var cart = expect(200, customer.get("/api/v1/cart"), "cart");
            same(0, cart.path("items").size(), "lines left in the cart");
            return order.path("number").asText();
        });
        return id.toString();
    }

    private void followOrder(String order, JsonNode product, int before) {
        step("find order, payment and stock as they should be", () -> {
            var orders = expect(200, customer.get("/api/v1/orders"), "orders");
            same(order, orders.path("items").path(0).path("id").asText(), "newest order");
            var payment = expect(200, customer.get("/api/v1/orders/" + order + "/payment"), "payment");
            same("CAPTURED", payment.path("status").asText(), "status of the payment");
            same(before - 2, stock(product), "units on hand");
            return payment.path("status").asText();
        });
    }

    private void cancel(String order, JsonNode product, int before) {
        step("cancel; money and stock come back", () -> {
            var reply = customer.post("/api/v1/orders/" + order + "/cancel", Map.of("reason", "smoke run"));
            same("CANCELLED", expect(200, reply, "cancel").path("status").asText(), "status of the order");
            await(
                    "the payment to be refunded",
                    () -> "REFUNDED"
                            .equals(customer.get("/api/v1/orders/" + order + "/payment")
                                    .body()
                                    .path("status")
                                    .asText()));
            await("the stock to be back", () -> stock(product) == before);
            return "REFUNDED";
        });
    }

    private static void step(String what, Supplier<String> work) {
        var started = System.nanoTime();
        String seen;
        try {
            seen = work.get();
        } catch (Wrong wrong) {
            throw new Wrong(what + ": " + wrong.getMessage());
        }
        System.out.printf("  ok  %-48s %5d ms  %s%n", what, (System.nanoTime() - started) / 1_000_000, seen);
    }

    private static JsonNode expect(int status, ShopClient.Reply reply, String what) {
        check(
                reply.status() == status,
                what + " answered " + reply.status() + " and not " + status + ": "
                        + reply.http().body());
        return reply.body();
    }

    private static void same(Object expected, Object actual, String what) {
        check(expected.equals(actual), what + " is " + actual + " and not " + expected);
    }

    private static void check(boolean good, String otherwise) {
        if (!good) throw new Wrong(otherwise);
    }

    private static void await(String what, BooleanSupplier condition) {
        var until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            check(System.nanoTime() < until, "waited " + PATIENCE.toSeconds() + " s for " + what);
            LockSupport.parkNanos(100_000_000);
        }
    }
}
