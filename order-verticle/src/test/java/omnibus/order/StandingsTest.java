package omnibus.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.platform.Ids;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;
import omnibus.testkit.TestPlatform.PeerCall;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the reconciler of payments asks about orders, and what becomes of an order whose payment a person has to see. */
class StandingsTest {
    private final Identity ada = Shop.customer();
    private Shop shop;

    private record OrderIds(List<String> orderIds) {}

    @BeforeEach
    void open() {
        shop = Shop.open();
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private String place() {
        var answer = shop.place(ada, Shop.order("pm_card_visa", new Item("MUG-BLUE", 1)));
        return Shop.json(answer).path("id").asText();
    }

    private Map<String, String> standings(String... ids) {
        var request = Request.read("order.readStandings", Deadline.in(Duration.ofSeconds(5)))
                .body(new OrderIds(List.of(ids)));
        var found = new HashMap<String, String>();
        Shop.json(shop.call(request))
                .path("standings")
                .forEach(one -> found.put(
                        one.path("orderId").asText(), one.path("standing").asText()));
        return found;
    }

    private void becomes(String standing, String id) {
        shop.eventually(() -> standing.equals(standings(id).get(id)));
    }

    @Test
    void anOrderIsOpenThenConfirmedThenUnwindingThenClosed() {
        shop.peers.disturb("payment.authorizePayments", FakePeers.away());
        var id = place();
        becomes("OPEN", id);
        shop.peers.heal("payment.authorizePayments");
        becomes("CONFIRMED", id);
        shop.peers.disturb("payment.cancelPayments", FakePeers.away());
        shop.cancel(ada, id, null);
        becomes("UNWINDING", id);
        shop.peers.heal("payment.cancelPayments");
        becomes("CLOSED", id);
    }

    @Test
    void anOrderThatIsNotThereIsLeftOut() {
        assertEquals(Map.of(), standings(Ids.next().toString()));
        assertEquals(Map.of(), standings());
    }

    @Test
    void anOrderWhosePaymentAPersonHasToSeeIsParkedAtOnceAndNeverConfirmed() {
        shop.kit.answer("payment.capturePayments", call -> Future.succeededFuture(Answer.ok(underReview(call))));
        var id = place();
        shop.eventually(() -> state(id).equals("REVIEW"));
        assertEquals("CAPTURE", row(id).getString("step"));
        var order = shop.read(ada, id);
        assertNotEquals("CONFIRMED", order.path("status").asText());
        assertEquals("under-review", order.path("reason").path("code").asText());
    }

    private static Map<String, Object> underReview(PeerCall call) {
        var orders = call.body(JsonNode.class).path("orders");
        var id = orders.get(0).path("orderId").asText();
        return Map.of(
                "results",
                List.of(Map.of(
                        "orderId",
                        id,
                        "outcome",
                        "pending",
                        "reason",
                        Map.of("code", "under-review", "detail", "The payment does not match what was asked for."))));
    }

    private String state(String id) {
        return row(id).getString("state");
    }

    private Row row(String id) {
        return shop.sql("select state, step from saga where order_id = $1", UUID.fromString(id))
                .get(0);
    }
}
