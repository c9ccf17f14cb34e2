package omnibus.system;

import static omnibus.system.Buying.buy;
import static omnibus.system.Buying.line;
import static omnibus.system.Buying.orderOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import omnibus.shopper.ShopClient;
import omnibus.shopper.ShopClient.Reply;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the shop refuses, and that it refuses it as the contract says: status, problem document, nothing changed. */
class RefusalsIT {
    private static RunningShop shop;
    private static ShopClient admin;
    private static ShopClient alice;
    private static ShopClient bob;
    private static String sku;

    @BeforeAll
    static void start() {
        shop = RunningShop.get();
        admin = shop.admin();
        alice = shop.customer();
        bob = shop.customer();
        sku = "R-" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);
        shop.productWithStock(admin, sku, 1000);
    }

    private static void assertProblem(int status, Reply reply) {
        assertEquals(status, reply.status(), reply.http().body());
        assertTrue(reply.header("Content-Type").startsWith("application/problem+json"), reply.header("Content-Type"));
        assertEquals(status, reply.body().path("status").asInt());
        assertTrue(reply.body().path("type").asText().startsWith("/problems/"));
        for (var member : List.of("title", "detail", "instance", "traceId")) {
            assertFalse(
                    reply.body().path(member).asText().isEmpty(),
                    member + " of " + reply.http().body());
        }
        assertFalse(reply.http().body().contains("Exception"), reply.http().body());
    }

    /** The body without what names this one request. */
    private static JsonNode anonymised(Reply reply) {
        return ((ObjectNode) reply.body()).remove(List.of("instance", "traceId"));
    }

    @Test
    void whatBelongsToSomebodyElseIsTheSame404AsWhatIsNotThere() {
        var order = buy(alice, orderOf(line(sku, 1))).body().path("id").asText();
        var payment = alice.get("/api/v1/orders/" + order + "/payment")
                .body()
                .path("id")
                .asText();
        var address = alice.post("/api/v1/users/me/addresses", Buying.ADDRESS)
                .body()
                .path("id")
                .asText();
        var me = alice.get("/api/v1/users/me").body().path("id").asText();
        var paths = Map.of(
                "/api/v1/orders/", order,
                "/api/v1/payments/", payment,
                "/api/v1/users/me/addresses/", address,
                "/api/v1/orders/user/", me,
                "/api/v1/users/", me);
        var before = new HashMap<String, JsonNode>();
        paths.forEach((path, id) -> before.put(path + id, alice.get(path + id).body()));
        paths.forEach((path, id) -> {
            assertEquals(200, alice.get(path + id).status(), path);
            var others = bob.get(path + id);
            assertProblem(404, others);
            var unknown = bob.get(path + UUID.randomUUID());
            assertProblem(404, unknown);
            assertEquals(anonymised(unknown), anonymised(others), path);
            assertEquals(anonymised(unknown), anonymised(bob.get(path + "no-id-at-all")), path);
        });
        assertProblem(404, bob.send("PUT", "/api/v1/users/me/addresses/" + address, Buying.ADDRESS));
        assertProblem(404, bob.send("DELETE", "/api/v1/users/me/addresses/" + address, null));
        assertProblem(404, bob.post("/api/v1/orders/" + order + "/cancel", Map.of()));
        assertProblem(
                403,
                bob.post(
                        "/api/v1/payments/" + payment + "/refunds",
                        Map.of("reason", "mine now"),
                        "Idempotency-Key",
                        UUID.randomUUID().toString()));
        assertProblem(404, bob.get("/api/v1/orders/" + order + "/payment"));
        assertEquals(
                "CONFIRMED",
                alice.get("/api/v1/orders/" + order).body().path("status").asText());
        before.forEach((path, body) -> assertEquals(body, alice.get(path).body(), path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"price", "total", "discount", "userId", "status"})
    void anOrderMayNotSayWhatOnlyTheShopKnows(String field) {
        var order = new HashMap<>(orderOf(line(sku, 1)));
        order.put(field, 1);
        var reply = alice.post(
                "/api/v1/orders", order, "Idempotency-Key", UUID.randomUUID().toString());
        assertProblem(400, reply);
        assertEquals(
                "/" + field, reply.body().path("errors").path(0).path("pointer").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"unitPrice", "lineTotal", "name", "productId"})
    void aLineMayNotSayWhatOnlyTheCatalogueKnows(String field) {
        var withMore = new HashMap<>(line(sku, 1));
        withMore.put(field, 1);
        var reply = alice.post(
                "/api/v1/orders",
                orderOf(withMore),
                "Idempotency-Key",
                UUID.randomUUID().toString());
        assertProblem(400, reply);
        assertEquals(
                "/items/0/" + field,
                reply.body().path("errors").path(0).path("pointer").asText());
    }

    @Test
    void anOrderCostsWhatTheCatalogueSays() {
        var price = admin.get("/api/v1/products/by-sku/" + sku).body().path("price");
        var order = buy(alice, orderOf(line(sku, 2))).body();
        assertEquals(price, order.path("items").path(0).path("unitPrice"));
        assertEquals(
                2 * price.path("amount").asLong(),
                order.path("total").path("amount").asLong());
    }

    @Test
    void nobodyGivesHimselfARole() {
        var before = alice.get("/api/v1/users/me").body();
        assertProblem(400, alice.send("PATCH", "/api/v1/users/me", Map.of("roles", List.of("admin"))));
        assertProblem(400, alice.send("PATCH", "/api/v1/users/me", Map.of("emailVerified", true)));
        assertEquals(before, alice.get("/api/v1/users/me").body());
        var register = Map.of(
                "email",
                UUID.randomUUID() + "@example.org",
                "password",
                "long enough",
                "name",
                "x",
                "roles",
                List.of("admin"));
        assertProblem(400, shop.anonymous().post("/api/v1/users/register", register));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1.5",
                "100",
                "2147483648",
                "9223372036854775808",
                "1e400",
                "\"1\"",
                "null",
                "NaN",
                "true",
                "[]",
                "{}"
            })
    void aQuantityIsAWholeNumberFromOneToNinetyNine(String quantity) {
        var body = "{\"sku\":\"" + sku + "\",\"quantity\":" + quantity + "}";
        assertProblem(400, alice.post("/api/v1/cart/items", body));
        var order = "{\"items\":[" + body
                + "],\"paymentMethod\":\"pm_card_visa\",\"shippingAddress\":{\"name\":\"A\",\"line1\":\"B\",\"city\":\"C\",\"postalCode\":\"1\",\"country\":\"DE\"}}";
        assertProblem(
                400,
                alice.post(
                        "/api/v1/orders",
                        order,
                        "Idempotency-Key",
                        UUID.randomUUID().toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /api/v1/nowhere              | 404",
                "GET    | /nowhere                     | 404",
                "GET    | /.env                        | 404",
                "GET    | /internal/order.awaitOrder   | 404",
                "POST   | /internal/inventory.reserveStock | 404",
                "DELETE | /api/v1/orders               | 405",
                "PUT    | /api/v1/checkout             | 405",
                "GET    | /api/v1/products?limit=0     | 400",
                "GET    | /api/v1/products?limit=101   | 400",
                "GET    | /api/v1/products?limit=x     | 400",
                "GET    | /api/v1/products?limit=1000000000 | 400",
                "GET    | /api/v1/products?offset=1    | 400",
                "GET    | /api/v1/products?limit=1&limit=2 | 400",
                "GET    | /api/v1/products?cursor=rubbish  | 400",
                "GET    | /api/v1/products?sort=colour | 400",
                "GET    | /api/v1/products/x           | 404",
            })
    void aWrongRequestIsToldWhatIsWrong(String method, String path, int status) {
        var reply = alice.send(method, path, null);
        assertProblem(status, reply);
        if (status == 405) assertFalse(reply.header("Allow").isEmpty());
    }

    /** A search for a pattern finds what holds those very characters. */
    @Test
    void aSearchTextIsNoPattern() {
        var word = "q" + UUID.randomUUID().toString().substring(0, 8);
        shop.productWithStock(admin, word.toUpperCase(Locale.ROOT), 0);
        assertEquals(1, found("test " + word));
        for (var pattern : List.of("t.st " + word, "(a+)+$", ".*", "q[a-f0-9]* test", word + "|x")) {
            assertEquals(0, found(pattern), pattern);
        }
    }

    private static int found(String text) {
        var query = URLEncoder.encode(text, StandardCharsets.UTF_8);
        var reply = alice.get("/api/v1/products?q=" + query);
        assertEquals(200, reply.status(), reply.http().body());
        return reply.body().path("items").size();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\"text\"",
                "{\"email\":1}",
                "{\"email\":\"a@b.c\",\"password\":\"x\",\"password\":\"y\"}",
                "{} {}"
            })
    void aBodyThatIsNotWhatIsAskedForIsRefused(String body) {
        assertProblem(400, shop.anonymous().post("/api/v1/users/login", body));
    }

    @Test
    void onlyJsonIsTaken() {
        var reply = shop.anonymous().post("/api/v1/users/login", "<login/>", "Content-Type", "application/xml");
        assertProblem(415, reply);
    }

    @Test
    void aBodyOverOneMebibyteIsTooLarge() {
        var body = "{\"email\":\"" + "x".repeat(1 << 20) + "\"}";
        assertProblem(413, shop.anonymous().post("/api/v1/users/login", body));
    }

    @Test
    void whoHasNotSignedInIsToldToAndACustomerIsNoAdministrator() {
        var anonymous = shop.anonymous();
        var reply = anonymous.get("/api/v1/orders");
        assertProblem(401, reply);
        assertFalse(reply.header("WWW-Authenticate").isEmpty());
        assertProblem(401, anonymous.get("/api/v1/orders", "Authorization", "Bearer rubbish"));
        for (var path : List.of(
                "/api/v1/users",
                "/api/v1/cluster",
                "/api/v1/inventory",
                "/api/v1/inventory/" + sku,
                "/api/v1/orders?userId=" + UUID.randomUUID())) {
            assertProblem(403, alice.get(path));
        }
        assertProblem(403, alice.post("/api/v1/products", Map.of()));
    }

    @Test
    void anIdempotencyKeyIsRequiredAndBelongsToOneRequest() {
        assertProblem(400, alice.post("/api/v1/orders", orderOf(line(sku, 1))));
        assertProblem(400, alice.post("/api/v1/orders", orderOf(line(sku, 1)), "Idempotency-Key", "x".repeat(256)));
        var key = UUID.randomUUID().toString();
        assertEquals(
                201,
                alice.post("/api/v1/orders", orderOf(line(sku, 1)), "Idempotency-Key", key)
                        .status());
        assertProblem(422, alice.post("/api/v1/orders", orderOf(line(sku, 2)), "Idempotency-Key", key));
        assertEquals(
                201,
                bob.post("/api/v1/orders", orderOf(line(sku, 2)), "Idempotency-Key", key)
                        .status());
    }

    @Test
    void aProductIsNotOverwrittenUnseen() {
        var id = admin.get("/api/v1/products/by-sku/" + sku).body().path("id").asText();
        var path = "/api/v1/products/" + id;
        assertProblem(428, admin.send("PATCH", path, Map.of("name", "x")));
        assertProblem(412, admin.send("PATCH", path, Map.of("name", "x"), "If-Match", "\"999-0\""));
        var tag = admin.get(path).header("ETag");
        assertEquals(
                200,
                admin.send("PATCH", path, Map.of("name", "Renamed"), "If-Match", tag)
                        .status());
        assertProblem(412, admin.send("PATCH", path, Map.of("name", "again"), "If-Match", tag));
    }

    @Test
    void anUnknownSkuIsPointedAt() {
        var reply = alice.post(
                "/api/v1/orders",
                orderOf(line(sku, 1), line("NO-SUCH", 1)),
                "Idempotency-Key",
                UUID.randomUUID().toString());
        assertProblem(404, reply);
        assertEquals("unknown-sku", reply.code());
        assertEquals(
                "/items/1/sku",
                reply.body().path("errors").path(0).path("pointer").asText());
    }
}
