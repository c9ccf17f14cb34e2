package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import omnibus.payment.Till.Wanted;
import omnibus.platform.Json;
import omnibus.testkit.SecurityLines;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WebhooksTest {
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
    void anEventEndsAWaitForALostAnswer() throws Exception {
        till.faults("{\"lostReplyPercent\":100,\"only\":[\"create\"],\"times\":1}");
        var order = till.anOrder();
        till.authorize(order);
        // Nobody would ask again for a long time, were it not for the event.
        till.sql(
                "update provider_call set next_run_at = now() + interval '1 hour', lease_until = null where order_id = '"
                        + order.orderId() + "'");
        till.becomes("AUTHORIZED", order);
    }

    @Test
    void aHoldReleasedAtTheProviderIsVoidedHere() {
        var order = till.anOrder();
        till.authorized(order);
        atProvider(order, "/cancel");
        till.becomes("VOIDED", order);
        assertEquals(
                "payment-declined",
                till.payment(order).path("reason").path("code").asText());
    }

    @Test
    void moneyTakenAtTheProviderIsBookedHereOnce() {
        var order = till.anOrder();
        till.authorized(order);
        till.faults("{\"duplicateWebhookPercent\":100,\"shuffleWebhookMillis\":200}");
        atProvider(order, "/capture");
        till.becomes("CAPTURED", order);
        assertEquals("done", till.capture(order).get(0).path("outcome").asText());
        assertEquals(1, journals(order));
    }

    @Test
    void aPartTakenAtTheProviderIsForAPerson() {
        var order = till.anOrder();
        till.authorized(order);
        till.provider(HttpMethod.POST, path(order) + "/capture", "amount_to_capture=500");
        till.shop.eventually(
                () -> till.payment(order).path("reason").path("code").asText().equals("under-review"));
        assertEquals("UNKNOWN", till.status(order));
        assertEquals(500, till.payment(order).path("captured").path("amount").asLong());
        var waiting = till.capture(order).get(0);
        assertEquals("pending", waiting.path("outcome").asText());
        assertEquals("under-review", waiting.path("reason").path("code").asText());
    }

    @Test
    void moneyGivenBackAtTheProviderIsBookedHere() {
        var order = till.anOrder();
        till.captured(order);
        var intent = till.providerPayments(order).get(0).path("id").asText();
        till.provider(HttpMethod.POST, "/v1/refunds", "amount=99&payment_intent=" + intent);
        till.becomes("PARTIALLY_REFUNDED", order);
        assertEquals(99, till.payment(order).path("refunded").path("amount").asLong());
        assertEquals(2, journals(order));
    }

    @Test
    void aHoldThatAppearsAfterTheOrderWasCancelledIsReleased() {
        var order = till.anOrder();
        till.cancel(order);
        till.provider(
                HttpMethod.POST,
                "/v1/payment_intents",
                "amount=1999&currency=eur&capture_method=manual&confirm=true&payment_method=pm_card_visa"
                        + "&metadata[order_id]=" + order.orderId());
        till.shop.eventually(() ->
                till.providerPayments(order).get(0).path("status").asText().equals("canceled"));
    }

    @Test
    void moneyThatIsTakenAfterTheOrderWasCancelledGoesBack() {
        var order = till.anOrder();
        till.cancel(order);
        var intent = till.provider(
                HttpMethod.POST,
                "/v1/payment_intents",
                "amount=1999&currency=eur&confirm=true&payment_method=pm_card_visa&metadata[order_id]="
                        + order.orderId());
        assertEquals("succeeded", intent.path("status").asText());
        var payment = "select captured, refunded from payment where order_id = '" + order.orderId() + "'";
        till.shop.eventually(() -> till.sql(payment).iterator().next().getLong("refunded") == 1999);
        assertEquals(1999, till.sql(payment).iterator().next().getLong("captured"));
        assertEquals(
                1999,
                till.provider(
                                HttpMethod.GET,
                                "/v1/refunds?payment_intent="
                                        + intent.path("id").asText(),
                                "")
                        .path("data")
                        .get(0)
                        .path("amount")
                        .asLong());
    }

    @Test
    void eventsDoubledAndShuffledAmongLostAnswersLeaveTheBooksAsTheProviderHasThem() {
        till.faults("{\"seed\":11,\"lostReplyPercent\":30,\"only\":[\"create\",\"capture\",\"cancel\",\"refund\"],"
                + "\"duplicateWebhookPercent\":100,\"shuffleWebhookMillis\":800}");
        var orders = Stream.generate(till::anOrder).limit(24).toArray(Wanted[]::new);
        till.authorize(orders);
        for (var order : orders) till.becomes("AUTHORIZED", order);
        var captured = Arrays.copyOfRange(orders, 0, 16);
        till.capture(captured);
        till.cancel(Arrays.copyOfRange(orders, 16, 24));
        for (var order : captured) till.becomes("CAPTURED", order);
        till.cancel(Arrays.copyOfRange(orders, 0, 8));
        for (var i = 0; i < orders.length; i++) {
            till.becomes(i < 8 ? "REFUNDED" : i < 16 ? "CAPTURED" : "VOIDED", orders[i]);
        }
        till.shop.eventually(till::allEventsAreTold);
        for (var i = 0; i < orders.length; i++) {
            assertEquals(1, till.providerPayments(orders[i]).size());
            assertEquals(
                    i < 16 ? "succeeded" : "canceled",
                    till.providerPayments(orders[i]).get(0).path("status").asText());
            assertEquals(i < 8 ? 2 : i < 16 ? 1 : 0, journals(orders[i]));
        }
    }

    @Test
    void aRepeatedEventIsHeededOnce() throws Exception {
        var order = till.anOrder();
        till.authorized(order);
        var event = event(order, "payment_intent.canceled");
        assertEquals(200, send(event, sign(event, now())));
        assertEquals(200, send(event, sign(event, now())));
        assertEquals(
                1,
                till.number("select count(*) from provider_call where step = 'LOOK' and order_id = '" + order.orderId()
                        + "'"));
        assertEquals("AUTHORIZED", till.status(order));
    }

    @Test
    void eventsThatLieChangeNothing() throws Exception {
        var order = till.anOrder();
        till.authorized(order);
        for (var type : new String[] {"payment_intent.succeeded", "payment_intent.payment_failed", "charge.refunded"}) {
            var event = event(order, type);
            assertEquals(200, send(event, sign(event, now())));
        }
        till.shop.eventually(
                () -> till.number("select count(*) from provider_call where state = 'OPEN' and order_id = '"
                                + order.orderId() + "'")
                        == 0);
        assertEquals("AUTHORIZED", till.status(order));
    }

    @Test
    void unknownTypesAndUnknownPaymentsAreTakenAndIgnored() throws Exception {
        var stranger = till.anOrder();
        for (var type : new String[] {"customer.created", "payment_intent.succeeded"}) {
            var event = event(stranger, type);
            assertEquals(200, send(event, sign(event, now())));
        }
    }

    @Test
    void anUnsignedAnAlteredAndAnOldEventAreRefused() throws Exception {
        var event = event(till.anOrder(), "payment_intent.succeeded");
        assertEquals(400, send(event, null));
        assertEquals(400, send(event, "t=" + now() + ",v1=00"));
        assertEquals(400, send(event + " ", sign(event, now())));
        assertEquals(400, send(event, sign(event, now() - 301)));
        assertEquals(400, send(event, sign(event, now() + 302)));
        assertEquals(200, send(event, sign(event, now() - 290)));
        var rubbish = "rubbish";
        assertEquals(400, send(rubbish, sign(rubbish, now())));
    }

    @Test
    void anEventTheProviderHasNotSignedIsASecurityEvent() throws Exception {
        var event = event(till.anOrder(), "payment_intent.succeeded");
        try (var lines = new SecurityLines()) {
            send(event, sign(event, now()));
            assertEquals(List.of(), lines.all());

            send(event, "t=" + now() + ",v1=00");
            assertEquals("payment.receiveWebhook", lines.one("webhook-refused").get("op"));
        }
    }

    @Test
    void anUnknownProviderIsNotFound() {
        var request =
                Till.write("payment.receiveWebhook").path("provider", "paypal").bytes(Buffer.buffer("{}"));
        assertEquals(404, till.shop.call(request).status());
    }

    private static void atProvider(Wanted order, String action) {
        till.provider(HttpMethod.POST, path(order) + action, "");
    }

    private static String path(Wanted order) {
        return "/v1/payment_intents/"
                + till.providerPayments(order).get(0).path("id").asText();
    }

    private static long journals(Wanted order) {
        return till.number("select count(*) from ledger_journal where payment_id = '"
                + till.payment(order).path("id").asText() + "'");
    }

    private static String event(Wanted order, String type) {
        var found = till.providerPayments(order);
        var intent = found.isEmpty() ? "pi_unknown" : found.get(0).path("id").asText();
        var object = type.startsWith("charge.")
                ? "{\"payment_intent\":\"" + intent + "\",\"amount_refunded\":5}"
                : "{\"id\":\"" + intent + "\",\"metadata\":{\"order_id\":\"" + order.orderId() + "\"}}";
        var event = "{\"id\":\"evt_" + UUID.randomUUID() + "\",\"type\":\"" + type + "\",\"data\":{\"object\":" + object
                + "}}";
        Json.tree(Buffer.buffer(event));
        return event;
    }

    private static int send(String event, String signature) {
        return till.shop.call(Till.webhook(Buffer.buffer(event), signature)).status();
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static String sign(String body, long timestamp) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Till.WEBHOOK_SECRET.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        var digest = mac.doFinal((timestamp + "." + body).getBytes(StandardCharsets.UTF_8));
        return "t=" + timestamp + ",v1=0000,v1=" + HexFormat.of().formatHex(digest);
    }
}
