package omnibus.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StripeApiTest {
    @TempDir
    static Path home;

    static RunningSandbox sandbox;

    @BeforeAll
    static void start() {
        sandbox = new RunningSandbox(home);
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void aConfirmedIntentWithManualCaptureWaitsForItsCapture() {
        var intent = sandbox.pay("pm_card_visa");
        assertEquals(200, intent.status());
        assertEquals("requires_capture", intent.body().getString("status"));
        assertEquals(1999, intent.body().getLong("amount_capturable"));

        var captured = sandbox.post("/v1/payment_intents/" + intent.id() + "/capture");
        assertEquals("succeeded", captured.body().getString("status"));
        assertEquals(1999, captured.body().getLong("amount_received"));
        assertEquals(
                captured.body(),
                sandbox.get("/v1/payment_intents/" + intent.id()).body());
    }

    @Test
    void aPartialCaptureKeepsTheRestWithTheCustomer() {
        var intent = sandbox.pay("pm_card_mastercard");
        var captured = sandbox.post("/v1/payment_intents/" + intent.id() + "/capture", "amount_to_capture", "500");
        assertEquals(500, captured.body().getLong("amount_received"));
        assertEquals(0, captured.body().getLong("amount_capturable"));
    }

    @Test
    void noMoreIsCapturedThanWasAuthorized() {
        var intent = sandbox.pay("pm_card_visa");
        var refused = sandbox.post("/v1/payment_intents/" + intent.id() + "/capture", "amount_to_capture", "2000");
        assertEquals(400, refused.status());
        assertEquals("amount_too_large", refused.error().getString("code"));
    }

    @Test
    void aCancelledIntentCannotBeCaptured() {
        var intent = sandbox.pay("pm_card_visa");
        assertEquals(
                "canceled",
                sandbox.post("/v1/payment_intents/" + intent.id() + "/cancel")
                        .body()
                        .getString("status"));
        var refused = sandbox.post("/v1/payment_intents/" + intent.id() + "/capture");
        assertEquals(400, refused.status());
        assertEquals("payment_intent_unexpected_state", refused.error().getString("code"));
        assertEquals("canceled", refused.error().getJsonObject("payment_intent").getString("status"));
    }

    @Test
    void aCapturedIntentCannotBeCancelled() {
        var intent = captured();
        assertEquals(
                "payment_intent_unexpected_state",
                sandbox.post("/v1/payment_intents/" + intent + "/cancel")
                        .error()
                        .getString("code"));
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_chargeDeclined,card_declined,generic_decline",
        "pm_card_visa_chargeDeclined,card_declined,generic_decline",
        "pm_card_chargeDeclinedInsufficientFunds,card_declined,insufficient_funds",
        "pm_card_chargeDeclinedInsufficientFunds_visa,card_declined,insufficient_funds",
        "pm_card_chargeDeclinedExpiredCard,expired_card,",
        "pm_card_chargeDeclinedProcessingError,processing_error,",
    })
    void aDeclinedCardIsAnsweredWithItsReasonAndTheIntent(String card, String code, String declineCode) {
        var declined = sandbox.pay(card);
        assertEquals(402, declined.status());
        assertEquals("card_error", declined.error().getString("type"));
        assertEquals(code, declined.error().getString("code"));
        assertEquals(declineCode, declined.error().getString("decline_code"));
        var intent = declined.error().getJsonObject("payment_intent");
        assertEquals("requires_payment_method", intent.getString("status"));
        assertEquals(code, intent.getJsonObject("last_payment_error").getString("code"));
        assertEquals(
                intent,
                sandbox.get("/v1/payment_intents/" + intent.getString("id")).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pm_card_visa", "pm_card_visa_visa", "pm_card_mastercard", "pm_card_visa_mastercard"})
    void goodCardsAreApproved(String card) {
        assertEquals(200, sandbox.pay(card).status());
    }

    @Test
    void aCardThatNeedsItsHolderWaitsForAnActionOrIsDeclinedOffSession() {
        var waiting = sandbox.pay("pm_card_authenticationRequired");
        assertEquals("requires_action", waiting.body().getString("status"));
        var declined = sandbox.pay("pm_card_authenticationRequired", "off_session", "true");
        assertEquals(402, declined.status());
        assertEquals("authentication_required", declined.error().getString("code"));
    }

    @Test
    void anUnknownPaymentMethodNamesTheParameter() {
        var refused = sandbox.pay("pm_card_nobody");
        assertEquals(400, refused.status());
        assertEquals("resource_missing", refused.error().getString("code"));
        assertEquals("payment_method", refused.error().getString("param"));
    }

    @Test
    void aMisspeltParameterIsRefused() {
        var refused = sandbox.pay("pm_card_visa", "ammount", "1");
        assertEquals(400, refused.status());
        assertEquals("parameter_unknown", refused.error().getString("code"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "abc", "1e3", "100000000000"})
    void anAmountIsAPositiveWholeNumber(String amount) {
        var refused = sandbox.post("/v1/payment_intents", "amount", amount, "currency", "eur");
        assertEquals(400, refused.status());
        assertEquals("amount", refused.error().getString("param"));
    }

    @Test
    void anIntentMayBeConfirmedLater() {
        var intent =
                sandbox.post("/v1/payment_intents", "amount", "5", "currency", "EUR", "payment_method", "pm_card_visa");
        assertEquals("requires_confirmation", intent.body().getString("status"));
        assertEquals("eur", intent.body().getString("currency"));
        var confirmed = sandbox.post("/v1/payment_intents/" + intent.id() + "/confirm");
        assertEquals("succeeded", confirmed.body().getString("status"));
    }

    @Test
    void theSameKeyAndParametersGetTheSameAnswer() {
        var first = sandbox.keyed("key-same", "/v1/payment_intents", create("pm_card_visa"));
        var again = sandbox.keyed("key-same", "/v1/payment_intents", create("pm_card_visa"));
        assertFalse(first.replayed());
        assertTrue(again.replayed());
        assertEquals(first.body(), again.body());
    }

    @Test
    void aDeclineIsReplayedToo() {
        var first = sandbox.keyed("key-decline", "/v1/payment_intents", create("pm_card_chargeDeclined"));
        var again = sandbox.keyed("key-decline", "/v1/payment_intents", create("pm_card_chargeDeclined"));
        assertEquals(402, again.status());
        assertTrue(again.replayed());
        assertEquals(first.body(), again.body());
    }

    @Test
    void theStoredAnswerIsTheFirstOneEvenAfterTheIntentMovedOn() {
        var first = sandbox.keyed("key-old", "/v1/payment_intents", create("pm_card_visa"));
        sandbox.post("/v1/payment_intents/" + first.id() + "/capture");
        assertEquals(
                "requires_capture",
                sandbox.keyed("key-old", "/v1/payment_intents", create("pm_card_visa"))
                        .body()
                        .getString("status"));
    }

    @Test
    void theSameKeyWithOtherParametersIsAnError() {
        sandbox.keyed("key-other", "/v1/payment_intents", create("pm_card_visa"));
        var refused = sandbox.keyed("key-other", "/v1/payment_intents", create("pm_card_mastercard"));
        assertEquals(400, refused.status());
        assertEquals("idempotency_error", refused.error().getString("type"));
    }

    @Test
    void theSameKeyOnAnotherPathIsAnError() {
        sandbox.keyed("key-path", "/v1/payment_intents", create("pm_card_visa"));
        assertEquals(
                "idempotency_error",
                sandbox.keyed("key-path", "/v1/refunds", "payment_intent", "pi_x")
                        .error()
                        .getString("type"));
    }

    @Test
    void theSameKeyWhileTheFirstIsUnderWayIsAConflict() {
        var slow = sandbox.keyedAsync("key-slow", "/v1/payment_intents", create("pm_card_slow"));
        var conflict = sandbox.keyed("key-slow", "/v1/payment_intents", create("pm_card_slow"));
        var first = RunningSandbox.await(slow);
        assertEquals(409, Math.max(conflict.status(), first.status()));
        assertEquals(200, Math.min(conflict.status(), first.status()));
    }

    @Test
    void aParameterFaultDoesNotUseUpItsKey() {
        assertEquals(
                400,
                sandbox.keyed("key-fault", "/v1/payment_intents", "amount", "10")
                        .status());
        assertEquals(
                200,
                sandbox.keyed("key-fault", "/v1/payment_intents", create("pm_card_visa"))
                        .status());
    }

    @Test
    void anAnswerThatNeverComesIsLearntByAskingAgain() {
        sandbox.lost("key-lost", "/v1/payment_intents", create("pm_card_noAnswer"));
        var again = sandbox.keyed("key-lost", "/v1/payment_intents", create("pm_card_noAnswer"));
        assertTrue(again.replayed());
        assertEquals("requires_capture", again.body().getString("status"));
    }

    @Test
    void intentsAreFoundByTheirOrder() {
        var intent = sandbox.pay("pm_card_visa", "metadata[order_id]", "order-7");
        var query = URLEncoder.encode("metadata['order_id']:'order-7'", StandardCharsets.UTF_8);
        var found = sandbox.get("/v1/payment_intents/search?query=" + query).body();
        assertEquals(1, found.getJsonArray("data").size());
        assertEquals(intent.id(), found.getJsonArray("data").getJsonObject(0).getString("id"));
    }

    @Test
    void listsArePagedNewestFirst() {
        var older = sandbox.pay("pm_card_visa").id();
        var newer = sandbox.pay("pm_card_visa").id();
        var first = sandbox.get("/v1/payment_intents?limit=1").body();
        assertEquals(newer, first.getJsonArray("data").getJsonObject(0).getString("id"));
        assertTrue(first.getBoolean("has_more"));
        var second = sandbox.get("/v1/payment_intents?limit=1&starting_after=" + newer)
                .body();
        assertEquals(older, second.getJsonArray("data").getJsonObject(0).getString("id"));
    }

    @Test
    void refundsAddUpToWhatWasCaptured() {
        var intent = captured();
        assertEquals(
                200,
                sandbox.post("/v1/refunds", "payment_intent", intent, "amount", "999")
                        .status());
        var tooMuch = sandbox.post("/v1/refunds", "payment_intent", intent, "amount", "1001");
        assertEquals(400, tooMuch.status());
        assertEquals("amount", tooMuch.error().getString("param"));
        assertEquals(
                1000,
                sandbox.post("/v1/refunds", "payment_intent", intent).body().getLong("amount"));
        assertEquals(
                "charge_already_refunded",
                sandbox.post("/v1/refunds", "payment_intent", intent).error().getString("code"));
        var listed = sandbox.get("/v1/refunds?payment_intent=" + intent).body().getJsonArray("data");
        assertEquals(2, listed.size());
        var one = listed.getJsonObject(0);
        assertEquals(one, sandbox.get("/v1/refunds/" + one.getString("id")).body());
    }

    @Test
    void aListIsReadToItsEndPageByPage() {
        var made = new ArrayList<String>();
        for (var i = 0; i < 5; i++) made.add(0, captured());
        var since = sandbox.get("/v1/payment_intents/" + made.get(4)).body().getLong("created");
        var read = new ArrayList<String>();
        var more = true;
        while (more) {
            var after = read.isEmpty() ? "" : "&starting_after=" + read.get(read.size() - 1);
            var page = sandbox.get("/v1/payment_intents?limit=2&created[gte]=" + since + after)
                    .body();
            page.getJsonArray("data").forEach(intent -> read.add(((JsonObject) intent).getString("id")));
            more = page.getBoolean("has_more");
        }
        assertEquals(made, read.subList(0, 5));
        assertEquals(read.size(), Set.copyOf(read).size());
    }

    @Test
    void aListHasWhatWasCreatedWithinItsBounds() {
        var intent = sandbox.get("/v1/payment_intents/" + captured()).body();
        var id = intent.getString("id");
        var created = intent.getLong("created");
        assertTrue(lists("created[gte]=" + created, id));
        assertTrue(lists("created[lte]=" + created, id));
        assertTrue(lists("created=" + created, id));
        assertTrue(lists("created[gt]=" + (created - 1) + "&created[lt]=" + (created + 1), id));
        assertFalse(lists("created[gt]=" + created, id));
        assertFalse(lists("created[lt]=" + created, id));
        assertEquals(
                400, sandbox.get("/v1/payment_intents?created[gte]=yesterday").status());
    }

    private static boolean lists(String bounds, String id) {
        return sandbox.get("/v1/payment_intents?limit=100&" + bounds).body().getJsonArray("data").stream()
                .anyMatch(intent -> ((JsonObject) intent).getString("id").equals(id));
    }

    @Test
    void aListShowsTheChargesItIsAskedToExpand() {
        var id = captured();
        sandbox.post("/v1/refunds", "payment_intent", id, "amount", "300");
        var plain = sandbox.get("/v1/payment_intents?limit=1")
                .body()
                .getJsonArray("data")
                .getJsonObject(0);
        assertTrue(plain.getString("latest_charge").startsWith("ch_"));
        var expanded = sandbox.get("/v1/payment_intents?limit=1&expand[]=data.latest_charge")
                .body()
                .getJsonArray("data")
                .getJsonObject(0)
                .getJsonObject("latest_charge");
        assertEquals(1999, expanded.getInteger("amount_captured"));
        assertEquals(300, expanded.getInteger("amount_refunded"));
        assertEquals(
                expanded,
                sandbox.get("/v1/payment_intents/" + id + "?expand[]=latest_charge")
                        .body()
                        .getJsonObject("latest_charge"));
    }

    @Test
    void whatWasNotCapturedCannotBeRefunded() {
        assertEquals(
                400,
                sandbox.post(
                                "/v1/refunds",
                                "payment_intent",
                                sandbox.pay("pm_card_visa").id())
                        .status());
        assertEquals(
                "resource_missing",
                sandbox.post("/v1/refunds", "payment_intent", "pi_none").error().getString("code"));
    }

    @Test
    void everyChangeIsAnEvent() {
        var intent = captured();
        sandbox.post("/v1/refunds", "payment_intent", intent, "amount", "1");
        var newest = sandbox.get("/v1/events?limit=1&type=charge.refunded")
                .body()
                .getJsonArray("data")
                .getJsonObject(0);
        var charge = newest.getJsonObject("data").getJsonObject("object");
        assertEquals("charge", charge.getString("object"));
        assertEquals(intent, charge.getString("payment_intent"));
        assertEquals(1, charge.getLong("amount_refunded"));
        assertEquals(newest, sandbox.get("/v1/events/" + newest.getString("id")).body());
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        assertEquals(404, sandbox.get("/v1/payment_intents/pi_none").status());
        assertEquals(404, sandbox.post("/v1/payment_intents/pi_none/capture").status());
        assertEquals(
                "resource_missing", sandbox.get("/v1/refunds/re_none").error().getString("code"));
        var unknown = sandbox.get("/v1/customers");
        assertEquals(404, unknown.status());
        assertNull(unknown.error().getString("code"));
    }

    @Test
    void onlyTheKeyOpensTheApi() {
        assertEquals(401, sandbox.anonymous("/v1/events").status());
        assertEquals(401, sandbox.anonymous("/sandbox/faults").status());
        assertEquals(
                401,
                sandbox.anonymous("/v1/events", "Authorization", "Bearer sk_wrong")
                        .status());
        assertEquals(
                401,
                sandbox.anonymous("/v1/events", "Authorization", "Basic %%%").status());
        var basic = Base64.getEncoder().encodeToString((RunningSandbox.KEY + ":").getBytes(StandardCharsets.UTF_8));
        assertEquals(
                200,
                sandbox.anonymous("/v1/events", "Authorization", "Basic " + basic)
                        .status());
    }

    @Test
    void everyAnswerNamesItsRequest() {
        var header = sandbox.get("/v1/events").response().headers().firstValue("Request-Id");
        assertTrue(header.orElseThrow().startsWith("req_"));
    }

    @Test
    void aBodyBeyondTheLimitIsRefused() {
        assertEquals(
                413,
                sandbox.post("/v1/refunds", "payment_intent", "x".repeat(70_000))
                        .status());
    }

    private static String captured() {
        var intent = sandbox.pay("pm_card_visa").id();
        sandbox.post("/v1/payment_intents/" + intent + "/capture");
        return intent;
    }

    private static String[] create(String card) {
        return new String[] {
            "amount", "1999", "currency", "eur", "capture_method", "manual", "confirm", "true", "payment_method", card
        };
    }
}
