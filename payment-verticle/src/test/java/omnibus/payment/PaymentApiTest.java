package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Identity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaymentApiTest {
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
    void theOwnerSeesThePaymentById() {
        var order = till.anOrder();
        var id = till.captured(order).path("paymentId").asText();
        var answer = read("payment.getPayment", id, customer());
        assertEquals(200, answer.status());
        assertTrue(answer.headers().contains("ETag"));
        var payment = Json.tree(answer.body());
        assertEquals(id, payment.path("id").asText());
        assertEquals(order.orderId().toString(), payment.path("orderId").asText());
        assertEquals("EUR", payment.path("currency").asText());
        assertEquals(1999, payment.path("amount").path("amount").asLong());
    }

    @Test
    void theOwnerSeesThePaymentByOrder() {
        var order = till.anOrder();
        till.captured(order);
        assertEquals(
                200,
                read("payment.getOrderPayment", order.orderId().toString(), customer())
                        .status());
    }

    @Test
    void somebodyElsesPaymentAndAnUnknownOneLookTheSame() {
        var order = till.anOrder();
        var id = till.captured(order).path("paymentId").asText();
        var stranger = new Identity(Ids.next(), Set.of("customer"), "s");
        for (var body : new Answer[] {
            read("payment.getPayment", id, stranger),
            read("payment.getPayment", Ids.next().toString(), stranger),
            read("payment.getPayment", "not-an-id", stranger),
            read("payment.getOrderPayment", order.orderId().toString(), stranger)
        }) {
            assertEquals(404, body.status());
            assertEquals(
                    "/problems/not-found", Json.tree(body.body()).path("type").asText());
        }
        assertEquals(401, read("payment.getPayment", id, Identity.anonymous()).status());
    }

    @Test
    void aPartGoesBackThenTheRest() {
        var id = till.captured(till.anOrder()).path("paymentId").asText();
        till.refund(id, key(), euro(500, "Scratched"));
        refunded(id, 500);
        assertEquals("PARTIALLY_REFUNDED", byId(id).path("status").asText());
        till.refund(id, key(), Map.of("reason", "Returned"));
        refunded(id, 1999);
        var rest = byId(id);
        assertEquals("REFUNDED", rest.path("status").asText());
        assertEquals(2, rest.path("refunds").size());
        assertEquals(
                1499, rest.path("refunds").get(1).path("amount").path("amount").asLong());
    }

    @Test
    void aBareNumberIsMinorUnitsOfThePayment() {
        var id = till.captured(till.anOrder()).path("paymentId").asText();
        till.refund(id, key(), Map.of("amount", 1, "reason", "A cent"));
        refunded(id, 1);
    }

    @Test
    void noMoreGoesBackThanWasTaken() {
        var id = till.captured(till.anOrder()).path("paymentId").asText();
        assertEquals("refund-exceeds-captured", code(409, till.refund(id, key(), euro(2000, "Too much"))));
        till.refund(id, key(), euro(1999, "All"));
        assertEquals("refund-exceeds-captured", code(409, till.refund(id, key(), euro(1, "More"))));
    }

    @Test
    void whatWasNotTakenCannotGoBack() {
        var order = till.anOrder();
        var id = till.authorized(order).path("paymentId").asText();
        assertEquals("payment-not-captured", code(409, till.refund(id, key(), euro(1, "Early"))));
    }

    @Test
    void anotherCurrencyIsRefused() {
        var id = till.captured(till.anOrder()).path("paymentId").asText();
        var dollars = Map.of("amount", Map.of("amount", 1, "currency", "USD"), "reason", "x");
        assertEquals("currency-mismatch", code(400, till.refund(id, key(), dollars)));
    }

    @Test
    void theSameKeyGivesBackOnce() {
        var id = till.captured(till.anOrder()).path("paymentId").asText();
        var key = key();
        till.refund(id, key, euro(700, "Once"));
        var again = till.refund(id, key, euro(700, "Once"));
        assertEquals(200, again.status());
        assertEquals("true", again.headers().get("Idempotency-Replayed"));
        refunded(id, 700);
        assertEquals("idempotency-key-reused", code(422, till.refund(id, key, euro(701, "Once"))));
    }

    @Test
    void theSameKeyFiftyTimesAtOnceGivesBackOnce() {
        var id = till.captured(till.anOrder()).path("paymentId").asText();
        var key = key();
        var calls = new ArrayList<Future<Answer>>();
        for (var i = 0; i < 50; i++) {
            calls.add(till.shop.platform().caller().call(till.refundRequest(id, key, euro(300, "At once"))));
        }
        var statuses = new HashSet<Integer>();
        till.all(calls).forEach(answer -> statuses.add(answer.status()));
        statuses.removeAll(Set.of(200, 409));
        assertEquals(Set.of(), statuses);
        refunded(id, 300);
        assertEquals(1, byId(id).path("refunds").size());
    }

    @Test
    void racingRefundsNeverExceedWhatWasTaken() {
        var order = till.anOrder();
        var id = till.captured(order).path("paymentId").asText();
        var calls = new ArrayList<Future<Answer>>();
        for (var i = 0; i < 20; i++) {
            calls.add(till.shop.platform().caller().call(till.refundRequest(id, key(), euro(300, "Race"))));
        }
        var accepted = till.all(calls).stream()
                .filter(answer -> answer.status() == 200)
                .count();
        assertEquals(6, accepted);
        till.shop.eventually(
                () -> till.payment(order).path("refunded").path("amount").asLong() == 1800);
    }

    @Test
    void aRefusedRefundDoesNotUseUpItsKey() {
        var order = till.anOrder();
        var id = till.authorized(order).path("paymentId").asText();
        var key = key();
        assertEquals(409, till.refund(id, key, euro(10, "x")).status());
        till.captured(order);
        assertEquals(200, till.refund(id, key, euro(10, "x")).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"reason\":\"\"}",
                "{\"reason\":\"x\",\"amount\":0}",
                "{\"reason\":\"x\",\"amount\":-1}",
                "{\"reason\":\"x\",\"amount\":1.5}",
                "{\"reason\":\"x\",\"amount\":\"1\"}",
                "{\"reason\":\"x\",\"amount\":null}",
                "{\"reason\":\"x\",\"amount\":{\"amount\":1}}",
                "{\"reason\":\"x\",\"amount\":{\"amount\":1,\"currency\":\"EUR\",\"x\":1}}",
                "{\"reason\":\"x\",\"status\":\"REFUNDED\"}",
                "[]",
            })
    void aRefundThatBreaksTheContractIsRefused(String body) {
        var request = Till.write("payment.refundPayment")
                .path("id", Ids.next())
                .header("Idempotency-Key", key())
                .as(till.admin)
                .bytes(io.vertx.core.buffer.Buffer.buffer(body));
        assertEquals(400, till.shop.call(request).status());
    }

    @Test
    void aRefundNeedsAKeyAndAnAdmin() {
        var id = till.captured(till.anOrder()).path("paymentId").asText();
        var noKey = Till.write("payment.refundPayment")
                .path("id", id)
                .as(till.admin)
                .body(euro(1, "x"));
        assertEquals(400, till.shop.call(noKey).status());
        var notAdmin = till.refundRequest(id, key(), euro(1, "x")).as(customer());
        assertEquals(403, till.shop.call(notAdmin).status());
        assertEquals(
                404, till.refund(Ids.next().toString(), key(), euro(1, "x")).status());
    }

    @Test
    void paymentsAreListedNewestFirstPageByPage() {
        var older = till.captured(till.anOrder()).path("paymentId").asText();
        var newer = till.captured(till.anOrder()).path("paymentId").asText();
        var first = list(Map.of("limit", "1"));
        assertEquals(newer, first.path("items").get(0).path("id").asText());
        var second = list(Map.of("limit", "1", "cursor", first.path("next").asText()));
        assertEquals(older, second.path("items").get(0).path("id").asText());
        assertNotEquals(first.path("next").asText(), second.path("next").asText());
    }

    @Test
    void paymentsAreFoundByOrder() {
        var order = till.anOrder();
        till.captured(order);
        assertEquals(
                1,
                list(Map.of("orderId", order.orderId().toString()))
                        .path("items")
                        .size());
        assertEquals(
                0, list(Map.of("orderId", Ids.next().toString())).path("items").size());
        assertEquals(0, list(Map.of("orderId", "no-id")).path("items").size());
        var rubbish =
                Till.read("payment.listPayments").query("cursor", "rubbish").as(till.admin);
        assertEquals("invalid-cursor", code(400, till.shop.call(rubbish)));
        assertEquals(
                403,
                till.shop.call(Till.read("payment.listPayments").as(customer())).status());
    }

    private static JsonNode list(Map<String, String> query) {
        var request = Till.read("payment.listPayments").as(till.admin);
        query.forEach(request::query);
        return payment(till.shop.call(request));
    }

    private static Answer read(String operation, String id, Identity who) {
        return till.shop.call(Till.read(operation).path("id", id).as(who));
    }

    private static Identity customer() {
        return new Identity(till.customer, Set.of("customer"), "s");
    }

    private static JsonNode payment(Answer answer) {
        assertEquals(200, answer.status(), answer.body().toString());
        return Json.tree(answer.body());
    }

    private static JsonNode byId(String id) {
        return payment(read("payment.getPayment", id, till.admin));
    }

    private static void refunded(String id, long amount) {
        till.shop.eventually(() -> byId(id).path("refunded").path("amount").asLong() == amount);
    }

    private static String code(int status, Answer answer) {
        assertEquals(status, answer.status(), answer.body().toString());
        var type = Json.tree(answer.body()).path("type").asText();
        return type.substring(type.lastIndexOf('/') + 1);
    }

    private static Map<String, Object> euro(long amount, String reason) {
        return Map.of("amount", Map.of("amount", amount, "currency", "EUR"), "reason", reason);
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }
}
