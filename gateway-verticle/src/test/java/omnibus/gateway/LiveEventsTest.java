package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import omnibus.platform.Ids;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Events reach the browsers that want them: all of them, in order, once, and nobody else's. */
class LiveEventsTest {
    private static final String OWN = "events.orders." + GatewaySuite.USER;
    private static GatewaySuite suite;
    private static FakeLog orders;
    private static FakeLog products;

    @BeforeAll
    static void open() {
        suite = new GatewaySuite();
        orders = new FakeLog(suite.platform, "order");
        products = new FakeLog(suite.platform, "product");
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    private static void place(String order, String user) {
        orders.tell("OrderPlaced", order, Map.of("orderId", order, "userId", user));
    }

    private static String aggregate(JsonNode message) {
        return message.path("body").path("aggregate").asText();
    }

    private static String sequence(JsonNode message) {
        return message.path("headers").path("sequence").asText();
    }

    private static JsonNode register(BridgeClient browser, String... more) {
        var headers = new String[more.length + 2];
        headers[0] = "Authorization";
        headers[1] = suite.bearer("customer");
        System.arraycopy(more, 0, headers, 2, more.length);
        return browser.register(OWN, headers);
    }

    @Test
    void ownersHearOfTheirOrdersAndNobodyElseDoes() {
        try (var browser = BridgeClient.connect(suite)) {
            var confirmed = register(browser);
            assertEquals("Subscribed", confirmed.path("body").path("type").asText());
            assertEquals(OWN, confirmed.path("address").asText());
            place("o-1", Ids.next().toString());
            place("o-2", GatewaySuite.USER);
            var event = browser.next();
            assertEquals("o-2", aggregate(event));
            assertEquals("OrderPlaced", event.path("body").path("type").asText());
        }
    }

    @Test
    void whoComesBackGetsWhatWasMissedAndOnlyThat() {
        String last;
        try (var browser = BridgeClient.connect(suite)) {
            register(browser);
            place("r-1", GatewaySuite.USER);
            var first = browser.next();
            assertEquals("r-1", aggregate(first));
            last = sequence(first);
        }
        suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 0);
        place("r-2", GatewaySuite.USER);
        place("r-x", Ids.next().toString());
        place("r-3", GatewaySuite.USER);
        try (var browser = BridgeClient.connect(suite)) {
            var confirmed = register(browser, "after", last);
            assertTrue(confirmed.path("body").path("resumed").asBoolean());
            assertEquals(last, sequence(confirmed));
            assertEquals("r-2", aggregate(browser.next()));
            assertEquals("r-3", aggregate(browser.next()));
            place("r-4", GatewaySuite.USER);
            assertEquals("r-4", aggregate(browser.next()));
        }
    }

    /** More than this gateway remembers, and more than a page of the log; it has passed all of that. */
    private static String missMuch(String name) {
        var stranger = Ids.next().toString();
        try (var stays = BridgeClient.connect(suite)) {
            register(stays);
            place(name + "-seen", GatewaySuite.USER);
            var last = sequence(stays.next());
            for (var i = 0; i < 300; i++) {
                orders.append("OrderPlaced", name + "-" + i, Map.of("userId", GatewaySuite.USER));
                for (var other = 0; other < 15; other++)
                    orders.append("OrderPlaced", name + "-other", Map.of("userId", stranger));
            }
            orders.ring();
            for (var i = 0; i < 300; i++) assertEquals(name + "-" + i, aggregate(stays.next()));
            return last;
        }
    }

    private static void assertNothingIsMissing(String name, BridgeClient browser) {
        for (var i = 0; i < 300; i++) assertEquals(name + "-" + i, aggregate(browser.next()));
        place(name + "-new", GatewaySuite.USER);
        assertEquals(name + "-new", aggregate(browser.next()));
    }

    @Test
    void whoWasAwayForLongerThanAGatewayRemembersMissesNothingEither() {
        var last = missMuch("long");
        var before = orders.readsOfUser.get();
        try (var browser = BridgeClient.connect(suite)) {
            var confirmed = register(browser, "after", last);
            assertTrue(confirmed.path("body").path("resumed").asBoolean());
            assertEquals(last, sequence(confirmed));
            assertNothingIsMissing("long", browser);
        }
        assertTrue(orders.readsOfUser.get() > before, "it came from the log");
    }

    @Test
    void nobodyIsToldOfOthersOrdersWhateverTheLogAnswers() {
        var last = missMuch("older");
        var before = orders.readsOfUser.get();
        orders.ofOlderBuild = true;
        try (var browser = BridgeClient.connect(suite)) {
            register(browser, "after", last);
            assertNothingIsMissing("older", browser);
        } finally {
            orders.ofOlderBuild = false;
        }
        assertTrue(orders.readsOfUser.get() > before, "it came from the log");
    }

    private static void change(String product) {
        products.append("ProductCreated", product, Map.of("sku", product, "initialStock", 17));
    }

    /** The last that was heard of before; this gateway has passed all of the others. */
    private static String missProducts(String name, int count) {
        try (var stays = BridgeClient.connect(suite)) {
            stays.register("events.products");
            change(name + "-seen");
            products.ring();
            var last = sequence(stays.next());
            for (var i = 0; i < count; i++) change(name + "-" + i);
            products.ring();
            for (var i = 0; i < count; i++) assertEquals(name + "-" + i, aggregate(stays.next()));
            return last;
        }
    }

    @Test
    void changesOfProductsThatAGatewayNoLongerRemembersAreToldWithoutHowManyThereAre() {
        var last = missProducts("past", 4_500);
        try (var browser = BridgeClient.connect(suite)) {
            var confirmed = browser.register("events.products", "after", last);
            assertTrue(confirmed.path("body").path("resumed").asBoolean());
            for (var i = 0; i < 4_500; i++) {
                var message = browser.next();
                assertEquals("past-" + i, aggregate(message));
                assertFalse(message.toString().contains("initialStock"));
            }
        }
    }

    @Test
    void whoHasMissedMoreChangesOfProductsThanItPaysToTellLearnsIt() {
        var last = missProducts("far", 20_001);
        try (var browser = BridgeClient.connect(suite)) {
            var confirmed = browser.register("events.products", "after", last);
            assertFalse(confirmed.path("body").path("resumed").asBoolean());
            change("far-new");
            products.ring();
            assertEquals("far-new", aggregate(browser.next()));
        }
    }

    @Test
    void whatWasMissedIsToldOnceTheLogCanBeReadAgain() {
        var last = missMuch("away");
        orders.refusals.set(1);
        try (var browser = BridgeClient.connect(suite)) {
            register(browser, "after", last);
            assertNothingIsMissing("away", browser);
        }
    }

    @Test
    void whoHasUnregisteredWhileTheLogWasReadIsToldNothing() {
        var last = missMuch("gone");
        var before = orders.readsOfUser.get();
        Promise<Void> told = Promise.promise();
        orders.held = told.future();
        try (var browser = BridgeClient.connect(suite)) {
            register(browser, "after", last);
            suite.platform.eventually(() -> orders.readsOfUser.get() > before);
            browser.sendText("{\"type\":\"unregister\",\"address\":\"" + OWN + "\"}");
            browser.sendText("{\"type\":\"ping\"}");
            assertEquals("pong", browser.next().path("type").asText());
            told.complete();
            var confirmed = register(browser);
            assertEquals("Subscribed", confirmed.path("body").path("type").asText());
            place("gone-new", GatewaySuite.USER);
            assertEquals("gone-new", aggregate(browser.next()));
        } finally {
            orders.held = Future.succeededFuture();
        }
    }

    @Test
    void whoComesBackFromAnotherLogOrIsToldNonsenseLearnsIt() {
        try (var browser = BridgeClient.connect(suite)) {
            var confirmed = register(browser, "after", "another-log/1");
            assertFalse(confirmed.path("body").path("resumed").asBoolean());
            var nonsense = register(browser, "after", "nonsense");
            assertEquals("err", nonsense.path("type").asText());
            assertEquals("malformed-sequence", nonsense.path("failureType").asText());
        }
    }

    @Test
    void whoHasHeardMoreFromAnotherGatewayWaitsUntilThisOneHasCaughtUp() {
        place("w-0", GatewaySuite.USER);
        String here;
        try (var browser = BridgeClient.connect(suite)) {
            here = sequence(register(browser));
        }
        var log = Feed.Sequence.parse(here).orElseThrow();
        var ahead = new Feed.Sequence(log.logId(), log.position() + 1).toString();
        try (var browser = BridgeClient.connect(suite)) {
            browser.sendRegister(OWN, "Authorization", suite.bearer("customer"), "after", ahead);
            place("w-1", GatewaySuite.USER);
            place("w-2", GatewaySuite.USER);
            var confirmed = browser.next();
            assertTrue(confirmed.path("body").path("resumed").asBoolean());
            assertEquals("w-2", aggregate(browser.next()), "w-1 was heard elsewhere");
        }
    }

    @Test
    void everybodyHearsOfProductsButNotHowManyThereAre() {
        try (var one = BridgeClient.connect(suite);
                var two = BridgeClient.connectTo(suite, "/eventbus/1/two/websocket")) {
            one.register("events.products");
            assertEquals("o", two.frame());
            two.sendText("[\"{\\\"type\\\":\\\"register\\\",\\\"address\\\":\\\"events.products\\\"}\"]");
            assertTrue(two.frame().contains("Subscribed"));
            products.tell("ProductCreated", "p-1", Map.of("sku", "BOOK-1", "initialStock", 17));
            var event = one.next();
            assertEquals("BOOK-1", event.path("body").path("data").path("sku").asText());
            assertFalse(event.toString().contains("initialStock"));
            assertTrue(two.frame().contains("BOOK-1"));
        }
    }

    @Test
    void whoUnregistersHearsNoMore() {
        try (var browser = BridgeClient.connect(suite)) {
            register(browser);
            browser.sendText("{\"type\":\"unregister\",\"address\":\"" + OWN + "\"}");
            browser.sendText("{\"type\":\"ping\"}");
            assertEquals("pong", browser.next().path("type").asText());
            place("u-1", GatewaySuite.USER);
            var confirmed = register(browser);
            assertEquals("Subscribed", confirmed.path("body").path("type").asText());
        }
    }

    @Test
    void oneFollowerServesAllBrowsersOfAGateway() {
        try (var one = BridgeClient.connect(suite);
                var two = BridgeClient.connect(suite);
                var three = BridgeClient.connect(suite)) {
            register(one);
            register(two);
            register(three);
            place("f-0", GatewaySuite.USER);
            for (var browser : new BridgeClient[] {one, two, three}) assertEquals("f-0", aggregate(browser.next()));
            var before = orders.reads.get();
            place("f-1", GatewaySuite.USER);
            for (var browser : new BridgeClient[] {one, two, three}) assertEquals("f-1", aggregate(browser.next()));
            assertTrue(orders.reads.get() - before <= 3, "one pull for the ring, at most one more and a poll");
        }
    }

    @Test
    void whenTheSessionEndsSoDoesTheConnection() {
        var session = "s-to-end";
        var token = "Bearer " + suite.signer.token(GatewaySuite.USER, session, "customer");
        try (var browser = BridgeClient.connect(suite)) {
            browser.register(OWN, "Authorization", token);
            suite.endedSessions.add(session);
            assertEquals("closed 4401", browser.end());
        }
    }

    @Test
    void whenTheTokenRunsOutSoDoesTheConnection() {
        var claims = Signer.claims(GatewaySuite.USER, "s-short", "customer");
        claims.put("exp", System.currentTimeMillis() / 1000 + 3);
        var token = "Bearer " + suite.signer.sign(suite.signer.header(), claims);
        try (var browser = BridgeClient.connect(suite, "Authorization", token)) {
            assertEquals("closed 4401", browser.end());
        }
    }

    @Test
    void whoDoesNotReadIsCutOffAndNobodyElseWaits() throws IOException {
        try (var slow = new Socket();
                var browser = BridgeClient.connect(suite)) {
            slow.setReceiveBufferSize(4 * 1024);
            slow.connect(new InetSocketAddress("127.0.0.1", suite.gateway.port()));
            registerForProducts(slow);
            readUntil("Subscribed", slow);
            browser.register("events.products");
            var text = "x".repeat(2_000);
            for (var i = 0; i < 3_000; i++) products.append("ProductUpdated", "p-" + i, Map.of("text", text));
            products.ring();
            for (var i = 0; i < 3_000; i++) assertEquals("p-" + i, aggregate(browser.next()));
            suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 1);
            writeUntilItIsCut(slow);
        }
    }

    private static void registerForProducts(Socket socket) throws IOException {
        var register = "{\"type\":\"register\",\"address\":\"events.products\"}";
        var out = socket.getOutputStream();
        out.write(("GET /eventbus/websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        readUntil("\r\n\r\n", socket);
        // A masked text frame; a mask of zeros leaves the text as it is.
        out.write(new byte[] {(byte) 0x81, (byte) (0x80 | register.length()), 0, 0, 0, 0});
        out.write(register.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void readUntil(String text, Socket socket) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            var next = socket.getInputStream().read();
            if (next < 0) throw new AssertionError("it ended after " + read);
            read.append((char) next);
        }
    }

    /** It still has not read anything: its connection is gone all the same. */
    private static void writeUntilItIsCut(Socket socket) {
        suite.platform.eventually(() -> {
            try {
                socket.getOutputStream().write(0);
                return false;
            } catch (IOException reset) {
                return true;
            }
        });
    }
}
