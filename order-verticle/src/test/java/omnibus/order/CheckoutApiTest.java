package omnibus.order;

import static omnibus.order.FakePeers.silent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import omnibus.platform.Ids;
import omnibus.platform.Money;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Identity;
import omnibus.testkit.SecurityLines;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a cart to an order, over the bus. */
class CheckoutApiTest {
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

    private JsonNode settled(String id) {
        return shop.settled(ada, id);
    }

    private static void assertProblem(int status, String code, Answer answer) {
        assertEquals(status, answer.status(), answer.body().toString());
        assertEquals("/problems/" + code, Shop.json(answer).path("type").asText());
    }

    private static Map<String, Object> checkout(Object... more) {
        var body = new LinkedHashMap<String, Object>();
        body.put("paymentMethod", "pm_card_visa");
        for (var i = 0; i < more.length; i += 2) body.put((String) more[i], more[i + 1]);
        return body;
    }

    private static Map<String, Object> checkoutHome(Object... more) {
        var body = new HashMap<>(checkout(more));
        body.put("shippingAddress", OrderFixtures.HOME);
        return body;
    }

    private void fillCart(long version, Item... items) {
        peers.carts.put(ada.userId(), new CartClient.Cart("cart-of-" + ada.userId(), version, List.of(items)));
    }

    @Test
    void aCartBecomesAnOrderAndIsEmptied() {
        fillCart(7, new Item("MUG-BLUE", 2));

        var answer = shop.checkout(ada, checkoutHome("expectedTotal", new Money(2_980, "EUR")));

        assertEquals(201, answer.status(), answer.body().toString());
        var id = Shop.json(answer).path("id").asText();
        assertEquals(List.of(UUID.fromString(id)), peers.taken);
        assertEquals("CONFIRMED", settled(id).path("status").asText());
    }

    @Test
    void aCartThatDoesNotAnswerLearnsOfTheOrderLater() {
        fillCart(7, new Item("MUG-BLUE", 2));
        peers.disturb("cart.takeOrderedLines", silent());

        assertEquals(201, shop.checkout(ada, checkoutHome()).status());
    }

    @Test
    void aSavedAddressIsReadFromTheAccount() {
        fillCart(7, new Item("MUG-BLUE", 2));
        var saved = Ids.next();
        peers.addresses.put(ada.userId(), saved);

        var answer = shop.checkout(ada, checkout("addressId", saved));

        assertEquals(
                "GB", Shop.json(answer).path("shippingAddress").path("country").asText());
    }

    @Test
    void anAddressOfSomebodyElseIsUnknown() {
        fillCart(7, new Item("MUG-BLUE", 2));

        assertProblem(404, "unknown-address", shop.checkout(ada, checkout("addressId", Ids.next())));
    }

    @Test
    void oneAddressIsSaid() {
        fillCart(7, new Item("MUG-BLUE", 2));

        assertProblem(400, "invalid-request", shop.checkout(ada, checkout()));
        assertProblem(400, "invalid-request", shop.checkout(ada, checkoutHome("addressId", Ids.next())));
    }

    @Test
    void anEmptyCartIsNoOrder() {
        assertProblem(409, "cart-empty", shop.checkout(ada, checkoutHome()));
    }

    @Test
    void anotherTotalThanTheCartsIsASecurityEventAndTheRightOneIsNone() {
        fillCart(7, new Item("MUG-BLUE", 2));
        try (var lines = new SecurityLines()) {
            shop.checkout(ada, checkoutHome("expectedTotal", new Money(1, "EUR")));
            var line = lines.one("price-changed");
            assertEquals(ada.userId().toString(), line.get("user"));
            assertEquals("order.checkout", line.get("op"));
            assertEquals("0.01 EUR", line.get("expected"));
            assertEquals("29.80 EUR", line.get("total"));
        }
        try (var lines = new SecurityLines()) {
            shop.checkout(ada, checkoutHome("expectedTotal", new Money(2_980, "EUR")));
            assertEquals(List.of(), lines.all());
        }
    }

    @Test
    void aPriceThatHasChangedIsShownBeforeItIsPaid() {
        fillCart(7, new Item("MUG-BLUE", 2));

        var answer = shop.checkout(ada, checkoutHome("expectedTotal", new Money(2_000, "EUR")));

        assertProblem(409, "price-changed", answer);
        var cart = Shop.json(answer).path("cart");
        assertEquals(2_980, cart.path("subtotal").path("amount").asInt());
        assertEquals(7, cart.path("version").asInt());
        assertTrue(cart.path("items").get(0).path("available").asBoolean());
        assertEquals(
                "The cart costs 29.80 EUR now, not 20.00 EUR.",
                Shop.json(answer).path("detail").asText());
    }

    @Test
    void aCartWithSomethingNoLongerSoldIsNoOrder() {
        fillCart(7, new Item("MUG-BLUE", 2), new Item("GONE", 1));

        assertProblem(409, "cart-changed", shop.checkout(ada, checkoutHome()));
    }

    @Test
    void oneCartVersionIsOrderedOnceWhateverTheKeys() {
        fillCart(7, new Item("MUG-BLUE", 2));
        var answers = new ArrayList<Future<Answer>>();
        for (var i = 0; i < 10; i++) {
            var key = "key-" + i;
            answers.add(shop.insist(() -> shop.checkingOut(ada, key, checkoutHome())));
        }

        var made = new ArrayList<String>();
        var told = new HashSet<String>();
        for (var answer : answers) {
            var one = shop.await(answer);
            if (one.status() == 201) made.add(one.headers().get("Location"));
            else assertProblem(409, "cart-already-ordered", one);
            told.add(one.headers().get("Location"));
        }

        assertEquals(1, made.size());
        assertEquals(new HashSet<>(made), told);
    }

    @Test
    void aCheckoutIsRepeatedAlsoWhenTheCartIsEmpty() {
        fillCart(7, new Item("MUG-BLUE", 2));
        var first = shop.call(shop.checkingOut(ada, "key", checkoutHome()));
        peers.carts.clear();

        var again = shop.call(shop.checkingOut(ada, "key", checkoutHome()));

        assertEquals(first.headers().get("Location"), again.headers().get("Location"));
        assertEquals("true", again.headers().get("Idempotency-Replayed"));
        assertEquals(1, peers.taken.size());
    }

    @Test
    void aRepeatThatSeesTheCartEmptiedByTheFirstRequestIsNoRefusal() {
        fillCart(7, new Item("MUG-BLUE", 2));
        var asked = new AtomicBoolean();
        Promise<Answer> cart = Promise.promise();
        peers.disturb("cart.readCart", users -> {
            asked.set(true);
            return Optional.of(cart.future());
        });
        var repeat = shop.send(shop.checkingOut(ada, "key", checkoutHome()));
        shop.eventually(asked::get);
        peers.heal("cart.readCart");
        var first = shop.call(shop.checkingOut(ada, "key", checkoutHome()));

        cart.complete(Answer.ok(new CartClient.Cart(null, 0, List.of())));

        var answer = shop.await(repeat);
        assertEquals(201, answer.status(), answer.body().toString());
        assertEquals(first.headers().get("Location"), answer.headers().get("Location"));
        assertEquals("true", answer.headers().get("Idempotency-Replayed"));
    }
}
