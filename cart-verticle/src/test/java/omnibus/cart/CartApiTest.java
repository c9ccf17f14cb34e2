package omnibus.cart;

import static omnibus.cart.CartFixtures.add;
import static omnibus.cart.CartFixtures.request;
import static omnibus.cart.CartFixtures.somebody;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.platform.Json;
import omnibus.platform.call.Answer;
import omnibus.testkit.ContractRules;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CartApiTest {
    private static CartFixtures shop;

    @BeforeAll
    static void start() {
        shop = new CartFixtures().deployed();
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    private static JsonNode ok(Answer answer) {
        assertEquals(200, answer.status(), answer.body().toString());
        return Json.tree(answer.body());
    }

    @Test
    void theContractKeepsTheHouseRules() {
        ContractRules.check("cart");
    }

    @Test
    void aGuestWithoutACartSeesAnEmptyOneInTheShopsCurrency() {
        var answer = shop.call(request("cart.getCart"));
        var cart = ok(answer);
        assertEquals(0, cart.path("items").size());
        assertEquals("EUR", cart.path("currency").asText());
        assertEquals(0, cart.path("subtotal").path("amount").asLong());
        assertNull(answer.headers().get("X-Cart-Id"));
    }

    @Test
    void theFirstWriteMakesACartThatItsIdFindsAgain() {
        var made = shop.call(add("MUG", 2));
        var id = made.headers().get("X-Cart-Id");
        var cart = ok(shop.call(request("cart.getCart").header("X-Cart-Id", id)));
        assertEquals(2, cart.path("items").path(0).path("quantity").asInt());
        assertEquals(
                2500,
                cart.path("items").path(0).path("lineTotal").path("amount").asLong());
        assertEquals(2500, cart.path("subtotal").path("amount").asLong());
        assertTrue(cart.path("items").path(0).path("available").asBoolean());
    }

    @Test
    void anIdOfAClientsOwnMakingIsNotTaken() {
        var made = shop.call(add("MUG", 1).header("X-Cart-Id", "mine"));
        assertEquals(200, made.status());
        assertNotEquals("mine", made.headers().get("X-Cart-Id"));
    }

    @Test
    void aUsersCartNeedsNoIdAndNobodyElseReachesIt() {
        var ada = somebody();
        ok(shop.call(add("MUG", 1).as(ada)));
        assertEquals(
                1, ok(shop.call(request("cart.getCart").as(ada))).path("items").size());
        var id = Json.tree(shop.call(request("cart.readCart").body(Map.of("userId", ada.userId())))
                        .body())
                .path("cartId")
                .asText();
        assertEquals(
                0,
                ok(shop.call(request("cart.getCart").header("X-Cart-Id", id)))
                        .path("items")
                        .size());
        assertEquals(
                0,
                ok(shop.call(request("cart.getCart").as(somebody())))
                        .path("items")
                        .size());
    }

    @Test
    void addingAddsAndPuttingSets() {
        var ada = somebody();
        shop.call(add("MUG", 2).as(ada));
        assertEquals(
                5,
                ok(shop.call(add("MUG", 3).as(ada)))
                        .path("items")
                        .path(0)
                        .path("quantity")
                        .asInt());
        var set = request("cart.putItem")
                .path("sku", "MUG")
                .body(Map.of("quantity", 1))
                .as(ada);
        assertEquals(
                1, ok(shop.call(set)).path("items").path(0).path("quantity").asInt());
        var gone = request("cart.putItem")
                .path("sku", "MUG")
                .body(Map.of("quantity", 0))
                .as(ada);
        assertEquals(0, ok(shop.call(gone)).path("items").size());
    }

    @Test
    void pricesAreTodays() {
        shop.sell("NEW", 100, "EUR");
        var ada = somebody();
        shop.call(add("NEW", 2).as(ada));
        shop.sell("NEW", 150, "EUR");
        assertEquals(
                300,
                ok(shop.call(request("cart.getCart").as(ada)))
                        .path("subtotal")
                        .path("amount")
                        .asLong());
    }

    @Test
    void whatIsNoLongerSoldIsTakenOutAndListedOnce() {
        shop.sell("FAD", 100, "EUR");
        var ada = somebody();
        shop.call(add("FAD", 1).as(ada));
        shop.call(add("MUG", 1).as(ada));
        shop.withdraw("FAD");
        var first = ok(shop.call(request("cart.getCart").as(ada)));
        assertEquals("FAD", first.path("removed").path(0).asText());
        assertEquals(1, first.path("items").size());
        assertFalse(ok(shop.call(request("cart.getCart").as(ada))).has("removed"));
    }

    @Test
    void aProductThatHasComeToAnotherCurrencyLeavesTheCart() {
        shop.sell("MOVED", 100, "EUR");
        var ada = somebody();
        shop.call(add("MUG", 1).as(ada));
        shop.call(add("MOVED", 1).as(ada));
        shop.sell("MOVED", 110, "USD");
        var cart = ok(shop.call(request("cart.getCart").as(ada)));
        assertEquals("MOVED", cart.path("removed").path(0).asText());
        assertEquals(1250, cart.path("subtotal").path("amount").asLong());
    }

    @Test
    void aReaderWhoHasTheCartAlreadyIsToldSo() {
        var ada = somebody();
        shop.call(add("MUG", 1).as(ada));
        var tag = shop.call(request("cart.getCart").as(ada)).headers().get("ETag");
        var again = request("cart.getCart").as(ada).header("If-None-Match", tag);
        assertEquals(304, shop.call(again).status());
        shop.sell("MUG", 1300, "EUR");
        assertEquals(200, shop.call(again).status());
        shop.sell("MUG", 1250, "EUR");
    }

    @Test
    void withoutTheCatalogueNoPriceIsShownAndNothingIsChanged() {
        var ada = somebody();
        shop.call(add("MUG", 1).as(ada));
        shop.closeCatalogue();
        try {
            assertEquals(503, shop.call(request("cart.getCart").as(ada)).status());
            assertEquals(503, shop.call(add("MUG", 1).as(ada)).status());
        } finally {
            shop.openCatalogue();
        }
        assertEquals(
                1,
                ok(shop.call(request("cart.getCart").as(ada)))
                        .path("items")
                        .path(0)
                        .path("quantity")
                        .asInt());
    }

    @Test
    void anUnknownSkuIsPointedAt() {
        var answer = shop.call(add("NOTHING", 1));
        assertEquals(404, answer.status());
        assertEquals("unknown-sku", answer.asProblem().code());
        assertEquals("/sku", answer.asProblem().faults().get(0).pointer());
    }

    @Test
    void aCartHasOneCurrency() {
        var ada = somebody();
        shop.call(add("MUG", 1).as(ada));
        var answer = shop.call(add("SAUCER", 1).as(ada));
        assertEquals(409, answer.status());
        assertEquals(
                1, ok(shop.call(request("cart.getCart").as(ada))).path("items").size());
    }

    @Test
    void aLineHoldsNinetyNineAndMoreChangesNothing() {
        var ada = somebody();
        shop.call(add("MUG", 60).as(ada));
        var answer = shop.call(add("MUG", 40).as(ada));
        assertEquals(400, answer.status());
        assertEquals("cart-limit", answer.asProblem().code());
        assertEquals(
                60,
                ok(shop.call(request("cart.getCart").as(ada)))
                        .path("items")
                        .path(0)
                        .path("quantity")
                        .asInt());
        assertEquals(400, shop.call(add("MUG", 100).as(ada)).status());
        assertEquals(400, shop.call(add("MUG", 0).as(ada)).status());
    }

    @Test
    void deletingWhatIsNotThereIsNoError() {
        var ada = somebody();
        assertEquals(
                0,
                ok(shop.call(request("cart.deleteItem").path("sku", "MUG").as(ada)))
                        .path("items")
                        .size());
        assertEquals(
                0,
                ok(shop.call(request("cart.clearCart").as(ada))).path("items").size());
    }

    @Test
    void aGuestsCartIsTakenOverOnce() {
        var guest = shop.call(add("MUG", 98)).headers().get("X-Cart-Id");
        var ada = somebody();
        shop.call(add("MUG", 5).as(ada));
        shop.call(add("TEAPOT", 1).as(ada));
        var merge = request("cart.mergeCart").body(Map.of("cartId", guest)).as(ada);
        var merged = ok(shop.call(merge));
        assertEquals(99, merged.path("items").path(0).path("quantity").asInt());
        assertEquals(1, merged.path("items").path(1).path("quantity").asInt());
        assertEquals(
                merged,
                ok(shop.call(
                        request("cart.mergeCart").body(Map.of("cartId", guest)).as(ada))));
        assertEquals(
                0,
                ok(shop.call(request("cart.getCart").header("X-Cart-Id", guest)))
                        .path("items")
                        .size());
    }

    @Test
    void anotherUsersCartCannotBeTakenOver() {
        var ada = somebody();
        shop.call(add("MUG", 1).as(ada));
        var hers = Json.tree(shop.call(request("cart.readCart").body(Map.of("userId", ada.userId())))
                        .body())
                .path("cartId")
                .asText();
        var bob = somebody();
        assertEquals(
                0,
                ok(shop.call(request("cart.mergeCart")
                                .body(Map.of("cartId", hers))
                                .as(bob)))
                        .path("items")
                        .size());
        assertEquals(
                1, ok(shop.call(request("cart.getCart").as(ada))).path("items").size());
    }

    @Test
    void mergingNeedsASignIn() {
        assertEquals(
                401,
                shop.call(request("cart.mergeCart").body(Map.of("cartId", "x"))).status());
    }

    @Test
    void aCartReadyForCheckoutHasIdVersionAndLines() {
        var ada = somebody();
        var nothing = Json.tree(shop.call(request("cart.readCart").body(Map.of("userId", ada.userId())))
                .body());
        assertFalse(nothing.has("cartId"));
        assertEquals(0, nothing.path("items").size());
        shop.call(add("MUG", 2).as(ada));
        var cart = Json.tree(shop.call(request("cart.readCart").body(Map.of("userId", ada.userId())))
                .body());
        assertEquals("MUG", cart.path("items").path(0).path("sku").asText());
        assertTrue(cart.path("version").asLong() > 0);
        var taken = request("cart.takeOrderedLines")
                .body(Map.of(
                        "orderId",
                        UUID.randomUUID(),
                        "cartId",
                        cart.path("cartId").asText(),
                        "lines",
                        List.of(Map.of("sku", "MUG", "quantity", 2))));
        assertTrue(Json.tree(shop.call(taken).body()).path("taken").asBoolean());
        assertFalse(Json.tree(shop.call(taken).body()).path("taken").asBoolean());
        assertEquals(
                0, ok(shop.call(request("cart.getCart").as(ada))).path("items").size());
    }
}
