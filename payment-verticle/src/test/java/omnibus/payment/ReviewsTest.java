package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Optional;
import omnibus.payment.Till.Wanted;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.Money;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Identity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Payments that wait for a person, and how they come out of that. */
class ReviewsTest {
    private static Till till;

    @BeforeAll
    static void open() {
        till = new Till();
    }

    @AfterAll
    static void close() {
        till.close();
    }

    private static Optional<JsonNode> reviewOf(Wanted order) {
        var page = Json.tree(till.shop
                .call(Till.read("payment.listReviews").query("limit", "100").as(till.admin))
                .body());
        for (var review : page.path("items")) {
            if (review.path("payment")
                    .path("orderId")
                    .asText()
                    .equals(order.orderId().toString())) return Optional.of(review);
        }
        return Optional.empty();
    }

    private static Answer retry(Wanted order) {
        return retry(till.payment(order).path("id").asText(), till.admin);
    }

    private static Answer retry(String paymentId, Identity who) {
        return till.shop.call(
                Till.write("payment.retryPayment").path("id", paymentId).as(who));
    }

    private static void assertProblem(int status, String code, Answer answer) {
        assertEquals(status, answer.status(), answer.body().toString());
        assertEquals("/problems/" + code, Json.tree(answer.body()).path("type").asText());
    }

    private static String intent(Wanted order) {
        return "/v1/payment_intents/"
                + till.providerPayments(order).get(0).path("id").asText();
    }

    /** The provider's record says more is held than was asked for. */
    private static Wanted contradicted() {
        var order = till.anOrder();
        till.authorized(order);
        till.sql("update payment set status = 'UNKNOWN', review = 'authorized 2999 EUR of 1999',"
                + " reason_code = 'under-review', reason_detail = 'A person is looking at it.'"
                + " where order_id = '" + order.orderId() + "'");
        return order;
    }

    @Test
    void aPaymentWhoseContradictionIsGoneGoesOnWhereItWas() {
        var order = contradicted();
        assertEquals("pending", till.capture(order).get(0).path("outcome").asText());
        var review = reviewOf(order).orElseThrow();
        assertEquals("AUTHORIZE", review.path("step").asText());
        assertEquals("authorized 2999 EUR of 1999", review.path("error").asText());

        assertEquals(200, retry(order).status());

        till.becomes("AUTHORIZED", order);
        assertTrue(till.payment(order).path("reason").isMissingNode());
        assertEquals(Optional.empty(), reviewOf(order));
        till.done(() -> till.capture(order));
        assertEquals(1, till.providerPayments(order).size());
    }

    @Test
    void aPartThatWasTakenGoesBackOnceTheOrderIsCancelled() {
        var order = till.anOrder();
        till.authorized(order);
        till.provider(HttpMethod.POST, intent(order) + "/capture", "amount_to_capture=500");
        till.shop.eventually(() -> reviewOf(order).isPresent());
        assertProblem(409, "payment-under-review", retry(order));
        till.cancel(order);

        assertEquals(200, retry(order).status());

        till.becomes("REFUNDED", order);
        assertEquals(500, till.payment(order).path("refunded").path("amount").asLong());
        assertEquals(Optional.empty(), reviewOf(order));
    }

    /** Its order may be on its way to the customer: nobody will cancel it. */
    @Test
    void aPaymentThatWasTakenIsInOrderAgainAfterASecondOneWasFoundAtTheProvider() {
        var order = till.anOrder();
        till.captured(order);
        till.provider(
                HttpMethod.POST,
                "/v1/payment_intents",
                "amount=1999&currency=eur&capture_method=manual&confirm=true&payment_method=pm_card_visa"
                        + "&metadata[order_id]=" + order.orderId());
        till.shop.eventually(() -> reviewOf(order).isPresent());
        assertEquals("UNKNOWN", till.status(order));

        assertEquals(200, retry(order).status());

        assertEquals("CAPTURED", till.status(order));
        assertEquals(Optional.empty(), reviewOf(order));
        till.done(() -> till.capture(order));
    }

    @Test
    void aRefundThatTheProviderContradictedIsMadeOnceItDoesNotAnyMore() {
        var order = till.anOrder();
        till.captured(order);
        var ref = till.providerPayments(order).get(0).path("id").asText();
        var id = till.payment(order).path("id").asText();
        pointAt(order, "pi_of_nobody");
        till.refund(id, Ids.next().toString(), Map.of("amount", new Money(500, "EUR"), "reason", "Late"));
        till.shop.eventually(() -> reviewOf(order).isPresent());
        assertEquals(0, till.payment(order).path("refunded").path("amount").asLong());

        pointAt(order, ref);
        assertEquals(200, retry(order).status());

        till.becomes("PARTIALLY_REFUNDED", order);
        assertEquals(500, till.payment(order).path("refunded").path("amount").asLong());
        assertEquals(Optional.empty(), reviewOf(order));
    }

    private static void pointAt(Wanted order, String ref) {
        till.sql("update payment set provider_ref = '" + ref + "' where order_id = '" + order.orderId() + "'");
    }

    @Test
    void aCallWhoseAnswerCouldNotBeWrittenIsAskedAgain() {
        var order = till.anOrder();
        till.faults("{\"outagePercent\":100}");
        till.authorize(order);
        till.sql("update provider_call set state = 'REVIEW', failures = 8, last_error = 'cannot be written'"
                + " where order_id = '" + order.orderId() + "'");
        till.faults("{}");
        var review = reviewOf(order).orElseThrow();
        assertEquals(8, review.path("failures").asInt());
        assertEquals("cannot be written", review.path("error").asText());

        assertEquals(200, retry(order).status());

        till.becomes("AUTHORIZED", order);
        assertEquals(1, till.providerPayments(order).size());
        assertEquals(Optional.empty(), reviewOf(order));
    }

    @Test
    void onlyWhatWaitsForAPersonIsRetriedAndOnlyByAdministrators() {
        var order = till.anOrder();
        till.authorized(order);
        var id = till.payment(order).path("id").asText();
        var customer = new Identity(till.customer, java.util.Set.of("customer"), null);

        assertProblem(409, "payment-not-under-review", retry(id, till.admin));
        assertProblem(403, "forbidden", retry(id, customer));
        assertProblem(404, "not-found", retry(Ids.next().toString(), till.admin));
        assertProblem(404, "not-found", retry("nonsense", till.admin));
        assertEquals(
                403,
                till.shop.call(Till.read("payment.listReviews").as(customer)).status());
    }

    @Test
    void reviewsArePaged() {
        var first = contradicted();
        var second = contradicted();

        var seen = 0;
        var cursor = "";
        do {
            var request = Till.read("payment.listReviews").query("limit", "1").as(till.admin);
            var page = Json.tree(till.shop
                    .call(cursor.isEmpty() ? request : request.query("cursor", cursor))
                    .body());
            for (var review : page.path("items")) {
                var of = review.path("payment").path("orderId").asText();
                if (of.equals(first.orderId().toString())
                        || of.equals(second.orderId().toString())) seen++;
            }
            cursor = page.path("next").asText();
        } while (!cursor.isEmpty());

        assertEquals(2, seen);
    }
}
