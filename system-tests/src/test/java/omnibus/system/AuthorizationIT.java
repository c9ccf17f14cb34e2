package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import omnibus.shopper.ShopClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every served operation, called by everybody: what happens stands in {@code authorization.csv}. The operations are those
 * of the served OpenAPI document, a plugged-in service's included; one without a row fails.
 */
class AuthorizationIT {
    private static final String IN = "in";
    private static final Set<Integer> NOT_LET_IN = Set.of(401, 403, 404, 405, 429, 500, 502, 503, 504);
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    /** In this order, so that what the owner may delete is still there when the others try. */
    private static final List<String> CALLERS = List.of("anonymous", "other", "admin", "owner");

    /** Where a body decides nothing but who calls it does, it is one that cannot be valid, and so has no effect. */
    private static final Map<String, Object> VALID_BODIES =
            Map.of("order.cancelOrder", Map.of(), "user.putAddress", Buying.ADDRESS);

    private static final String NEVER_VALID = "[]";

    private static RunningShop shop;
    private static ShopClient admin;
    private static ShopClient owner;
    private static ShopClient other;
    private static String sku;
    private static JsonNode order;
    private static JsonNode document;
    private static Map<String, Map<String, String>> table;

    @BeforeAll
    static void start() throws IOException {
        shop = RunningShop.get();
        shop.command("plug", RunningShop.wishlistJar().toString());
        admin = shop.admin();
        owner = shop.customer();
        other = shop.customer();
        sku = "AUTH-" + System.nanoTime();
        shop.productWithStock(admin, sku, 10);
        order = Buying.buy(owner, Buying.orderOf(Buying.line(sku, 1))).body();
        document = shop.anonymous().get("/openapi.json").body();
        table = table();
    }

    @AfterAll
    static void unplug() {
        shop.command("unplug", "wishlist");
    }

    private static Map<String, Map<String, String>> table() throws IOException {
        try (var file = AuthorizationIT.class.getResourceAsStream("/authorization.csv")) {
            var lines = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(","))
                    .toList();
            var rows = new LinkedHashMap<String, Map<String, String>>();
            for (var line : lines.subList(1, lines.size())) {
                var row = new LinkedHashMap<String, String>();
                for (var i = 1; i < line.length; i++) row.put(lines.get(0)[i], line[i]);
                rows.put(line[0], row);
            }
            return rows;
        }
    }

    private record Served(String operation, String method, String path) {}

    private static Stream<Served> served() {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(method -> METHODS.contains(method.getKey()))
                        .map(method -> new Served(
                                method.getValue().path("operationId").asText(),
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey())));
    }

    @Test
    void theTableHasARowForEachServedOperationAndNoOther() {
        var operations = new TreeMap<String, String>();
        served().forEach(one -> operations.put(one.operation(), one.path()));
        assertEquals(operations.keySet(), new TreeMap<>(table).keySet(), "rows of authorization.csv");
    }

    @TestFactory
    Stream<DynamicTest> everyOperationLetsInWhomTheTableLetsIn() {
        return served().filter(one -> table.containsKey(one.operation()))
                .map(one -> dynamicTest(one.operation(), () -> {
                    var path = one.path().contains("addresses/{id}") ? withNewAddress(one.path()) : filled(one.path());
                    for (var caller : CALLERS) check(one, path, caller);
                }));
    }

    @TestFactory
    Stream<DynamicTest> overTheBridgeTheSameAreLetIn() {
        return served().filter(one -> table.containsKey(one.operation()))
                .map(one -> dynamicTest(one.operation(), () -> {
                    var path = one.path().contains("addresses/{id}") ? withNewAddress(one.path()) : filled(one.path());
                    for (var caller : CALLERS) checkOverTheBridge(one, path, caller);
                }));
    }

    private static void check(Served one, String path, String caller) {
        var reply = clientOf(caller, one).send(one.method(), path, body(one), headers(one));
        assertAsTheTableSays(
                one,
                caller,
                reply.status(),
                one.method() + " " + path + ": " + reply.http().body());
    }

    private static void checkOverTheBridge(Served one, String path, String caller) {
        var headers = new HashMap<String, String>();
        var sent = headers(one);
        for (var i = 0; i < sent.length; i += 2) headers.put(sent[i], sent[i + 1]);
        var names = one.path().split("/");
        var values = path.split("/");
        for (var i = 0; i < names.length; i++) {
            if (names[i].startsWith("{"))
                headers.put("path." + names[i].substring(1, names[i].length() - 1), values[i]);
        }
        var token = clientOf(caller, one).token();
        if (token != null) headers.put("Authorization", "Bearer " + token);
        try (var bridge = new BridgeCaller(shop.url())) {
            var answer = bridge.call(one.operation(), headers, body(one));
            assertAsTheTableSays(one, caller, bridge.status(answer), one.operation() + " over the bridge: " + answer);
        }
    }

    private static void assertAsTheTableSays(Served one, String caller, int status, String told) {
        var expected = table.get(one.operation()).get(caller);
        if (expected.equals(IN)) assertTrue(!NOT_LET_IN.contains(status), "as " + caller + ", " + told);
        else assertEquals(expected, Integer.toString(status), "as " + caller + ", " + told);
    }

    private static Object body(Served one) {
        if (one.method().equals("GET") || one.method().equals("DELETE")) return null;
        if (one.operation().startsWith("wishlist.")) return null;
        return VALID_BODIES.getOrDefault(one.operation(), NEVER_VALID);
    }

    private static String[] headers(Served one) {
        return one.method().equals("POST")
                ? new String[] {"Idempotency-Key", UUID.randomUUID().toString()}
                : new String[0];
    }

    /** Who would be gone afterwards is somebody new. */
    private static ShopClient clientOf(String caller, Served one) {
        if (caller.equals("anonymous")) return shop.anonymous();
        if (caller.equals("admin") && !one.operation().equals("user.deleteMe")) return admin;
        if (one.operation().equals("user.deleteMe")) return shop.customer();
        return caller.equals("owner") ? owner : other;
    }

    private static String filled(String path) {
        var id = path.startsWith("/api/v1/payments/")
                ? order.path("payment").path("id").asText()
                : path.startsWith("/api/v1/users/")
                        ? order.path("userId").asText()
                        : path.startsWith("/api/v1/products/")
                                ? productId()
                                : order.path("id").asText();
        return path.replace("{id}", id)
                .replace("{userId}", order.path("userId").asText())
                .replace("{sku}", sku)
                .replace("{provider}", "stripe")
                .replace("{service}", "cart");
    }

    private static String productId() {
        return admin.get("/api/v1/products/by-sku/" + sku).body().path("id").asText();
    }

    private static String withNewAddress(String path) {
        var made = owner.post("/api/v1/users/me/addresses", Buying.ADDRESS);
        return path.replace("{id}", made.body().path("id").asText());
    }
}
