package omnibus.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhooksTest {
    private record Received(String signature, byte[] body) {
        String id() {
            return json().getString("id");
        }

        JsonObject json() {
            return new JsonObject(new String(body, StandardCharsets.UTF_8));
        }
    }

    @TempDir
    Path home;

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private HttpServer shop;

    @BeforeEach
    void openShop() throws IOException {
        shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        shop.createContext("/hook", this::take);
        shop.start();
    }

    @AfterEach
    void closeShop() {
        shop.stop(0);
    }

    @Test
    void anEventArrivesSigned() throws Exception {
        try (var sandbox = sandbox()) {
            var intent = sandbox.pay("pm_card_visa");
            var event = next();
            assertEquals(
                    "payment_intent.amount_capturable_updated", event.json().getString("type"));
            assertEquals(
                    intent.id(),
                    event.json().getJsonObject("data").getJsonObject("object").getString("id"));
            var parts = event.signature().split(",");
            var timestamp = parts[0].substring(2);
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(RunningSandbox.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
            assertEquals("v1=" + HexFormat.of().formatHex(mac.doFinal(event.body())), parts[1]);
        }
    }

    @Test
    void anEventIsSentAgainUntilItIsTaken() throws Exception {
        refusals.set(1);
        try (var sandbox = sandbox()) {
            sandbox.pay("pm_card_visa");
            assertEquals(next().id(), next().id());
        }
    }

    @Test
    void anEventNotDeliveredBeforeAStopIsDeliveredAfterTheNextStart() throws Exception {
        refusals.set(1);
        String first;
        try (var sandbox = sandbox()) {
            sandbox.pay("pm_card_visa");
            first = next().id();
        }
        try (var sandbox = sandbox()) {
            assertEquals(200, sandbox.get("/v1/events").status());
            assertEquals(first, next().id());
        }
    }

    @Test
    void anEventMayBeDoubledAndLost() throws Exception {
        try (var sandbox = sandbox()) {
            sandbox.faults(new JsonObject().put("lostWebhookPercent", 100));
            sandbox.pay("pm_card_visa");
            sandbox.faults(new JsonObject().put("duplicateWebhookPercent", 100).put("shuffleWebhookMillis", 50));
            var intent = sandbox.pay("pm_card_chargeDeclined");
            var twice = next();
            assertEquals(twice.id(), next().id());
            assertEquals("payment_intent.payment_failed", twice.json().getString("type"));
            assertNotEquals(null, intent.error());
        }
    }

    @Test
    void theOtherChangesAreToldToo() throws Exception {
        try (var sandbox = sandbox()) {
            var bought = sandbox.pay("pm_card_visa").id();
            sandbox.post("/v1/payment_intents/" + bought + "/capture");
            sandbox.post("/v1/refunds", "payment_intent", bought);
            sandbox.post("/v1/payment_intents/" + sandbox.pay("pm_card_visa").id() + "/cancel");
            sandbox.pay("pm_card_authenticationRequired");
            var types = new HashSet<String>();
            for (var i = 0; i < 6; i++) {
                types.add(next().json().getString("type"));
            }
            assertEquals(
                    java.util.Set.of(
                            "payment_intent.amount_capturable_updated",
                            "payment_intent.succeeded",
                            "payment_intent.canceled",
                            "payment_intent.requires_action",
                            "charge.refunded"),
                    types);
        }
    }

    private RunningSandbox sandbox() {
        return new RunningSandbox(
                home,
                Map.of(
                        "OMNIBUS_SANDBOX_WEBHOOK_URL",
                        "http://127.0.0.1:" + shop.getAddress().getPort() + "/hook",
                        "OMNIBUS_SANDBOX_WEBHOOK_SECRET",
                        RunningSandbox.SECRET));
    }

    private Received next() throws InterruptedException {
        var next = received.poll(10, TimeUnit.SECONDS);
        assertTrue(next != null, "no webhook came");
        return next;
    }

    private void take(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readAllBytes();
        received.add(new Received(exchange.getRequestHeaders().getFirst("Stripe-Signature"), body));
        exchange.sendResponseHeaders(refusals.getAndDecrement() > 0 ? 500 : 200, -1);
        exchange.close();
    }
}
