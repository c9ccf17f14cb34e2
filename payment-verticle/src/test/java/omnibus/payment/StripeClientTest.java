package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import omnibus.payment.model.Authorization;
import omnibus.payment.model.Payment;
import omnibus.payment.model.ProviderAnswer;
import omnibus.payment.model.ProviderAnswer.IntentStatus;
import omnibus.payment.model.ProviderAnswer.Lost;
import omnibus.payment.model.ProviderAnswer.RefundSeen;
import omnibus.payment.model.ProviderAnswer.Seen;
import omnibus.payment.model.ProviderCall;
import omnibus.payment.model.Refund;
import omnibus.platform.Ids;
import omnibus.platform.Money;
import omnibus.platform.Secret;
import omnibus.testkit.TestPlatform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A provider that answers what a sandbox never would. */
class StripeClientTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final String TOO_MUCH = """
            {"error": {"type": "invalid_request_error", "message": "Refund amount is greater than unrefunded amount."}}
            """;
    private static final String WITH_THE_PAYMENT = """
            {"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state",
                       "payment_intent": {"id": "pi_1", "status": "succeeded", "amount": 1999, "currency": "eur"}}}
            """;
    private static final String NO_REFUNDS = "{\"data\": []}";

    private record Scripted(int status, String body) {}

    private final Map<String, Deque<Scripted>> script = new ConcurrentHashMap<>();
    private TestPlatform shop;
    private StripeClient stripe;

    @BeforeEach
    void open() {
        shop = TestPlatform.start();
        var server = shop.await(
                shop.vertx().createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));
        var config = new PaymentConfig(
                null,
                "http://127.0.0.1:" + server.actualPort(),
                new Secret("sk"),
                new Secret("whsec"),
                4,
                Duration.ofSeconds(3),
                Duration.ofSeconds(1),
                null);
        stripe = new StripeClient(shop.vertx(), config, new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private void answer(HttpServerRequest request) {
        var next = script.get(request.method() + " " + request.path()).poll();
        request.body()
                .compose(body -> request.response().setStatusCode(next.status).end(next.body));
    }

    private StripeClientTest answers(String request, int status, String body) {
        script.computeIfAbsent(request, any -> new ConcurrentLinkedDeque<>()).add(new Scripted(status, body));
        return this;
    }

    private static Payment captured() {
        var wanted = new Authorization(Ids.next(), 1, Ids.next(), new Money(1999, "EUR"), "pm_card_visa");
        var taken = new Seen("pi_1", IntentStatus.CAPTURED, 1999, "EUR", 1999, null);
        return Payment.begin(Ids.next(), wanted, NOW)
                .payment()
                .observe(taken, NOW)
                .payment();
    }

    private ProviderAnswer run(ProviderCall call, Payment payment, Errand.Age age) {
        return shop.await(Future.future(done -> shop.vertx()
                .runOnContext(go -> stripe.run(new Errand(call, payment, age)).onComplete(done))));
    }

    private ProviderAnswer refund(UUID refundId, Errand.Age age) {
        var move = captured().refund(refundId, null, "x", NOW);
        return run(move.calls().get(0), move.payment(), age);
    }

    private static String listed(UUID refundId) {
        return "{\"data\": [{\"id\": \"re_1\", \"status\": \"succeeded\", \"metadata\": {\"refund_id\": \"" + refundId
                + "\"}}]}";
    }

    @Test
    void aRefundThatIsRefusedHasFailedHoweverOldItIs() {
        for (var age : Errand.Age.values()) {
            for (var refusal : new String[] {TOO_MUCH, WITH_THE_PAYMENT}) {
                script.clear();
                if (age != Errand.Age.FRESH) answers("GET /v1/refunds", 200, NO_REFUNDS);
                answers("POST /v1/refunds", 400, refusal).answers("GET /v1/refunds", 200, NO_REFUNDS);

                assertEquals(new RefundSeen(null, Refund.Status.FAILED), refund(Ids.next(), age));
            }
        }
    }

    @Test
    void aRefundThatIsRefusedBecauseItWasMadeHasSucceeded() {
        for (var age : new Errand.Age[] {Errand.Age.FRESH, Errand.Age.OLD}) {
            script.clear();
            var refundId = Ids.next();
            if (age == Errand.Age.OLD) answers("GET /v1/refunds", 200, NO_REFUNDS);
            answers("POST /v1/refunds", 400, TOO_MUCH).answers("GET /v1/refunds", 200, listed(refundId));

            assertEquals(new RefundSeen("re_1", Refund.Status.SUCCEEDED), refund(refundId, age));
        }
    }

    @Test
    void whetherARefusedRefundHasFailedIsNotKnownWhileTheListCannotBeRead() {
        answers("POST /v1/refunds", 400, TOO_MUCH).answers("GET /v1/refunds", 503, "");

        assertInstanceOf(Lost.class, refund(Ids.next(), Errand.Age.FRESH));
    }

    @Test
    void aHoldOutlivesAProxyThatDoesNotKnowTheWay() {
        answers("GET /v1/payment_intents/pi_1", 404, "<html>404</html>");
        var held = captured();

        var answer = run(held.look("event", "pi_1"), held, Errand.Age.FRESH);

        assertInstanceOf(Lost.class, answer);
    }
}
