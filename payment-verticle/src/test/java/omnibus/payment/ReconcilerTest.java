package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import omnibus.payment.Till.Wanted;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Identity;
import omnibus.platform.postgres.EventLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Provider, books and orders that disagree: what is safe is repaired, all else is told. */
class ReconcilerTest {
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final String NONE = "";

    static Till till;
    static final Map<UUID, String> standings = new ConcurrentHashMap<>();

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Reconciler reconciler;

    private record Standing(UUID orderId, String standing) {}

    private record OrderIds(List<UUID> orderIds) {}

    @BeforeAll
    static void open() {
        till = new Till();
        till.shop.answer(
                "order.readStandings",
                call -> Future.succeededFuture(Answer.ok(Map.of(
                        "standings",
                        call.body(OrderIds.class).orderIds().stream()
                                .map(id -> new Standing(id, standings.getOrDefault(id, "CONFIRMED")))
                                .filter(one -> !one.standing().equals(NONE))
                                .toList()))));
    }

    @AfterAll
    static void close() {
        till.close();
    }

    /** Nobody tells us anything: what is not looked for is not found. */
    @BeforeEach
    void silence() {
        till.faults("{\"lostWebhookPercent\":100}");
        reconciler = reconciler(AT_ONCE, Duration.ZERO);
    }

    @AfterEach
    void noMoreFaults() {
        till.faults("{}");
    }

    private Reconciler reconciler(Duration every, Duration grace) {
        var platform = till.shop.platform();
        var vertx = till.shop.vertx();
        var config = new PaymentConfig.Reconciling(every, grace, Duration.ofHours(1));
        var name = "reconciler-" + Ids.next();
        var payments = new PaymentStore(till.database, new EventLog(platform, "payment", till.database), name);
        var stripe = new StripeClient(vertx, till.config(), metrics);
        var provider = new ProviderCalls(vertx, payments, new CallStore(till.database, name), stripe, metrics);
        var store = new ReconcilerStore(till.database, name, config);
        var orders = new OrderClient(platform.caller());
        var examination = new Examination(store, payments, orders, provider, metrics);
        return new Reconciler(vertx, store, stripe, examination, config, metrics);
    }

    private static boolean round(Reconciler whose) {
        Promise<Boolean> done = Promise.promise();
        till.shop.vertx().runOnContext(go -> whose.round().onComplete(done));
        return till.shop.await(done.future());
    }

    private void round() {
        assertTrue(round(reconciler));
    }

    private static Wanted anOrder(String standing) {
        var order = till.anOrder();
        standings.put(order.orderId(), standing);
        return order;
    }

    private static JsonNode atProvider(Wanted order) {
        return till.providerPayments(order).get(0);
    }

    private static String ref(Wanted order) {
        return atProvider(order).path("id").asText();
    }

    private static void byHand(Wanted order, String action, String form) {
        till.provider(HttpMethod.POST, "/v1/payment_intents/" + ref(order) + action, form);
    }

    private static String payByHand(String more) {
        return till.provider(
                        HttpMethod.POST,
                        "/v1/payment_intents",
                        "amount=1999&currency=eur&confirm=true&payment_method=pm_card_visa" + more)
                .path("id")
                .asText();
    }

    private static List<JsonNode> mismatches(String ref, String resolved) {
        var request = Till.read("payment.listMismatches")
                .query("limit", "100")
                .query("resolved", resolved)
                .as(till.admin);
        var found = new ArrayList<JsonNode>();
        var answer = till.shop.call(request);
        assertEquals(200, answer.status(), answer.body().toString());
        Json.tree(answer.body()).path("items").forEach(one -> {
            if (one.path("providerRef").asText().equals(ref)) found.add(one);
        });
        return found;
    }

    private static JsonNode alarm(String ref) {
        var found = mismatches(ref, "false");
        assertEquals(1, found.size(), found.toString());
        return found.get(0);
    }

    private static String kind(String ref) {
        return alarm(ref).path("kind").asText();
    }

    private static long booked(Wanted order) {
        return till.number(
                "select count(*) from ledger_journal j join payment p on p.id = j.payment_id where p.order_id = '"
                        + order.orderId() + "'");
    }

    private static long told(Wanted order, String status) {
        return till.number("select count(*) from event_log where data->>'orderId' = '" + order.orderId()
                + "' and data->>'status' = '" + status + "'");
    }

    @Test
    void whatIsHeldForAnOrderThatIsUndoneIsReleased() {
        for (var standing : List.of("UNWINDING", "CLOSED")) {
            var order = anOrder(standing);
            till.authorized(order);
            round();
            till.becomes("VOIDED", order);
            assertEquals("canceled", atProvider(order).path("status").asText());
            assertEquals(List.of(), mismatches(ref(order), "false"));
        }
    }

    @Test
    void whatIsHeldForAnOrderOnItsWayIsLeftAlone() {
        var order = anOrder("OPEN");
        till.authorized(order);
        round();
        assertEquals("AUTHORIZED", till.status(order));
        assertEquals("requires_capture", atProvider(order).path("status").asText());
    }

    @Test
    void whatWasTakenWithoutAWordIsBookedAndTold() {
        var order = anOrder("OPEN");
        till.authorized(order);
        byHand(order, "/capture", "");
        round();
        assertEquals("CAPTURED", till.status(order));
        assertEquals(1, booked(order));
        assertTrue(told(order, "CAPTURED") >= 1);
    }

    @Test
    void anOrderThatHasNotHeardOfItsMoneyIsToldAgain() {
        var order = anOrder("OPEN");
        till.captured(order);
        round();
        var told = told(order, "CAPTURED");
        assertTrue(told >= 2);
        standings.put(order.orderId(), "CONFIRMED");
        round();
        assertEquals(told, told(order, "CAPTURED"));
        assertEquals(1, booked(order));
    }

    @Test
    void aHoldThatAppearsAfterTheOrderWasGivenUpIsReleased() {
        var order = anOrder("CLOSED");
        till.cancel(order);
        payByHand("&capture_method=manual&metadata[order_id]=" + order.orderId());
        round();
        assertEquals("canceled", atProvider(order).path("status").asText());
    }

    @Test
    void moneyTakenAfterTheOrderWasGivenUpGoesBack() {
        var order = anOrder("CLOSED");
        till.cancel(order);
        var intent = payByHand("&metadata[order_id]=" + order.orderId());
        round();
        var refunds = till.provider(HttpMethod.GET, "/v1/refunds?payment_intent=" + intent, "")
                .path("data");
        assertEquals(1999, refunds.get(0).path("amount").asLong());
        assertEquals(2, booked(order));
        round();
        assertEquals(List.of(), mismatches(intent, "false"));
    }

    @Test
    void moneyTakenAfterAVoidGoesBack() {
        var order = anOrder("CLOSED");
        till.authorized(order);
        // As if our void had crossed a capture, which the provider let win.
        byHand(order, "/capture", "");
        till.sql("update payment set status = 'VOIDED', cancel_requested = true where order_id = '" + order.orderId()
                + "'");
        round();
        till.becomes("REFUNDED", order);
        assertEquals(2, booked(order));
    }

    @Test
    void moneyForNothingWeKnowIsTold() {
        var intent = payByHand("&capture_method=manual");
        round();
        assertEquals("unknown-payment", kind(intent));
        assertFalse(alarm(intent).has("orderId"));
        till.provider(HttpMethod.POST, "/v1/payment_intents/" + intent + "/cancel", "");
        round();
        assertEquals(List.of(), mismatches(intent, "false"));
        assertTrue(mismatches(intent, "true").get(0).has("resolvedAt"));
    }

    @Test
    void aSecondPaymentOfAnOrderIsToldAndLeftAlone() {
        var order = anOrder("CONFIRMED");
        till.captured(order);
        var second = payByHand("&metadata[order_id]=" + order.orderId());
        round();
        var alarm = alarm(second);
        assertEquals("second-payment", alarm.path("kind").asText());
        assertEquals(order.orderId().toString(), alarm.path("orderId").asText());
        assertEquals(till.payment(order).path("id"), alarm.path("paymentId"));
        assertEquals("CAPTURED", till.status(order));
    }

    @Test
    void anotherAmountIsToldAndNotBooked() {
        var order = anOrder("OPEN");
        till.authorized(order);
        byHand(order, "/capture", "amount_to_capture=500");
        round();
        assertEquals("wrong-amount", kind(ref(order)));
        assertEquals("AUTHORIZED", till.status(order));
        assertEquals(0, booked(order));
    }

    @Test
    void aRefundWeKnowNothingOfIsTold() {
        var order = anOrder("CONFIRMED");
        till.captured(order);
        till.provider(HttpMethod.POST, "/v1/refunds", "amount=300&payment_intent=" + ref(order));
        round();
        assertEquals("unknown-refund", kind(ref(order)));
        assertEquals(1, booked(order));
    }

    @Test
    void aLedgerThatSaysMoreThanTheProviderIsTold() {
        var order = anOrder("CONFIRMED");
        var id = till.captured(order).path("paymentId").asText();
        till.sql("""
                with journal as (insert into ledger_journal (id, payment_id, about, currency)
                    values (gen_random_uuid(), '%s', 'a mistake of %s', 'EUR') returning id)
                insert into ledger_posting select id, a, n from journal, (values ('provider', 5), ('sales', -5)) as v(a, n)
                """.formatted(id, id));
        round();
        assertEquals("ledger-differs", kind(ref(order)));
    }

    @Test
    void aPaymentTheProviderDoesNotHaveIsTold() {
        var order = anOrder("CONFIRMED");
        till.captured(order);
        var intent = ref(order);
        till.sql("update payment set provider_ref = 'pi_gone' where provider_ref = '" + intent + "'");
        round();
        assertEquals("missing-at-provider", kind("pi_gone"));
        assertEquals("second-payment", kind(intent));
        till.sql("update payment set provider_ref = '" + intent + "' where provider_ref = 'pi_gone'");
        round();
        assertEquals(List.of(), mismatches(intent, "false"));
        assertEquals(List.of(), mismatches("pi_gone", "false"));
    }

    @Test
    void aConfirmedOrderThatIsNotPaidIsTold() {
        var order = anOrder("CONFIRMED");
        till.authorized(order);
        round();
        assertEquals("hold-left", kind(ref(order)));
    }

    @Test
    void anUndoneOrderWhoseMoneyIsKeptIsTold() {
        var order = anOrder("CLOSED");
        till.captured(order);
        round();
        assertEquals("charge-left", kind(ref(order)));
        assertEquals("CAPTURED", till.status(order));
    }

    @Test
    void anOrderNobodyKnowsIsTold() {
        var order = anOrder(NONE);
        till.authorized(order);
        round();
        assertEquals("unknown-order", kind(ref(order)));
    }

    @Test
    void whatIsToldIsCountedByKindUntilItIsResolved() {
        var order = anOrder("CLOSED");
        till.captured(order);
        round();
        var before = counted("charge-left");
        assertTrue(before >= 1);
        till.done(() -> till.cancel(order));
        round();
        assertEquals(before - 1, counted("charge-left"));
    }

    private double counted(String kind) {
        return metrics.get("omnibus.payment.mismatches")
                .tag("kind", kind)
                .gauge()
                .value();
    }

    @Test
    void whatHasChangedLatelyIsLeftAlone() {
        var order = anOrder("CLOSED");
        till.authorized(order);
        assertTrue(round(reconciler(AT_ONCE, Duration.ofSeconds(30))));
        assertEquals("AUTHORIZED", till.status(order));
        assertEquals(List.of(), mismatches(ref(order), "false"));
    }

    @Test
    void whatIsUnderWayIsLeftAlone() {
        var order = anOrder("CLOSED");
        till.authorized(order);
        till.faults("{\"outagePercent\":100,\"only\":[\"capture\"],\"lostWebhookPercent\":100}");
        till.capture(order);
        round();
        assertEquals(List.of(), mismatches(ref(order), "false"));
        var cancelled = "select count(*) from payment where cancel_requested and order_id = '" + order.orderId() + "'";
        assertEquals(0, till.number(cancelled));
        till.faults("{\"lostWebhookPercent\":100}");
        till.becomes("CAPTURED", order);
    }

    @Test
    void aRoundIsDoneByOneInstance() {
        var every = Duration.ofMinutes(10);
        var first = reconciler(every, Duration.ZERO);
        var second = reconciler(every, Duration.ZERO);
        Promise<Boolean> one = Promise.promise();
        Promise<Boolean> other = Promise.promise();
        till.shop.vertx().runOnContext(go -> {
            first.round().onComplete(one);
            second.round().onComplete(other);
        });
        var both = till.all(List.of(one.future(), other.future()));
        till.sql("update reconciler set next_round_at = now()");
        assertEquals(1, both.stream().filter(done -> done).count());
    }

    @Test
    void aRoundGoesOnWhereAnotherInstanceHasLeftIt() {
        var store = new ReconcilerStore(
                till.database, "dead", new PaymentConfig.Reconciling(AT_ONCE, Duration.ZERO, Duration.ofHours(1)));
        var dead = till.shop.await(store.claim()).orElseThrow();
        assertTrue(till.shop.await(store.listed(dead, "pi_here")));
        assertFalse(round(reconciler));
        till.sql("update reconciler set lease_until = now()");
        var next = till.shop.await(store.claim()).orElseThrow();
        assertEquals("pi_here", next.listedAfter());
        assertEquals(dead.from(), next.from());
        assertFalse(till.shop.await(store.listed(dead, null)));
        till.shop.await(store.listed(next, null));
        till.shop.await(store.finish(next, null));
    }

    @Test
    void whileTheProviderIsAwayARoundEndsEarlyAndTheNextOneGoesOn() {
        var order = anOrder("CLOSED");
        till.authorized(order);
        till.faults("{\"outagePercent\":100,\"only\":[\"read\"],\"lostWebhookPercent\":100}");
        assertFalse(round(reconciler));
        assertEquals("AUTHORIZED", till.status(order));
        till.authorized(till.anOrder());
        till.faults("{\"lostWebhookPercent\":100}");
        round();
        till.becomes("VOIDED", order);
    }

    @Test
    void aListOfMoreThanAPageIsReadToItsEnd() {
        var made = new ArrayList<String>();
        for (var i = 0; i < 101; i++) made.add(payByHand("&capture_method=manual"));
        round();
        var open = "select count(*) from mismatch where kind = 'unknown-payment' and resolved_at is null"
                + " and provider_ref in ('" + made.get(0) + "', '" + made.get(100) + "')";
        assertEquals(2, till.number(open));
    }

    @Test
    void mismatchesAreForAdministratorsPageByPage() {
        var older = payByHand("&capture_method=manual");
        round();
        var newer = payByHand("&capture_method=manual");
        round();
        var first = list("1", null);
        assertEquals(newer, first.path("items").get(0).path("providerRef").asText());
        var second = list("1", first.path("next").asText());
        assertEquals(older, second.path("items").get(0).path("providerRef").asText());
        var customer = new Identity(till.customer, Set.of("customer"), "s");
        assertEquals(
                403,
                till.shop.call(Till.read("payment.listMismatches").as(customer)).status());
        assertEquals(
                400,
                till.shop
                        .call(Till.read("payment.listMismatches")
                                .query("cursor", "rubbish")
                                .as(till.admin))
                        .status());
    }

    private static JsonNode list(String limit, String cursor) {
        var request = Till.read("payment.listMismatches").query("limit", limit).as(till.admin);
        if (cursor != null) request.query("cursor", cursor);
        return Json.tree(till.shop.call(request).body());
    }
}
