package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import omnibus.payment.Till.Wanted;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The provider's answer is lost, late or never comes: nothing is charged twice, nothing is left held. */
class LostAnswersTest {
    static Till till;

    @BeforeAll
    static void open() {
        till = new Till();
    }

    @AfterAll
    static void close() {
        till.close();
    }

    @AfterEach
    void noMoreFaults() {
        till.faults("{}");
    }

    @Test
    void anAuthorizeWhoseAnswerIsLostIsAskedAgainUnderItsKey() {
        var order = till.anOrder();
        till.faults("{\"lostReplyPercent\":100,\"only\":[\"create\"],\"times\":1}");
        var pending = till.authorize(order).get(0);
        assertTrue(Set.of("pending", "done").contains(pending.path("outcome").asText()));
        till.becomes("AUTHORIZED", order);
        assertEquals(1, till.providerPayments(order).size());
    }

    @Test
    void aCardThatNeverAnswersEndsAuthorized() {
        var order = till.anOrder("pm_card_noAnswer");
        till.authorize(order);
        till.becomes("AUTHORIZED", order);
        assertEquals(1, till.providerPayments(order).size());
    }

    @Test
    void aCaptureWhoseAnswerIsLostTakesTheMoneyOnce() {
        var order = till.anOrder();
        till.authorized(order);
        till.faults("{\"lostReplyPercent\":100,\"only\":[\"capture\"],\"times\":2}");
        till.capture(order);
        till.becomes("CAPTURED", order);
        assertEquals(
                1,
                till.number("select count(*) from ledger_journal where payment_id = '"
                        + till.payment(order).path("id").asText() + "'"));
    }

    @Test
    void aVoidWhoseAnswerIsLostIsStillOneVoid() {
        var order = till.anOrder();
        till.authorized(order);
        till.faults("{\"lostReplyPercent\":100,\"only\":[\"cancel\"],\"times\":1}");
        till.cancel(order);
        till.becomes("VOIDED", order);
    }

    @Test
    void aRefundWhoseAnswerIsLostGivesBackOnce() {
        var order = till.anOrder();
        till.captured(order);
        till.faults("{\"lostReplyPercent\":100,\"only\":[\"refund\"],\"times\":2}");
        till.cancel(order);
        till.becomes("REFUNDED", order);
        var intent = till.providerPayments(order).get(0).path("id").asText();
        assertEquals(
                1,
                till.provider(HttpMethod.GET, "/v1/refunds?payment_intent=" + intent, "")
                        .path("data")
                        .size());
    }

    @Test
    void aRequestThatIsLostOnItsWayIsSentAgain() {
        var order = till.anOrder();
        till.faults("{\"lostRequestPercent\":100,\"times\":1}");
        till.authorize(order);
        till.becomes("AUTHORIZED", order);
        assertEquals(1, till.providerPayments(order).size());
    }

    @Test
    void anOutageIsWaitedOut() {
        var order = till.anOrder();
        till.faults("{\"outagePercent\":100,\"only\":[\"create\"],\"times\":2}");
        assertEquals("pending", till.authorize(order).get(0).path("outcome").asText());
        till.becomes("AUTHORIZED", order);
    }

    @Test
    void aCancelWhileTheAuthorizeIsUnknownLeavesNothingHeld() {
        var order = till.anOrder();
        till.faults("{\"lostReplyPercent\":100,\"only\":[\"create\"],\"times\":2}");
        till.authorize(order);
        till.cancel(order);
        till.becomes("VOIDED", order);
        assertEquals(List.of("canceled"), states(order));
    }

    @Test
    void aCancelWhileTheCaptureIsUnknownGivesBackWhatWasTaken() {
        var order = till.anOrder();
        till.authorized(order);
        till.faults("{\"lostReplyPercent\":100,\"only\":[\"capture\"],\"times\":2}");
        till.capture(order);
        till.cancel(order);
        till.becomes("REFUNDED", order);
    }

    @Test
    void anAuthorizeThatArrivesAfterItsRepeatDoesNotHoldTwice() {
        var order = till.anOrder();
        // Longer than the client waits: the first request takes effect after it was given up and sent again.
        till.faults("{\"stallMillis\":3500,\"only\":[\"create\"],\"times\":1}");
        till.authorize(order);
        till.becomes("AUTHORIZED", order);
        assertEquals(1, till.providerPayments(order).size());
    }

    @Test
    void whatWasUnderWayAtARestartIsFinishedAfterIt() {
        var order = till.anOrder();
        till.faults("{\"outagePercent\":100}");
        till.authorize(order);
        till.restart();
        till.faults("{}");
        till.becomes("AUTHORIZED", order);
        assertEquals(1, till.providerPayments(order).size());
    }

    @Test
    void aCallWhoseInstanceDiedIsTakenOverWhenItsLeaseEnds() {
        var order = till.anOrder();
        till.faults("{\"outagePercent\":100}");
        till.authorize(order);
        till.sql("update provider_call set lease_owner = 'a dead one', lease_until = now() + interval '1 second'"
                + " where order_id = '" + order.orderId() + "'");
        till.faults("{}");
        till.becomes("AUTHORIZED", order);
    }

    @Test
    void howeverOftenItWasInVainACallIsMadeAgainWithinTenSeconds() {
        var order = till.anOrder();
        till.faults("{\"lostRequestPercent\":100,\"only\":[\"create\"]}");
        till.authorize(order);
        till.sql("update provider_call set attempt = 30, next_run_at = now(), lease_until = null where order_id = '"
                + order.orderId() + "'");
        var putOff = "select count(*) from provider_call where attempt > 30 and lease_until is null and state = 'OPEN'"
                + " and next_run_at - now() between interval '0 seconds' and interval '10 seconds' and order_id = '"
                + order.orderId() + "'";
        till.shop.eventually(() -> till.number(putOff) == 1);
        till.faults("{}");
        till.becomes("AUTHORIZED", order);
    }

    @Test
    void beyondTheHourAKeyIsNotTrustedAndTheOrderIsLookedUp() {
        var lost = till.anOrder();
        till.faults("{\"lostReplyPercent\":100,\"only\":[\"create\"]}");
        till.authorize(lost);
        age(lost);
        till.faults("{}");
        till.becomes("AUTHORIZED", lost);
        assertEquals(1, till.providerPayments(lost).size());
    }

    @Test
    void anAuthorizationOfAnotherAmountIsForAPersonAndNeitherTakenNorTakenForUndone() {
        var order = till.anOrder();
        till.faults("{\"lostRequestPercent\":100,\"only\":[\"create\"],\"times\":1}");
        till.authorize(order);
        till.sql("update provider_call set lease_until = now() + interval '1 hour' where order_id = '" + order.orderId()
                + "'");
        till.provider(
                HttpMethod.POST,
                "/v1/payment_intents",
                "amount=2500&currency=eur&capture_method=manual&confirm=true&payment_method=pm_card_visa"
                        + "&metadata[order_id]=" + order.orderId());
        age(order);
        till.sql("update provider_call set lease_until = null where order_id = '" + order.orderId() + "'");
        till.shop.eventually(
                () -> till.payment(order).path("reason").path("code").asText().equals("under-review"));
        assertEquals("UNKNOWN", till.status(order));
        for (var answer : List.of(till.authorize(order), till.capture(order), till.cancel(order))) {
            assertEquals("pending", answer.get(0).path("outcome").asText());
            assertEquals(
                    "under-review", answer.get(0).path("reason").path("code").asText());
        }
        assertEquals(List.of("requires_capture"), states(order));
    }

    @Test
    void whatTheProviderNeverHeardOfEndsDeclinedAfterTheHour() {
        var order = till.anOrder();
        till.faults("{\"lostRequestPercent\":100,\"only\":[\"create\"]}");
        till.authorize(order);
        age(order);
        till.becomes("DECLINED", order);
        assertEquals(0, till.providerPayments(order).size());
    }

    @Test
    void aRefundThatIsRefusedWhenItIsSentAgainAfterTheHourIsForAPerson() {
        var order = till.anOrder();
        till.captured(order);
        var intent = till.providerPayments(order).get(0).path("id").asText();
        till.faults("{\"lostWebhookPercent\":100}");
        till.provider(HttpMethod.POST, "/v1/refunds", "payment_intent=" + intent);
        till.faults("{\"lostWebhookPercent\":100,\"lostRequestPercent\":100,\"only\":[\"refund\"]}");
        till.cancel(order);

        age(order);
        till.faults("{}");

        till.shop.eventually(
                () -> till.payment(order).path("reason").path("code").asText().equals("under-review"));
        var payment = till.payment(order);
        assertEquals("FAILED", payment.path("refunds").get(0).path("status").asText());
        assertEquals(
                0,
                till.number("select refunding + (select count(*) from provider_call c where c.payment_id = p.id"
                        + " and c.state = 'OPEN') from payment p where p.order_id = '" + order.orderId() + "'"));
    }

    @Test
    void withRandomLossesMoneyAndBooksStillAgree() {
        till.faults("{\"seed\":7,\"lostReplyPercent\":15,\"lostRequestPercent\":5,\"outagePercent\":5,"
                + "\"only\":[\"create\",\"capture\",\"cancel\",\"refund\"]}");
        var orders = new ArrayList<Wanted>();
        for (var i = 0; i < 30; i++) orders.add(till.anOrder());
        var all = orders.toArray(Wanted[]::new);
        till.authorize(all);
        for (var order : orders) till.becomes("AUTHORIZED", order);
        till.capture(all);
        for (var order : orders) till.becomes("CAPTURED", order);
        var cancelled = orders.subList(0, 15);
        till.cancel(cancelled.toArray(Wanted[]::new));
        for (var order : cancelled) till.becomes("REFUNDED", order);
        for (var order : orders) {
            assertEquals(List.of("succeeded"), states(order));
            var refunded = cancelled.contains(order) ? 1999 : 0;
            assertEquals(
                    refunded,
                    till.payment(order).path("refunded").path("amount").asLong());
        }
        assertEquals(
                0,
                till.number("select count(*) from (select journal_id from ledger_posting"
                        + " group by journal_id having sum(amount) <> 0) as crooked"));
    }

    /** As if the first request had been sent more than an hour ago, and the last one long since. */
    private static void age(Wanted order) {
        till.sql("update provider_call set first_sent_at = now() - interval '2 hours',"
                + " last_sent_at = now() - interval '1 hour', next_run_at = now() where order_id = '" + order.orderId()
                + "'");
    }

    private static List<String> states(Wanted order) {
        return till.providerPayments(order).stream()
                .map(intent -> intent.path("status").asText())
                .toList();
    }
}
