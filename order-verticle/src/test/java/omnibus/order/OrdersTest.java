package omnibus.order;

import static omnibus.order.FakePeers.away;
import static omnibus.order.FakePeers.silent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of orders with the saga at work: shortage, decline, silence, outage, poison, cancel, race, restart. */
class OrdersTest {
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
    void theEventsOfOneUsersOrdersAreReadWithoutThoseOfOthers() {
        var own = place(mugs(1));
        settled(own);
        var another = Shop.customer();
        shop.settled(another, Shop.json(shop.place(another, mugs(1))).path("id").asText());

        var events = new ArrayList<String>();
        Shop.json(shop.call(Request.read("order.readEvents", Deadline.in(Duration.ofSeconds(5)))
                        .query("user", ada.userId())
                        .query("after", 0)
                        .query("limit", 100)))
                .path("events")
                .forEach(logged ->
                        events.add(logged.path("event").path("aggregate").asText()));

        assertFalse(events.isEmpty());
        assertEquals(Set.of(own), Set.copyOf(events));
    }

    @Test
    void whatIsNotInStockIsRejectedAndNothingIsHeld() {
        peers.sell("LAST-ONE", 500, 1);

        var rejected = settled(place(order("pm_card_visa", new Item("MUG-BLUE", 1), new Item("LAST-ONE", 2))));

        assertEquals("REJECTED", rejected.path("status").asText());
        assertEquals("out-of-stock", rejected.path("reason").path("code").asText());
        assertEquals(
                "LAST-ONE: 2 wanted, 1 available.",
                rejected.path("reason").path("detail").asText());
        assertTrue(rejected.path("payment").isMissingNode());
        assertEquals(1_000, peers.stock.get("MUG-BLUE"));
    }

    @Test
    void aDeclinedCardEndsRejectedWithTheStockBack() {
        var rejected = settled(place(order("pm_card_chargeDeclined", new Item("MUG-BLUE", 3))));

        assertEquals("REJECTED", rejected.path("status").asText());
        assertEquals("payment-declined", rejected.path("reason").path("code").asText());
        assertEquals(
                "Your card was declined.",
                rejected.path("reason").path("detail").asText());
        assertEquals("DECLINED", rejected.path("payment").path("status").asText());
        assertEquals(1_000, peers.stock.get("MUG-BLUE"));
    }

    @Test
    void aPaymentThatIsNotKnownYetIsWaitedForByItsLog() {
        var id = place(order("pm_card_slow", new Item("MUG-BLUE", 1)));
        shop.eventually(() -> "PENDING"
                .equals(shop.read(ada, id).path("payment").path("status").asText()));
        assertEquals("RESERVED", shop.read(ada, id).path("status").asText());

        peers.paymentTells(UUID.fromString(id), "AUTHORIZED");

        assertEquals("CONFIRMED", settled(id).path("status").asText());
    }

    @Test
    void oneOrderThatWaitsHoldsNobodyUp() {
        var slow = place(order("pm_card_slow", new Item("MUG-BLUE", 1)));

        for (var i = 0; i < 5; i++)
            assertEquals("CONFIRMED", settled(place(mugs(1))).path("status").asText());

        assertEquals("RESERVED", shop.read(ada, slow).path("status").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "inventory.reserveStock",
                "payment.authorizePayments",
                "inventory.commitStock",
                "payment.capturePayments"
            })
    void aServiceThatIsAwayIsAskedAgainUntilItIsBack(String operation) {
        peers.disturb(operation, away());
        var id = place(mugs(1));
        var soFar = shop.metric("omnibus.saga.steps", "outcome", "UNAVAILABLE");
        shop.eventually(() -> shop.metric("omnibus.saga.steps", "outcome", "UNAVAILABLE") > soFar);

        peers.heal(operation);

        assertEquals("CONFIRMED", settled(id).path("status").asText());
        assertEquals(999, peers.stock.get("MUG-BLUE"));
    }

    @Test
    void anAnswerThatIsLostAfterTheEffectHasNoSecondEffect() {
        var lost = new AtomicInteger();
        peers.disturb("payment.capturePayments", orders -> {
            orders.forEach(order -> peers.payments.put(order, "CAPTURED"));
            return lost.getAndIncrement() == 0 ? silent().apply(orders) : Optional.empty();
        });

        assertEquals("CONFIRMED", settled(place(mugs(1))).path("status").asText());
    }

    @Test
    void anOrderThatPoisonsItsBatchEndsUpAloneBeforeAPerson() {
        var poison = new HashSet<UUID>();
        peers.disturb("inventory.reserveStock", orders -> {
            if (poison.isEmpty()) poison.add(orders.get(0));
            return orders.stream().anyMatch(poison::contains)
                    ? Optional.of(Future.failedFuture(new IllegalStateException("poison")))
                    : Optional.empty();
        });
        var ids = new ArrayList<String>();
        for (var i = 0; i < 10; i++) ids.add(place(mugs(1)));

        for (var id : ids) {
            if (!poison.contains(UUID.fromString(id)))
                assertEquals("CONFIRMED", settled(id).path("status").asText());
        }
        var parked = poison.iterator().next().toString();
        shop.parkSoon(parked);
        assertEquals(
                "under-review",
                shop.read(ada, parked).path("reason").path("code").asText());
        assertEquals("RESERVED", shop.read(ada, parked).path("status").asText());
    }

    @Test
    void anOrderThatTakesTooLongIsGivenUp() {
        try (var hasty = Shop.open(Duration.ofMillis(300))) {
            var placed = hasty.place(ada, order("pm_card_slow", new Item("MUG-BLUE", 1)));

            var rejected = hasty.settled(ada, Shop.json(placed).path("id").asText());

            assertEquals("REJECTED", rejected.path("status").asText());
            assertEquals("expired", rejected.path("reason").path("code").asText());
            assertEquals("VOIDED", rejected.path("payment").path("status").asText());
            assertEquals(1_000, hasty.peers.stock.get("MUG-BLUE"));
        }
    }

    @Test
    void anOrderWhosePaymentIsLongInComingIsGivenUpAtItsDeadlineAndNotLater() {
        try (var shortOfTime = Shop.open(Duration.ofSeconds(2))) {
            var placed = shortOfTime.place(ada, order("pm_card_slow", new Item("MUG-BLUE", 1)));
            var id = Shop.json(placed).path("id").asText();
            // As if it had waited so long already that its next rest is the longest there is, 30 s.
            shortOfTime.sql(
                    "update saga set step_at = now() - interval '10 minutes' where order_id = $1", UUID.fromString(id));

            var rejected = shortOfTime.settled(ada, id);

            assertEquals("expired", rejected.path("reason").path("code").asText());
            var inTime = shortOfTime.sql("""
                    select from orders o join saga s on s.order_id = o.id
                    where o.id = $1 and o.updated_at < s.deadline_at + interval '5 seconds'
                    """, UUID.fromString(id));
            assertEquals(1, inTime.size(), rejected.toString());
            assertEquals(1_000, shortOfTime.peers.stock.get("MUG-BLUE"));
        }
    }

    @Test
    void aConfirmedOrderIsCancelledAtOnceAndStockAndMoneyFollow() {
        var id = place(mugs(4));
        settled(id);

        var answer = shop.cancel(ada, id, "Ordered the wrong colour");

        assertEquals(200, answer.status());
        assertEquals("CANCELLED", Shop.json(answer).path("status").asText());
        assertEquals(
                "cancelled-by-customer",
                Shop.json(answer).path("reason").path("code").asText());
        shop.eventually(() -> peers.stock.get("MUG-BLUE") == 1_000);
        shop.eventually(() -> "REFUNDED"
                .equals(shop.read(ada, id).path("payment").path("status").asText()));
        assertEquals(200, shop.cancel(ada, id, null).status());
        assertEquals("CANCELLED", shop.read(ada, id).path("status").asText());
    }

    @Test
    void anOrderIsCancelledWhileItsPaymentIsUnderWay() {
        var id = place(order("pm_card_slow", new Item("MUG-BLUE", 1)));
        shop.eventually(() -> "PENDING"
                .equals(shop.read(ada, id).path("payment").path("status").asText()));

        shop.cancel(ada, id, null);

        shop.eventually(() -> "VOIDED"
                .equals(shop.read(ada, id).path("payment").path("status").asText()));
        shop.eventually(() -> peers.stock.get("MUG-BLUE") == 1_000);
        assertEquals("CANCELLED", shop.read(ada, id).path("status").asText());
    }

    @Test
    void aCancelAtAnyMomentLeavesNothingHeld() {
        for (var i = 0; i < 30; i++) {
            var id = place(mugs(1));
            if (i % 3 > 0) shop.read(ada, id);
            if (i % 5 > 2) shop.read(ada, id);
            assertEquals(
                    "CANCELLED",
                    Shop.json(shop.cancel(ada, id, null)).path("status").asText());
        }

        shop.eventually(() -> shop.sql("select from saga where state <> 'DONE' and next_run_at < 'infinity'")
                .isEmpty());
        assertEquals(1_000, peers.stock.get("MUG-BLUE"));
        assertFalse(peers.payments.containsValue("AUTHORIZED"));
        assertFalse(peers.payments.containsValue("CAPTURED"));
        assertFalse(peers.reservations.containsValue("ACTIVE"));
    }

    @Test
    void theAddressesOfADeletedUserAreErased() {
        var id = place(order("pm_card_chargeDeclined", new Item("MUG-BLUE", 1)));
        settled(id);

        peers.userDeleted(ada.userId());

        shop.eventually(() -> shop.read(Shop.ADMIN, id).path("shippingAddress").isMissingNode());
        assertEquals(
                1_490, shop.read(Shop.ADMIN, id).path("total").path("amount").asInt());
    }

    @Test
    void aHundredBuyersOfTenUnits() {
        peers.sell("HOT", 100, 10);
        var answers = new ArrayList<Future<Answer>>();
        for (var i = 0; i < 100; i++) {
            var key = "buyer-" + i;
            answers.add(shop.insist(() -> shop.placing(ada, key, order("pm_card_visa", new Item("HOT", 1)))));
        }

        var confirmed = 0;
        for (var answer : answers) {
            var status = settled(Shop.json(shop.await(answer)).path("id").asText())
                    .path("status")
                    .asText();
            if (status.equals("CONFIRMED")) confirmed++;
            else assertEquals("REJECTED", status);
        }

        assertEquals(10, confirmed);
        assertEquals(0, peers.stock.get("HOT"));
        assertEquals(10, peers.payments.size());
    }

    @Test
    void whatAStopInterruptsAnotherInstanceFinishes() {
        peers.disturb("payment.authorizePayments", silent());
        var ids = new ArrayList<String>();
        for (var i = 0; i < 20; i++) ids.add(place(mugs(1)));

        shop.restart();
        peers.heal("payment.authorizePayments");

        for (var id : ids) assertEquals("CONFIRMED", settled(id).path("status").asText());
        assertEquals(980, peers.stock.get("MUG-BLUE"));
    }
}
