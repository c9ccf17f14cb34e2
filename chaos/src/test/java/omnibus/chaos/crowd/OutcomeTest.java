package omnibus.chaos.crowd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.chaos.facts.OrderFacts.Line;
import omnibus.chaos.facts.OrderFacts.Order;
import omnibus.chaos.facts.OrderFacts.Shown;
import omnibus.chaos.facts.StockFacts.Stock;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private static final String SKU = "CROWD-000";
    private static final Map<String, Integer> ONE = Map.of(SKU, 1);

    private static Order anOrder(String status) {
        var reason = status.equals("REJECTED") ? "out-of-stock" : null;
        return new Order(
                UUID.randomUUID(),
                "N",
                UUID.randomUUID(),
                status,
                "EUR",
                100,
                null,
                null,
                0,
                reason,
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(new Line(SKU, 1, 100)),
                List.of(new Shown(1, status, Instant.ofEpochMilli(1_250))));
    }

    private static Bought told(Order order) {
        return new Bought(new Want(0, 0, "key", List.of(SKU), true), 201, order.id(), false, 1_000, 20);
    }

    private static Bought replay(Order order) {
        return new Bought(new Want(0, 0, "key", List.of(SKU), false), 201, order.id(), true, 1_000, 20);
    }

    private static Bought unanswered(int status, long waited) {
        return new Bought(new Want(0, 0, "key", List.of(SKU), true), status, null, false, 1_000, waited);
    }

    private static Outcome outcome(List<Bought> bought, List<Order> orders, int onHand, int reserved) {
        return new Outcome(bought, orders, List.of(new Stock(SKU, onHand, reserved, 0, "OUT")));
    }

    private static boolean held(Outcome outcome, Crowd crowd, int deadlocks, int promise) {
        return outcome.promises(crowd, ONE, deadlocks).get(promise).held();
    }

    @Test
    void oneBuyerWithTheUnitAndOthersOutOfStockIsAGoodRound() {
        var one = anOrder("CONFIRMED");
        var other = anOrder("REJECTED");
        var outcome = outcome(List.of(told(one), told(other)), List.of(one, other), 0, 0);
        assertEquals(List.of(new Outcome.Round(0, 1, 1, 0, 250, 250)), outcome.rounds());
        assertTrue(outcome.promises(Crowd.LAST_UNIT, ONE, 0).stream().allMatch(Promise::held));
    }

    @Test
    void twoWithTheLastUnitOrNoneOrOneThatNeverEndsIsAViolation() {
        for (var statuses : List.of(
                List.of("CONFIRMED", "CONFIRMED"), List.of("REJECTED", "REJECTED"), List.of("CONFIRMED", "PENDING"))) {
            var orders = statuses.stream().map(OutcomeTest::anOrder).toList();
            var bought = orders.stream().map(OutcomeTest::told).toList();
            assertFalse(held(outcome(bought, orders, 0, 0), Crowd.LAST_UNIT, 0, 0), statuses.toString());
        }
    }

    @Test
    void aHotSkuThatIsNotSoldToTheLastUnitOrKeepsAReservationIsAViolation() {
        var sold = anOrder("CONFIRMED");
        assertTrue(held(outcome(List.of(told(sold)), List.of(sold), 0, 0), Crowd.HOT_SKU, 0, 0));
        assertFalse(held(outcome(List.of(told(sold)), List.of(sold), 1, 1), Crowd.HOT_SKU, 0, 0));
        assertFalse(held(outcome(List.of(), List.of(), 1, 0), Crowd.HOT_SKU, 0, 0));
    }

    @Test
    void whatIsSoldBeyondTheStockIsOversold() {
        var one = anOrder("CONFIRMED");
        var other = anOrder("CONFIRMED");
        assertTrue(held(outcome(List.of(told(one)), List.of(one), 0, 0), Crowd.OPPOSITE, 0, 0));
        assertFalse(held(outcome(List.of(told(one)), List.of(one, other), 0, 0), Crowd.OPPOSITE, 0, 0));
    }

    @Test
    void aKeyWithReplaysAndConflictsHasOneOrderAndASecondOneIsAViolation() {
        var order = anOrder("CONFIRMED");
        var second = anOrder("CONFIRMED");
        var bought = List.of(told(order), replay(order), unanswered(409, 10));
        assertTrue(held(outcome(bought, List.of(order), 0, 0), Crowd.SAME_KEY, 0, 0));
        assertTrue(held(outcome(bought, List.of(order), 0, 0), Crowd.SAME_KEY, 0, 1), "409 is an answer");
        assertFalse(held(outcome(bought, List.of(order, second), 0, 0), Crowd.SAME_KEY, 0, 0));
        var firstTwice = List.of(told(order), told(order));
        assertFalse(
                held(outcome(firstTwice, List.of(order), 0, 0), Crowd.SAME_KEY, 0, 0), "a repeat says that it is one");
    }

    @Test
    void someoneWhoIsNeverAnsweredOrWaitsPastTheDeadlineIsAViolation() {
        assertFalse(held(outcome(List.of(unanswered(503, 10)), List.of(), 1, 0), Crowd.HOT_SKU, 0, 1));
        assertFalse(held(outcome(List.of(unanswered(503, 8_501)), List.of(), 1, 0), Crowd.HOT_SKU, 0, 2));
        assertTrue(held(outcome(List.of(unanswered(503, 8_500)), List.of(), 1, 0), Crowd.HOT_SKU, 0, 2));
    }

    @Test
    void aDeadlockOrAMissingLogIsAViolation() {
        assertTrue(held(outcome(List.of(), List.of(), 1, 0), Crowd.OPPOSITE, 0, 3));
        assertFalse(held(outcome(List.of(), List.of(), 1, 0), Crowd.OPPOSITE, 1, 3));
        assertFalse(held(outcome(List.of(), List.of(), 1, 0), Crowd.OPPOSITE, -1, 3));
    }
}
