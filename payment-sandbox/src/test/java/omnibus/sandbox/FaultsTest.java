package omnibus.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultsTest {
    @TempDir
    Path home;

    RunningSandbox sandbox;

    @BeforeEach
    void start() {
        sandbox = new RunningSandbox(home);
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void aLostReplyComesAfterTheEffect() {
        var intent = sandbox.pay("pm_card_visa").id();
        sandbox.faults(new JsonObject().put("lostReplyPercent", 100).put("times", 1));
        sandbox.lost("c1", "/v1/payment_intents/" + intent + "/capture");
        assertEquals(
                "succeeded", sandbox.get("/v1/payment_intents/" + intent).body().getString("status"));
        assertTrue(sandbox.keyed("c1", "/v1/payment_intents/" + intent + "/capture")
                .replayed());
    }

    @Test
    void aLostRequestHasNoEffect() {
        var intent = sandbox.pay("pm_card_visa").id();
        sandbox.faults(new JsonObject().put("lostRequestPercent", 100).put("only", new JsonArray().add("capture")));
        sandbox.lost("c2", "/v1/payment_intents/" + intent + "/capture");
        assertEquals(
                "requires_capture",
                sandbox.get("/v1/payment_intents/" + intent).body().getString("status"));
    }

    @Test
    void anOutageIsA503UntilItIsOver() {
        sandbox.faults(new JsonObject().put("outagePercent", 100).put("times", 2));
        assertEquals(503, sandbox.pay("pm_card_visa").status());
        assertEquals(503, sandbox.get("/v1/events").status());
        assertEquals(200, sandbox.pay("pm_card_visa").status());
    }

    @Test
    void aStalledRequestHoldsItsKeyBeforeItDoesAnything() {
        sandbox.faults(new JsonObject().put("stallMillis", 400).put("times", 1));
        var path = "/v1/payment_intents";
        var stalled = sandbox.keyedAsync("s", path, "amount", "10", "currency", "eur");
        var other = sandbox.keyed("s", path, "amount", "10", "currency", "eur");
        assertEquals(609, RunningSandbox.await(stalled).status() + other.status());
        assertEquals(1, sandbox.get(path).body().getJsonArray("data").size());
    }

    @Test
    void theSearchMayLagBehind() {
        sandbox.faults(new JsonObject().put("searchLagSeconds", 60));
        sandbox.pay("pm_card_visa", "metadata[order_id]", "o-1");
        var found = sandbox.get("/v1/payment_intents/search?query=metadata%5B%27order_id%27%5D%3A%27o-1%27");
        assertEquals(0, found.body().getJsonArray("data").size());
    }

    @Test
    void theSameSeedDrawsTheSameFaults() {
        var faults = new JsonObject().put("seed", 42).put("outagePercent", 50);
        assertEquals(drawn(faults), drawn(faults));
    }

    private static java.util.List<Boolean> drawn(JsonObject wanted) {
        var faults = new Faults();
        faults.set(wanted);
        return java.util.stream.IntStream.range(0, 64)
                .mapToObj(i -> faults.plan("read").outage())
                .toList();
    }

    @Test
    void faultsThatAreNotUnderstoodChangeNothing() {
        var wanted = new JsonObject().put("delayMillis", 5);
        assertEquals(wanted, sandbox.faults(wanted).body());
        assertEquals(400, sandbox.faults(new JsonObject().put("delay", 5)).status());
        assertEquals(
                400, sandbox.faults(new JsonObject().put("outagePercent", 101)).status());
        assertEquals(400, sandbox.faults(new JsonObject().put("only", "read")).status());
        assertEquals(wanted, sandbox.get("/sandbox/faults").body());
    }
}
