package omnibus.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import omnibus.platform.Ids;
import omnibus.platform.Money;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Identity;
import omnibus.testkit.SecurityLines;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operations over the bus, from bytes to bytes. */
class OrderApiTest {
    private static Shop shop;
    private static FakePeers peers;
    private Identity ada;

    @BeforeAll
    static void open() {
        shop = Shop.open();
        peers = shop.peers;
    }

    @BeforeEach
    void newDay() {
        shop.newDay();
        ada = Shop.customer();
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private String place(Map<String, Object> order) {
        var answer = shop.place(ada, order);
        assertEquals(201, answer.status(), answer.body().toString());
        return Shop.json(answer).path("id").asText();
    }

    private JsonNode settled(String id) {
        return shop.settled(ada, id);
    }

    private static Map<String, Object> order(String method, Item... items) {
        return Shop.order(method, items);
    }

    private static Map<String, Object> mugs(int quantity) {
        return order("pm_card_visa", new Item("MUG-BLUE", quantity));
    }

    private static void assertProblem(int status, String code, Answer answer) {
        assertEquals(status, answer.status(), answer.body().toString());
        assertEquals("/problems/" + code, Shop.json(answer).path("type").asText());
    }

    @Test
    void anOrderIsAnsweredAtOnceAndConfirmedSoonAfter() {
        var answer = shop.place(ada, order("pm_card_visa", new Item("MUG-BLUE", 2), new Item("TEAPOT", 1)));

        var order = Shop.json(answer);
        assertEquals(201, answer.status());
        assertEquals(
                "/api/v1/orders/" + order.path("id").asText(), answer.headers().get("Location"));
        assertEquals("PENDING", order.path("status").asText());
        assertEquals(6_970, order.path("total").path("amount").asInt());
        assertEquals(
                2_980,
                order.path("items").get(0).path("lineTotal").path("amount").asInt());
        assertTrue(order.path("payment").isMissingNode());

        var confirmed = settled(order.path("id").asText());
        assertEquals("CONFIRMED", confirmed.path("status").asText());
        assertEquals("CAPTURED", confirmed.path("payment").path("status").asText());
        assertEquals(
                List.of("PENDING", "RESERVED", "CONFIRMED"),
                confirmed.path("timeline").findValuesAsText("status"));
        assertEquals(
                "Lovelace",
                confirmed.path("shippingAddress").path("name").asText().split(" ")[1]);
        assertEquals(998, peers.stock.get("MUG-BLUE"));
    }

    @Test
    void aReaderWhoHasItAlreadyIsToldSo() {
        var id = place(mugs(1));
        settled(id);
        var read = shop.call(shop.get(id).as(ada));

        var again = shop.call(
                shop.get(id).as(ada).header("If-None-Match", read.headers().get("ETag")));

        assertEquals(304, again.status());
    }

    @Test
    void anotherUsersOrderIsNotThere() {
        var id = place(mugs(1));
        var unknown = shop.call(shop.get(Ids.next().toString()).as(ada));

        for (var strange : List.of(id, "nonsense", Ids.next().toString())) {
            var read = shop.call(shop.get(strange).as(Shop.customer()));
            assertProblem(404, "not-found", read);
            assertEquals(unknown.body().toString(), read.body().toString());
            assertProblem(404, "not-found", shop.cancel(Shop.customer(), strange, null));
        }
        assertEquals(200, shop.call(shop.get(id).as(Shop.ADMIN)).status());
    }

    @Test
    void fiftyOfTheSameRequestMakeOneOrder() {
        var answers = new ArrayList<Future<Answer>>();
        for (var i = 0; i < 50; i++) {
            answers.add(shop.insist(() -> shop.placing(ada, "the-same-key", mugs(1))));
        }

        var ids = new HashSet<String>();
        var fresh = new AtomicInteger();
        for (var answer : answers) {
            var one = shop.await(answer);
            if (one.status() == 409) {
                assertProblem(409, "request-in-progress", one);
                continue;
            }
            assertEquals(201, one.status());
            ids.add(Shop.json(one).path("id").asText());
            if (!one.headers().contains("Idempotency-Replayed")) fresh.incrementAndGet();
        }

        assertEquals(1, ids.size());
        assertEquals(1, fresh.get());
        settled(ids.iterator().next());
        assertEquals(999, peers.stock.get("MUG-BLUE"));
    }

    @Test
    void aRepeatIsAnsweredAlsoWhenTheProductHasGone() {
        var first = shop.call(shop.placing(ada, "key", mugs(1)));
        settled(Shop.json(first).path("id").asText());
        peers.catalogue.clear();

        var again = shop.call(shop.placing(ada, "key", mugs(1)));

        assertEquals(201, again.status());
        assertEquals("true", again.headers().get("Idempotency-Replayed"));
        assertEquals(first.headers().get("Location"), again.headers().get("Location"));
        assertEquals("CONFIRMED", Shop.json(again).path("status").asText());
    }

    @Test
    void aKeyBelongsToOneRequestOfOneUser() {
        shop.call(shop.placing(ada, "key", mugs(1)));

        assertProblem(422, "idempotency-key-reused", shop.call(shop.placing(ada, "key", mugs(2))));
        assertEquals(
                201, shop.call(shop.placing(Shop.customer(), "key", mugs(2))).status());
    }

    @Test
    void aRefusedRequestDoesNotUseUpItsKey() {
        var wish = order("pm_card_visa", new Item("LATER", 1));
        assertProblem(404, "unknown-sku", shop.call(shop.placing(ada, "key", wish)));
        peers.sell("LATER", 100, 5);

        assertEquals(201, shop.call(shop.placing(ada, "key", wish)).status());
    }

    @Test
    void whatIsNotSoldIsNamed() {
        var answer = shop.place(
                ada, order("pm_card_visa", new Item("MUG-BLUE", 1), new Item("GONE", 1), new Item("NEVER", 2)));

        assertProblem(404, "unknown-sku", answer);
        assertEquals(
                List.of("/items/1/sku", "/items/2/sku"),
                Shop.json(answer).path("errors").findValuesAsText("pointer"));
    }

    @Test
    void linesOfOneSkuAreAddedUp() {
        var id = place(order("pm_card_visa", new Item("MUG-BLUE", 2), new Item("TEAPOT", 1), new Item("MUG-BLUE", 3)));

        var items = settled(id).path("items");
        assertEquals(2, items.size());
        assertEquals(5, items.get(0).path("quantity").asInt());
        assertEquals(995, peers.stock.get("MUG-BLUE"));
    }

    @Test
    void theLimitOfALineHoldsForTheSum() {
        var answer = shop.place(ada, order("pm_card_visa", new Item("MUG-BLUE", 60), new Item("MUG-BLUE", 40)));

        assertProblem(400, "invalid-request", answer);
        assertEquals(
                "/items/1/quantity",
                Shop.json(answer).path("errors").get(0).path("pointer").asText());
    }

    @Test
    void anOrderSpeaksOneCurrency() {
        peers.sell("DOLLAR", new Money(100, "USD"), 5);

        assertProblem(
                400,
                "mixed-currencies",
                shop.place(ada, order("pm_card_visa", new Item("MUG-BLUE", 1), new Item("DOLLAR", 1))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"items\":[],\"shippingAddress\":HOME,\"paymentMethod\":\"pm\"}",
                "{\"items\":[{\"sku\":\"MUG-BLUE\",\"quantity\":0}],\"shippingAddress\":HOME,\"paymentMethod\":\"pm\"}",
                "{\"items\":[{\"sku\":\"MUG-BLUE\",\"quantity\":1.5}],\"shippingAddress\":HOME,\"paymentMethod\":\"pm\"}",
                "{\"items\":[{\"sku\":\"MUG-BLUE\",\"quantity\":\"1\"}],\"shippingAddress\":HOME,\"paymentMethod\":\"pm\"}",
                "{\"items\":[{\"sku\":\"MUG-BLUE\",\"quantity\":9223372036854775808}],\"shippingAddress\":HOME,\"paymentMethod\":\"pm\"}",
                "{\"items\":[{\"sku\":\"MUG-BLUE\",\"quantity\":1,\"unitPrice\":1}],\"shippingAddress\":HOME,\"paymentMethod\":\"pm\"}",
                "{\"items\":[{\"sku\":\"mug\",\"quantity\":1}],\"shippingAddress\":HOME,\"paymentMethod\":\"pm\"}",
                "{\"items\":[{\"sku\":\"MUG-BLUE\",\"quantity\":1}],\"shippingAddress\":HOME,\"paymentMethod\":\"4242 4242\"}",
                "{\"items\":[{\"sku\":\"MUG-BLUE\",\"quantity\":1}],\"shippingAddress\":HOME,\"paymentMethod\":\"pm\",\"userId\":\"x\"}",
                "{\"items\":[{\"sku\":\"MUG-BLUE\",\"quantity\":1}],\"shippingAddress\":{\"name\":\"x\"},\"paymentMethod\":\"pm\"}",
                "not json"
            })
    void whatIsNotValidIsRefused(String body) {
        var home = "{\"name\":\"A\",\"line1\":\"B\",\"city\":\"C\",\"postalCode\":\"D\",\"country\":\"GB\"}";

        var answer = shop.call(shop.placing(ada, "key", body.replace("HOME", home)));

        assertEquals(400, answer.status(), answer.body().toString());
    }

    @Test
    void aKeyIsRequired() {
        var answer = shop.call(shop.withoutKey(ada, mugs(1)));

        assertEquals(400, answer.status());
        assertEquals(
                "Idempotency-Key",
                Shop.json(answer).path("errors").get(0).path("parameter").asText());
    }

    @Test
    void nobodyOrdersWithoutSigningIn() {
        assertEquals(401, shop.place(Identity.anonymous(), mugs(1)).status());
    }

    @Test
    void aPreviewSaysWhatWouldHappenAndDoesNothing() {
        var id = place(mugs(2));
        settled(id);

        var preview = Shop.json(shop.call(shop.cancelling(ada, id).query("preview", "true")));

        assertEquals("REFUND", preview.path("payment").asText());
        assertEquals(2_980, preview.path("amount").path("amount").asInt());
        assertEquals(2, preview.path("restock").get(0).path("quantity").asInt());
        assertEquals("CONFIRMED", shop.read(ada, id).path("status").asText());
    }

    @Test
    void staffShipsAndDelivers() {
        var id = place(mugs(1));
        settled(id);

        assertProblem(409, "order-status-not-allowed", shop.patch(Shop.ADMIN, id, "DELIVERED"));
        for (var status : List.of("SHIPPED", "SHIPPED", "DELIVERED", "DELIVERED")) {
            var answer = shop.patch(Shop.ADMIN, id, status);
            assertEquals(200, answer.status());
            assertEquals(status, Shop.json(answer).path("status").asText());
        }
        assertProblem(409, "order-already-shipped", shop.cancel(ada, id, null));
        assertEquals(5, shop.read(ada, id).path("timeline").size());
        assertEquals(403, shop.patch(ada, id, "SHIPPED").status());
        assertEquals(400, shop.patch(Shop.ADMIN, id, "LOST").status());
        assertProblem(404, "not-found", shop.patch(Shop.ADMIN, Ids.next().toString(), "SHIPPED"));
    }

    @Test
    void ordersAreListedNewestFirstPageByPage() {
        var placed = new ArrayList<String>();
        for (var i = 0; i < 5; i++) placed.add(0, place(mugs(1)));
        placed.forEach(this::settled);

        var read = new ArrayList<String>();
        var page = shop.call(shop.listing(ada).query("limit", "2"));
        for (var pages = 0; pages < 3; pages++) {
            read.addAll(Shop.ids(page));
            var next = Shop.json(page).path("next");
            if (next.isMissingNode()) break;
            assertTrue(page.headers().get("Link").contains("rel=\"next\""));
            page = shop.call(shop.listing(ada).query("limit", "2").query("cursor", next.asText()));
        }

        assertEquals(placed, read);
        assertEquals(List.of(), Shop.ids(shop.call(shop.listing(ada).query("status", "SHIPPED"))));
        assertEquals(
                5,
                Shop.ids(shop.call(shop.listing(ada).query("status", "CONFIRMED")))
                        .size());
        assertEquals(
                400, shop.call(shop.listing(ada).query("cursor", "rubbish")).status());
    }

    private String parked(String brokenOperation) {
        peers.disturb(brokenOperation, FakePeers.broken());
        var id = place(mugs(1));
        shop.parkSoon(id);
        return id;
    }

    private static List<JsonNode> reviewsOf(Answer page, List<String> ids) {
        var found = new ArrayList<JsonNode>();
        Shop.json(page).path("items").forEach(review -> {
            if (ids.contains(review.path("order").path("id").asText())) found.add(review);
        });
        return found;
    }

    @Test
    void ordersUnderReviewAreListedForAdministratorsPageByPage() {
        var ids = List.of(parked("payment.capturePayments"), parked("payment.capturePayments"));

        var reviews = reviewsOf(shop.call(shop.reviews(Shop.ADMIN).query("limit", "100")), ids);

        assertEquals(
                ids,
                reviews.stream()
                        .map(review -> review.path("order").path("id").asText())
                        .toList());
        var review = reviews.get(0);
        assertEquals("CAPTURE", review.path("step").asText());
        assertEquals(8, review.path("failures").asInt());
        assertTrue(review.path("error").asText().contains("broken"), review.toString());
        assertEquals(
                ada.userId().toString(), review.path("order").path("userId").asText());
        assertEquals("RESERVED", review.path("order").path("status").asText());
        var first = Shop.json(shop.call(shop.reviews(Shop.ADMIN).query("limit", "1")));
        assertEquals(1, first.path("items").size());
        var behind = shop.call(shop.reviews(Shop.ADMIN)
                .query("limit", "100")
                .query("cursor", first.path("next").asText()));
        assertTrue(reviewsOf(behind, ids).size() >= 1);
        shop.eventually(() -> shop.gauge("omnibus.saga.parked") >= 2);
        assertEquals(403, shop.call(shop.reviews(ada)).status());
        assertEquals(401, shop.call(shop.reviews(Identity.anonymous())).status());
        assertProblem(400, "invalid-cursor", shop.call(shop.reviews(Shop.ADMIN).query("cursor", "rubbish")));
    }

    @Test
    void aRetriedOrderGoesOnAndIsNoLongerUnderReview() {
        var id = parked("payment.capturePayments");
        assertEquals(
                "under-review", shop.read(ada, id).path("reason").path("code").asText());
        peers.heal("payment.capturePayments");

        var answer = shop.retry(Shop.ADMIN, id);

        assertEquals(200, answer.status(), answer.body().toString());
        assertTrue(
                Shop.json(answer).path("reason").isMissingNode(), answer.body().toString());
        assertEquals("CONFIRMED", settled(id).path("status").asText());
        assertEquals(List.of(), reviewsOf(shop.call(shop.reviews(Shop.ADMIN).query("limit", "100")), List.of(id)));
        assertProblem(409, "order-not-under-review", shop.retry(Shop.ADMIN, id));
    }

    @Test
    void theServiceItselfTellsWhoAskedWithoutTheRight() {
        try (var lines = new SecurityLines()) {
            shop.retry(ada, Ids.next().toString());
            assertEquals(ada.userId().toString(), lines.one("access-denied").get("user"));
        }
        try (var lines = new SecurityLines()) {
            shop.call(shop.listing(ada).query("userId", Ids.next().toString()));
            assertEquals("order.listOrders", lines.one("access-denied").get("op"));
        }
    }

    @Test
    void onlyAdministratorsRetry() {
        var id = place(mugs(1));
        settled(id);

        assertProblem(403, "forbidden", shop.retry(ada, id));
        assertEquals(401, shop.retry(Identity.anonymous(), id).status());
        assertProblem(409, "order-not-under-review", shop.retry(Shop.ADMIN, id));
        for (var strange : List.of("nonsense", Ids.next().toString()))
            assertProblem(404, "not-found", shop.retry(Shop.ADMIN, strange));
    }

    @Test
    void itsOwnerMayCancelAnOrderThatIsUnderReview() {
        var id = parked("inventory.commitStock");

        var answer = shop.cancel(ada, id, null);

        assertEquals("CANCELLED", Shop.json(answer).path("status").asText());
        shop.eventually(() -> peers.stock.get("MUG-BLUE") == 1_000);
        shop.eventually(() -> "VOIDED"
                .equals(shop.read(ada, id).path("payment").path("status").asText()));
    }

    @Test
    void onlyAdministratorsListTheOrdersOfOthers() {
        var id = place(mugs(1));

        var whose = ada.userId().toString();
        assertEquals(List.of(id), Shop.ids(shop.call(shop.listing(Shop.ADMIN).query("userId", whose))));
        assertEquals(
                403,
                shop.call(shop.listing(Shop.customer()).query("userId", whose)).status());
        assertEquals(List.of(id), Shop.ids(shop.call(shop.listingOf(whose).as(ada))));
        assertEquals(List.of(id), Shop.ids(shop.call(shop.listingOf(whose).as(Shop.ADMIN))));
        assertProblem(404, "not-found", shop.call(shop.listingOf(whose).as(Shop.customer())));
        assertProblem(404, "not-found", shop.call(shop.listingOf("nonsense").as(Shop.ADMIN)));
        assertEquals(List.of(), Shop.ids(shop.call(shop.listing(Shop.customer()))));
    }

    @Test
    void waitingEndsWithTheOrderOrWithTheTime() {
        var id = place(order("pm_card_slow", new Item("MUG-BLUE", 1)));

        var early = shop.call(shop.awaiting(ada, id, 0));
        assertNotEquals("CONFIRMED", Shop.json(early).path("status").asText());
        shop.eventually(() -> "PENDING"
                .equals(shop.read(ada, id).path("payment").path("status").asText()));
        var waiting = shop.send(shop.awaiting(ada, id, 5));
        peers.paymentTells(UUID.fromString(id), "AUTHORIZED");

        assertEquals("CONFIRMED", Shop.json(shop.await(waiting)).path("status").asText());
        assertProblem(404, "not-found", shop.call(shop.awaiting(Shop.customer(), id, 1)));
    }
}
