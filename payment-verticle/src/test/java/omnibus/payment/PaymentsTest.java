package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import omnibus.payment.Till.Wanted;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.Money;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaymentsTest {
    static Till till;

    @BeforeAll
    static void open() {
        till = new Till();
    }

    @AfterAll
    static void close() {
        till.close();
    }

    @Test
    void anOrderIsAuthorizedThenCaptured() {
        var order = till.anOrder();
        assertEquals("AUTHORIZED", till.authorized(order).path("status").asText());
        var captured = till.done(() -> till.capture(order));
        assertEquals("CAPTURED", captured.path("status").asText());
        var atProvider = till.providerPayments(order);
        assertEquals(1, atProvider.size());
        assertEquals("succeeded", atProvider.get(0).path("status").asText());
        assertEquals(1999, till.payment(order).path("captured").path("amount").asLong());
    }

    @Test
    void aRepeatedCommandRepeatsItsAnswer() {
        var order = till.anOrder();
        assertEquals(till.authorized(order), till.authorize(order).get(0));
        assertEquals(till.captured(order), till.capture(order).get(0));
        assertEquals("done", outcome(till.authorize(order)));
        assertEquals(1, till.providerPayments(order).size());
        assertEquals(till.done(() -> till.cancel(order)), till.cancel(order).get(0));
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_chargeDeclined,declined",
        "pm_card_visa_chargeDeclinedInsufficientFunds,funds",
        "pm_card_chargeDeclinedExpiredCard,expired",
        "pm_card_chargeDeclinedProcessingError,could not process",
        "pm_card_authenticationRequired,confirm",
        "pm_card_nobody,does not know",
    })
    void aCardTheProviderRefusesIsARefusalWithItsReason(String card, String word) {
        var order = till.anOrder(card);
        till.authorize(order);
        till.becomes("DECLINED", order);
        var refused = till.authorize(order).get(0);
        assertEquals("refused", refused.path("outcome").asText());
        assertEquals("payment-declined", refused.path("reason").path("code").asText());
        assertTrue(refused.path("reason").path("detail").asText().contains(word), refused.toString());
        assertEquals(refused, till.authorize(order).get(0));
        assertEquals("refused", outcome(till.capture(order)));
        assertEquals("done", outcome(till.cancel(order)));
    }

    @Test
    void aHoldIsReleasedByACancel() {
        var order = till.anOrder();
        till.authorized(order);
        var cancelled = till.done(() -> till.cancel(order));
        assertEquals("VOIDED", cancelled.path("status").asText());
        assertEquals(
                "canceled", till.providerPayments(order).get(0).path("status").asText());
        assertEquals("refused", outcome(till.capture(order)));
    }

    @Test
    void whatWasTakenGoesBackOnACancel() {
        var order = till.anOrder();
        till.captured(order);
        var cancelled = till.done(() -> till.cancel(order));
        assertEquals("REFUNDED", cancelled.path("status").asText());
        var payment = till.payment(order);
        assertEquals(1999, payment.path("refunded").path("amount").asLong());
        assertEquals("SUCCEEDED", payment.path("refunds").get(0).path("status").asText());
    }

    @Test
    void aCancelBeforeThePaymentRefusesALateAuthorize() {
        var order = till.anOrder();
        assertEquals("done", outcome(till.cancel(order)));
        var late = till.authorize(order).get(0);
        assertEquals("refused", late.path("outcome").asText());
        assertEquals("order-cancelled", late.path("reason").path("code").asText());
        assertEquals(0, till.providerPayments(order).size());
        assertEquals(404, till.payment(order).path("status").asInt());
    }

    @Test
    void aCaptureOfNothingIsRefused() {
        assertEquals("refused", outcome(till.capture(till.anOrder())));
    }

    @Test
    void aCommandOfALowerEpochChangesNothing() {
        var order = till.anOrder();
        till.authorized(atEpoch(order, 7));
        var stale = till.cancel(atEpoch(order, 6)).get(0);
        assertEquals("stale", stale.path("outcome").asText());
        assertEquals("stale", outcome(till.capture(atEpoch(order, 6))));
        assertEquals("stale", outcome(till.authorize(atEpoch(order, 6))));
        till.done(() -> till.capture(atEpoch(order, 8)));
        assertEquals("stale", outcome(till.cancel(atEpoch(order, 7))));
        assertEquals("CAPTURED", till.status(order));
    }

    @Test
    void anotherAmountForTheSameOrderIsRefusedAndChargesNothing() {
        var order = till.anOrder();
        till.authorized(order);
        var dearer = new Wanted(order.orderId(), 1, order.userId(), new Money(2999, "EUR"), order.paymentMethod());
        var refused = till.authorize(dearer).get(0);
        assertEquals("refused", refused.path("outcome").asText());
        assertEquals("payment-mismatch", refused.path("reason").path("code").asText());
        assertEquals(1, till.providerPayments(order).size());
    }

    @Test
    void anOrderOfNothingNeedsNoProvider() {
        var free = new Wanted(Ids.next(), 1, till.customer, new Money(0, "EUR"), "pm_card_visa");
        till.captured(free);
        assertEquals("CAPTURED", till.status(free));
        assertEquals(0, till.providerPayments(free).size());
        assertEquals("REFUNDED", till.cancel(free).get(0).path("status").asText());
        var voided = new Wanted(Ids.next(), 1, till.customer, new Money(0, "EUR"), "pm_card_visa");
        till.authorized(voided);
        assertEquals("VOIDED", till.cancel(voided).get(0).path("status").asText());
    }

    @Test
    void aSlowCardIsPendingAndEndsByItself() {
        var order = till.anOrder("pm_card_slow");
        var pending = till.authorize(order).get(0);
        assertEquals("pending", pending.path("outcome").asText());
        till.becomes("AUTHORIZED", order);
        assertEquals("done", outcome(till.authorize(order)));
    }

    @Test
    void aCancelOfAPendingPaymentWaitsForItsOutcomeAndUndoesIt() {
        var order = till.anOrder("pm_card_slow");
        till.authorize(order);
        assertEquals("pending", outcome(till.cancel(order)));
        till.becomes("VOIDED", order);
        assertEquals("done", outcome(till.cancel(order)));
        assertEquals(
                "canceled", till.providerPayments(order).get(0).path("status").asText());
    }

    @Test
    void aBatchIsAnsweredOrderByOrder() {
        var orders = new Wanted[] {
            till.anOrder(), till.anOrder("pm_card_chargeDeclined"), till.anOrder("pm_card_slow"), till.anOrder()
        };
        var results = till.authorize(orders);
        assertEquals(4, results.size());
        till.becomes("AUTHORIZED", orders[0]);
        till.becomes("DECLINED", orders[1]);
        till.becomes("AUTHORIZED", orders[2]);
        till.becomes("AUTHORIZED", orders[3]);
        for (var i = 0; i < orders.length; i++) {
            assertEquals(
                    orders[i].orderId().toString(),
                    results.get(i).path("orderId").asText());
        }
        assertEquals(List.of("done", "refused", "done", "done"), outcomes(till.authorize(orders)));
    }

    @Test
    void aHundredOrdersAtOnceArePaidOnceEach() {
        var orders = IntStream.range(0, 100).mapToObj(i -> till.anOrder()).toArray(Wanted[]::new);
        var results = till.authorize(orders);
        assertTrue(Set.of("done", "pending").containsAll(outcomes(results)), results.toString());
        for (var order : orders) till.becomes("AUTHORIZED", order);
        till.capture(orders);
        for (var order : orders) till.becomes("CAPTURED", order);
    }

    @Test
    void theLogTellsEveryStep() {
        var order = till.anOrder();
        till.captured(order);
        till.done(() -> till.cancel(order));
        var told = Json.tree(till.shop
                        .call(Till.read("payment.readEvents").query("after", 0).query("limit", 10_000))
                        .body())
                .path("events");
        var steps = StreamSupport.stream(told.spliterator(), false)
                .map(logged -> logged.path("event").path("data"))
                .filter(data ->
                        data.path("orderId").asText().equals(order.orderId().toString()))
                .map(data -> data.path("previous").asText() + ">"
                        + data.path("status").asText())
                .toList();
        assertEquals(List.of("PENDING>AUTHORIZED", "AUTHORIZED>CAPTURED", "CAPTURED>REFUNDED"), steps);
    }

    @Test
    void thePaymentOfAnOrderIsReadByPeers() {
        var order = till.anOrder();
        till.captured(order);
        var payment = Json.tree(till.shop
                .call(Till.write("payment.readOrderPayment")
                        .body(Map.of("orderId", order.orderId().toString())))
                .body());
        assertEquals("CAPTURED", payment.path("status").asText());
        assertEquals(1999, payment.path("captured").path("amount").asLong());
        assertNotEquals("", payment.path("paymentId").asText());
    }

    private static Wanted atEpoch(Wanted order, long epoch) {
        return new Wanted(order.orderId(), epoch, order.userId(), order.amount(), order.paymentMethod());
    }

    private static String outcome(JsonNode results) {
        return results.get(0).path("outcome").asText();
    }

    private static List<String> outcomes(JsonNode results) {
        var outcomes = new ArrayList<String>();
        results.forEach(result -> outcomes.add(result.path("outcome").asText()));
        return outcomes;
    }
}
