package omnibus.inventory;

import static omnibus.inventory.InventoryFixtures.anOrder;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Instance;
import omnibus.platform.Json;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;
import omnibus.platform.call.SchemaCheck;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InventoryApiTest {
    private static final Identity ADMIN = new Identity(new UUID(0, 1), Set.of("customer", "admin"), "s");
    private static final Identity CUSTOMER = new Identity(new UUID(0, 2), Set.of("customer"), "s");

    @RegisterExtension
    static final InventoryFixtures shop = new InventoryFixtures();

    private static final Contract CONTRACT = Contract.load("inventory");

    @BeforeAll
    static void serve() {
        var api = new InventoryApi(shop.inventory, shop.store);
        shop.await(Instance.of(shop.test.platform(), CONTRACT, api)
                .events(shop.log)
                .start());
    }

    private static Request get(String operation) {
        return Request.read("inventory." + operation, InventoryFixtures.soon()).as(ADMIN);
    }

    private static Request write(String operation, Object body) {
        return Request.write("inventory." + operation, InventoryFixtures.soon())
                .as(ADMIN)
                .body(body);
    }

    private static Answer send(Request request) {
        return shop.test.call(request);
    }

    private static JsonNode json(Answer answer) {
        return Json.tree(answer.body());
    }

    private static void assertIs(String schema, Answer answer) {
        assertEquals(
                List.of(),
                SchemaCheck.of(CONTRACT, schema).faults(json(answer)),
                answer.body().toString());
    }

    private static void assertRefused(int status, String code, Answer answer) {
        assertEquals(
                "/problems/" + code,
                json(answer).path("type").asText(),
                answer.body().toString());
        assertEquals(status, answer.status());
    }

    private static Answer adjust(String sku, String key, Object delta) {
        return send(write("adjustStock", Map.of("delta", delta, "reason", "Delivery"))
                .path("sku", sku)
                .header("Idempotency-Key", key));
    }

    @Test
    void aStockLevelIsReadWithItsTag() {
        var sku = shop.aSkuWith(8);
        var answer = send(get("getStock").path("sku", sku));
        assertIs("Stock", answer);
        assertEquals(Json.tree(new InventoryApi.StockView(sku, 8, 0, 8, 5)), json(answer));
        var known = answer.headers().get("ETag");
        assertEquals(
                304,
                send(get("getStock").path("sku", sku).header("If-None-Match", known))
                        .status());
    }

    @Test
    void aSkuThatNamesNothingIsNotFoundWhateverItsForm() {
        for (var sku : List.of("NO-SUCH-SKU", "not a sku", "' OR 1=1--")) {
            assertRefused(404, "not-found", send(get("getStock").path("sku", sku)));
            assertRefused(404, "not-found", send(get("listMovements").path("sku", sku)));
            assertRefused(
                    404,
                    "not-found",
                    send(write("putStock", Map.of("onHand", 1)).path("sku", sku)));
            assertRefused(404, "not-found", adjust(sku, "key-of-" + sku.hashCode(), 1));
        }
    }

    @Test
    void stockIsForAdministrators() {
        var sku = shop.aSkuWith(1);
        assertEquals(403, send(get("getStock").as(CUSTOMER).path("sku", sku)).status());
        assertEquals(
                401,
                send(Request.read("inventory.getStock", InventoryFixtures.soon())
                                .path("sku", sku))
                        .status());
    }

    @Test
    void aCountAnswersTheStockAsItNowIs() {
        var sku = shop.aSkuWith(1);
        var answer = send(
                write("putStock", Map.of("onHand", 40, "lowStockThreshold", 10)).path("sku", sku));
        assertIs("Stock", answer);
        assertEquals(40, json(answer).path("available").asInt());
        assertEquals(10, json(answer).path("lowStockThreshold").asInt());
        var stale = write("putStock", Map.of("onHand", 41)).path("sku", sku).header("If-Match", "\"1\"");
        assertRefused(412, "stale-version", send(stale));
        var fresh = write("putStock", Map.of("onHand", 41))
                .path("sku", sku)
                .header("If-Match", answer.headers().get("ETag"));
        assertEquals(200, send(fresh).status());
    }

    @Test
    void whatACountMayNotBeIsRefusedWithItsPlace() {
        var sku = shop.aSkuWith(1);
        var bodies = new ArrayList<>(List.of("{}", "{\"onHand\":-1}", "{\"onHand\":1.5}", "{\"onHand\":\"1\"}"));
        bodies.addAll(List.of("{\"onHand\":2147483648}", "{\"onHand\":null}", "{\"onHand\":1,\"reserved\":0}", "[]"));
        bodies.addAll(List.of("{\"onHand\":1,\"lowStockThreshold\":-1}", "{\"onHand\":1e400}", "nonsense", ""));
        for (var body : bodies) {
            var answer = send(Request.write("inventory.putStock", InventoryFixtures.soon())
                    .as(ADMIN)
                    .path("sku", sku)
                    .bytes(io.vertx.core.buffer.Buffer.buffer(body)));
            assertEquals(400, answer.status(), body);
            assertIs("Problem", answer);
        }
        assertEquals(1, shop.level(sku).onHand());
    }

    @Test
    void oneKeyAdjustsOnceAndARepeatShowsTheStockAsItIsNow() {
        var sku = shop.aSkuWith(10);
        var first = adjust(sku, "key-1", 5);
        assertIs("Stock", first);
        assertEquals(15, json(first).path("onHand").asInt());
        assertFalse(first.headers().contains("Idempotency-Replayed"));
        assertEquals(200, adjust(sku, "key-2", -1).status());
        var again = adjust(sku, "key-1", 5);
        assertEquals(14, json(again).path("onHand").asInt());
        assertEquals("true", again.headers().get("Idempotency-Replayed"));
        assertRefused(422, "idempotency-key-reused", adjust(sku, "key-1", 6));
    }

    @Test
    void aRefusedAdjustmentDoesNotUseUpItsKey() {
        var sku = shop.aSkuWith(3);
        assertRefused(409, "below-reserved", adjust(sku, "key-3", -4));
        assertEquals(200, adjust(sku, "key-4", 2).status());
        assertEquals(1, json(adjust(sku, "key-3", -4)).path("onHand").asInt());
        shop.assertTheBooksBalance();
    }

    @Test
    void fiftyAdjustmentsWithOneKeyAtOnceAreOne() {
        var sku = shop.aSkuWith(0);
        var caller = shop.test.platform().caller();
        var statuses = shop.allAtOnce(java.util.stream.IntStream.range(0, 50)
                .mapToObj(n -> caller.call(write("adjustStock", Map.of("delta", 1, "reason", "Found"))
                                .path("sku", sku)
                                .header("Idempotency-Key", "key-50"))
                        .map(Answer::status)));
        assertTrue(Set.of(200, 409, 503).containsAll(statuses), statuses.toString());
        assertTrue(statuses.contains(200));
        assertEquals(1, shop.level(sku).onHand());
    }

    @Test
    void anAdjustmentNeedsAKeyAReasonAndADelta() {
        var sku = shop.aSkuWith(1);
        assertEquals(
                400,
                send(write("adjustStock", Map.of("delta", 1, "reason", "Found")).path("sku", sku))
                        .status());
        assertEquals(400, adjust(sku, "two words", 1).status());
        assertEquals(400, adjust(sku, "k".repeat(256), 1).status());
        assertEquals(400, adjust(sku, "key-5", 0).status());
        for (var reason : List.of("", "  ", "x".repeat(501))) {
            var body = Map.of("delta", 1, "reason", reason);
            var request = write("adjustStock", body).path("sku", sku).header("Idempotency-Key", "key-6");
            assertEquals(400, send(request).status(), reason);
        }
        assertEquals(1, shop.level(sku).onHand());
    }

    @Test
    void theLedgerIsPagedNewestFirst() {
        var sku = shop.aSkuWith(5);
        for (var delta = 1; delta <= 4; delta++) adjust(sku, sku + delta, delta);
        var deltas = new ArrayList<Integer>();
        String cursor = null;
        do {
            var request = get("listMovements").path("sku", sku).query("limit", 2);
            var answer = send(cursor == null ? request : request.query("cursor", cursor));
            assertIs("MovementPage", answer);
            json(answer)
                    .path("items")
                    .forEach(item -> deltas.add(item.path("onHandDelta").asInt()));
            cursor = json(answer).path("next").asText(null);
            assertEquals(cursor != null, answer.headers().contains("Link"));
        } while (cursor != null);
        assertEquals(List.of(4, 3, 2, 1, 5), deltas);
        var newest =
                json(send(get("listMovements").path("sku", sku))).path("items").path(0);
        assertEquals("Delivery", newest.path("reason").asText());
        assertEquals(ADMIN.userId().toString(), newest.path("userId").asText());
    }

    @Test
    void whatRunsLowIsListed() {
        var scarce = shop.aSkuWith(5);
        var plenty = shop.aSkuWith(6);
        var gone = shop.aSkuWith(0);
        assertTrue(listed("true").containsAll(List.of(scarce, gone)));
        assertFalse(listed("true").contains(plenty));
        assertTrue(listed("false").contains(plenty));
        assertFalse(listed("false").contains(scarce));
        assertTrue(listed(null).containsAll(List.of(scarce, plenty, gone)));
    }

    private static Set<String> listed(String lowStock) {
        var found = new HashSet<String>();
        String cursor = null;
        do {
            var request = get("listStock").query("limit", 3);
            if (lowStock != null) request.query("lowStock", lowStock);
            if (cursor != null) request.query("cursor", cursor);
            var page = send(request);
            assertIs("StockPage", page);
            json(page)
                    .path("items")
                    .forEach(item -> assertTrue(found.add(item.path("sku").asText())));
            cursor = json(page).path("next").asText(null);
        } while (cursor != null);
        return found;
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        assertRefused(400, "invalid-cursor", send(get("listStock").query("cursor", "rubbish!")));
        var other = omnibus.platform.call.PageCursor.of("MUG");
        assertRefused(
                400,
                "invalid-cursor",
                send(get("listMovements").path("sku", shop.aSkuWith(1)).query("cursor", other)));
        assertEquals(400, send(get("listStock").query("lowStock", "maybe")).status());
        assertEquals(400, send(get("listStock").query("limit", 101)).status());
    }

    @Test
    void ordersAreReservedCommittedAndReleasedByLists() {
        var sku = shop.aSkuWith(3);
        var first = anOrder();
        var second = anOrder();
        var reserved = orders("reserveStock", order(first, sku, 2), order(second, sku, 2));
        assertEquals("[\"reserved\",\"short\"]", outcomes(reserved));
        assertEquals(
                "[{\"sku\":\"" + sku + "\",\"requested\":2,\"available\":1}]",
                json(reserved).at("/results/1/shortages").toString());
        assertEquals(
                "[\"committed\",\"missing\"]",
                outcomes(orders(
                        "commitStock", Map.of("orderId", first, "epoch", 2), Map.of("orderId", second, "epoch", 2))));
        assertEquals(
                "[\"released\",\"stale\"]",
                outcomes(orders("releaseStock", order(first, sku, 2), Map.of("orderId", first, "epoch", 0))));
        assertEquals(3, shop.level(sku).available());
    }

    private static Map<String, Object> order(UUID id, String sku, int quantity) {
        return Map.of(
                "orderId", id, "epoch", 2, "lines", List.of(Map.of("sku", sku, "quantity", quantity, "name", "Mug")));
    }

    private static Answer orders(String operation, Object... orders) {
        var answer = send(Request.write("inventory." + operation, InventoryFixtures.soon())
                .body(Map.of("orders", List.of(orders))));
        assertIs("Outcomes", answer);
        return answer;
    }

    private static String outcomes(Answer answer) {
        return json(answer).path("results").findValues("outcome").toString().replace(" ", "");
    }

    @Test
    void itsEventsAreAsTheContractSays() {
        var sku = shop.aSkuWith(3);
        var data = shop.eventsOf(sku).get(0).data();
        var schemas = (ObjectNode) CONTRACT.document().deepCopy();
        var event = schemas.at("/webhooks/AvailabilityChanged/post/requestBody/content/application~1json/schema");
        ((ObjectNode) schemas.at("/components/schemas")).set("Event", event);
        assertEquals(
                List.of(),
                SchemaCheck.of(Contract.of("inventory", schemas), "Event").faults(data));
        assertNull(data.get("name"));
    }
}
