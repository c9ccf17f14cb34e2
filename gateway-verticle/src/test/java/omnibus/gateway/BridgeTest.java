package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.testkit.SecurityLines;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bus as browsers see it: operations by their names, under the checks of HTTP, and nothing else. */
class BridgeTest {
    private static GatewaySuite suite;

    @BeforeAll
    static void open() {
        suite = new GatewaySuite();
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    private static BridgeClient connect(String... headers) {
        return BridgeClient.connect(suite, headers);
    }

    @Test
    void aPublicOperationAnswersAsItDoesOverHttp() {
        try (var browser = connect()) {
            var reply = browser.reply("wishlist.getWishlist", null, "path.id", "w-7");
            var http = suite.browser.get("/api/v1/wishlists/w-7");
            assertEquals(http.status(), reply.path("status").asInt());
            assertEquals("w-7", reply.path("body").path("id").asText());
            assertEquals(
                    http.json().path("uri").asText(),
                    reply.path("body").path("uri").asText());
            assertEquals(
                    "application/json",
                    reply.path("headers").path("Content-Type").asText());
            assertTrue(reply.path("headers").path("X-Request-Id").asText().length() > 8);
        }
    }

    @Test
    void pathQueryAndHeadersGetThroughAsTheyWouldInAnAddress() {
        try (var browser = connect()) {
            var told = browser.reply(
                            "wishlist.getMine", null, "query.limit", "5", "X-Wish", "a bicycle", "X-Other", "hidden")
                    .path("body");
            assertEquals("/api/v1/wishlists/mine?limit=5", told.path("uri").asText());
            assertEquals("a bicycle", told.path("header.x-wish").asText());
            assertFalse(told.has("header.x-other"));
            var odd = browser.reply("wishlist.getWishlist", null, "path.id", "a/b ü?&=%")
                    .path("body");
            assertEquals("a/b ü?&=%", odd.path("id").asText());
            assertEquals(
                    "/api/v1/wishlists/a%2Fb%20%C3%BC%3F%26%3D%25",
                    odd.path("uri").asText());
        }
    }

    @Test
    void aBodyIsWhatItWasAndAnIdempotencyKeyComesWithIt() {
        try (var browser = connect("Authorization", suite.bearer())) {
            var reply =
                    browser.reply("wishlist.createWishlist", Map.of("name", "birthday"), "Idempotency-Key", "key-1");
            assertEquals(201, reply.path("status").asInt());
            assertEquals(
                    "/api/v1/wishlists/w-1",
                    reply.path("headers").path("Location").asText());
            assertEquals(
                    "{\"name\":\"birthday\"}", reply.path("body").path("body").asText());
            assertEquals(
                    "key-1", reply.path("body").path("header.idempotency-key").asText());
        }
    }

    @Test
    void nobodyIsWhoHeSaysHeIs() {
        try (var browser = connect()) {
            var told = browser.reply(
                            "wishlist.getWishlist",
                            null,
                            "path.id",
                            "1",
                            "user",
                            GatewaySuite.USER,
                            "roles",
                            "admin",
                            "session",
                            "s-1",
                            "client",
                            "10.0.0.1",
                            "op",
                            "wishlist.deleteWishlist",
                            "header.user",
                            "x",
                            "deadline",
                            "1")
                    .path("body");
            assertEquals("null", told.path("user").asText());
            assertEquals("[]", told.path("roles").toString());
            assertEquals("null", told.path("session").asText());
            assertEquals("127.0.0.1", told.path("client").asText());
            assertFalse(told.has("header.user"));
        }
    }

    @Test
    void aTokenCountsForItsMessageOrSinceTheConnection() {
        try (var browser = connect()) {
            assertEquals(
                    401,
                    browser.reply("wishlist.createWishlist", Map.of("name", "n"))
                            .path("status")
                            .asInt());
            assertEquals(
                    201,
                    browser.reply("wishlist.createWishlist", Map.of("name", "n"), "Authorization", suite.bearer())
                            .path("status")
                            .asInt());
            assertEquals(
                    401,
                    browser.reply("wishlist.createWishlist", Map.of("name", "n"))
                            .path("status")
                            .asInt(),
                    "it is not remembered");
        }
        try (var browser = connect("Authorization", suite.bearer("customer"))) {
            var told = browser.reply("wishlist.getMine", null).path("body");
            assertEquals(GatewaySuite.USER, told.path("user").asText());
        }
        assertEquals(401, BridgeClient.refused(suite, "Authorization", "Bearer nonsense"));
    }

    @Test
    void refusalsAreProblemsAsOverHttp() {
        try (var browser = connect()) {
            var forbidden = browser.reply(
                    "wishlist.deleteWishlist", null, "path.id", "1", "Authorization", suite.bearer("customer"));
            assertEquals(403, forbidden.path("status").asInt());
            assertEquals(
                    "/problems/forbidden", forbidden.path("body").path("type").asText());
            var invalid =
                    browser.reply("wishlist.createWishlist", Map.of("nome", "n"), "Authorization", suite.bearer());
            assertEquals(400, invalid.path("status").asInt());
            var missing = browser.reply("wishlist.getWishlist", null);
            assertEquals(
                    "/problems/missing-path-parameter",
                    missing.path("body").path("type").asText());
            assertEquals(
                    404,
                    browser.reply("wishlist.getWishlist", null, "path.id", "")
                            .path("status")
                            .asInt());
            var failed = browser.reply("wishlist.getBug", null, "path.id", "1");
            assertEquals(500, failed.path("status").asInt());
            assertFalse(failed.toString().contains("secret"));
            var notHere = browser.reply("wishlist.importWishes", "x", "Authorization", suite.bearer("admin"));
            assertEquals(415, notHere.path("status").asInt());
        }
    }

    @Test
    void aMissingRightIsASecurityEvent() {
        try (var lines = new SecurityLines();
                var browser = connect("Authorization", suite.bearer("customer"))) {
            var refused = browser.reply("wishlist.deleteWishlist", null, "path.id", "1");
            var line = lines.one("access-denied");
            assertEquals(GatewaySuite.USER, line.get("user"));
            assertEquals("wishlist.deleteWishlist", line.get("op"));
            assertEquals(refused.path("headers").path("X-Request-Id").asText(), line.get("request"));
        }
        try (var lines = new SecurityLines();
                var browser = connect("Authorization", suite.bearer("customer"))) {
            browser.register("events.cluster");
            suite.platform.eventually(() -> !lines.all().isEmpty());
            assertEquals("register", lines.one("access-denied").get("op"));
        }
    }

    @Test
    void whatIsNoPublicOperationIsRefused() {
        try (var browser = connect("Authorization", suite.bearer("admin"))) {
            for (var address : List.of(
                    "wishlist.awaitWishlist",
                    "user.getJwks",
                    "platform.ping",
                    "wishlist.readStatus",
                    "events.user",
                    "__vertx.subs",
                    "omnibus.directory.changed",
                    suite.platform
                            .platform()
                            .directory()
                            .entries("wishlist")
                            .get(0)
                            .lease()
                            .address(),
                    "")) {
                var answer = browser.call(address, Map.of());
                assertEquals("err", answer.path("type").asText(), address);
                assertEquals(403, answer.path("failureCode").asInt(), address);
                assertEquals("access_denied", answer.path("failureType").asText(), address);
            }
        }
    }

    @Test
    void nothingIsPublished() {
        try (var browser = connect("Authorization", suite.bearer("admin"))) {
            browser.sendText("{\"type\":\"publish\",\"address\":\"events.user\",\"body\":{}}");
            assertEquals("access_denied", browser.next().path("failureType").asText());
        }
    }

    @Test
    void onlyOnesOwnAddressesCanBeRegisteredFor() {
        var own = "events.orders." + GatewaySuite.USER;
        var others = "events.orders." + Ids.next();
        try (var browser = connect()) {
            for (var address : List.of(own, "events.cluster", "events.user", "__vertx.subs", "wishlist.getWishlist")) {
                assertDenied(browser.register(address), address);
            }
            for (var address : List.of(others, "events.orders.", "events.orders.*", "events.cluster", "events.user")) {
                assertDenied(browser.register(address, "Authorization", suite.bearer("customer")), address);
            }
            assertDenied(browser.register(others, "Authorization", suite.bearer("admin")), others);
        }
    }

    @Test
    void oneConnectionRegistersForTwentyAddressesAndNoMore() {
        try (var browser = connect()) {
            var last = "";
            for (var i = 1; i <= 21; i++) {
                var user = Ids.next().toString();
                last = "events.orders." + user;
                var token = "Bearer " + suite.signer.token(user, "s-" + user, "customer");
                browser.sendRegister(last, "Authorization", token);
            }
            var answer = browser.next();
            assertEquals(last, answer.path("address").asText(), answer.toString());
            assertEquals("too-many-requests", answer.path("failureType").asText());
        }
    }

    private static void assertDenied(JsonNode answer, String address) {
        assertEquals("err", answer.path("type").asText(), address);
        assertEquals(address, answer.path("address").asText());
        assertEquals("access_denied", answer.path("failureType").asText(), address);
    }

    @Test
    void anAdministratorHearsWhoJoinsAndLeaves() {
        try (var browser = connect()) {
            var confirmed = browser.register("events.cluster", "Authorization", suite.bearer("admin"));
            assertEquals("Subscribed", confirmed.path("body").path("type").asText());
            suite.platform.answer("newcomer.doNothing", call -> null);
            var joined = browser.next();
            assertEquals("MemberJoined", joined.path("body").path("type").asText());
            assertEquals(
                    "newcomer", joined.path("body").path("data").path("service").asText());
            assertNotNull(
                    Feed.Sequence.parse(joined.path("headers").path("sequence").asText())
                            .get());
        }
    }

    @Test
    void aPingIsAnswered() {
        try (var browser = connect()) {
            browser.sendText("{\"type\":\"ping\"}");
            assertEquals("pong", browser.next().path("type").asText());
        }
    }

    @Test
    void whatIsNoMessageEndsTheConnectionAndSaysWhy() {
        for (var nonsense : List.of(
                "",
                "{",
                "[]",
                "{\"type\":\"send\",\"headers\":7}",
                "{\"type\":\"send\",\"headers\":{\"a\":\"" + "x".repeat(8 * 1024) + "\"}}",
                "{\"a\":1,\"a\":2}",
                "{\"type\":\"send\",\"address\":\"" + "x".repeat(201) + "\"}")) {
            try (var browser = connect()) {
                browser.sendText(nonsense);
                assertEquals("err", browser.next().path("type").asText(), nonsense);
                assertEquals("closed 1008", browser.frame(), nonsense);
            }
        }
    }

    @Test
    void whoLeavesWhileMuchIsOnItsWayDisturbsNobody() {
        try (var other = connect()) {
            for (var i = 0; i < 5; i++) {
                try (var browser = connect()) {
                    browser.register("events.cluster", "Authorization", suite.bearer("admin"));
                    for (var calls = 0; calls < 20; calls++) {
                        browser.sendText(
                                "{\"type\":\"send\",\"address\":\"gateway.getOpenApi\",\"replyAddress\":\"r\"}");
                    }
                }
            }
            suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 1);
            assertEquals(
                    200,
                    other.reply("wishlist.getWishlist", null, "path.id", "1")
                            .path("status")
                            .asInt());
        }
    }

    @Test
    void textThatIsNotUtf8InDisguiseIsRefusedLikeAnyOther() {
        try (var browser = connect()) {
            browser.sendText("\u0000{\u0000\u0000");
            assertEquals("err", browser.next().path("type").asText());
            assertEquals("closed 1008", browser.frame());
        }
        assertEquals(
                401,
                suite.browser
                        .get("/api/v1/wishlists/mine", "Authorization", "Bearer AHsAAA.e30.x")
                        .status());
    }

    @Test
    void aMessageThatIsTooLongEndsTheConnection() {
        try (var browser = connect()) {
            browser.sendText("{\"type\":\"send\",\"address\":\"a\",\"body\":\"" + "x".repeat(300_000) + "\"}");
            assertEquals("closed 1009", browser.end());
        }
        suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 0);
    }

    @Test
    void anAnswerIsTextWhateverEncodingIsAskedFor() {
        try (var browser = connect()) {
            var many = "x".repeat(3_000);
            var reply = browser.reply("wishlist.getWishlist", null, "path.id", many, "Accept-Encoding", "gzip");
            assertEquals(many, reply.path("body").path("id").asText());
        }
    }

    @Test
    void aMessageThatIsNeverFinishedEndsTheConnection() {
        try (var browser = connect()) {
            browser.sendPart("{\"type\":");
            assertEquals("closed 4408", browser.end());
        }
    }

    @Test
    void aFloodEndsTheConnection() {
        try (var browser = connect()) {
            for (var i = 0; i < 300; i++) browser.sendText("{\"type\":\"ping\"}");
            assertEquals("closed 1008", browser.end());
        } catch (java.util.concurrent.CompletionException closedAlready) {
            assertTrue(closedAlready.getMessage().contains("closed"), closedAlready.getMessage());
        }
    }

    @Test
    void callsThatWaitHoldUpWhatComesBehindThemNotTheGateway() {
        try (var browser = connect();
                var other = connect()) {
            for (var i = 0; i < 18; i++) {
                browser.sendText("{\"type\":\"send\",\"address\":\"wishlist.keepSilence\",\"headers\":{\"path.id\":\""
                        + i + "\"},\"replyAddress\":\"r" + i + "\"}");
            }
            suite.platform.eventually(() -> suite.gateway.bridge().callsUnderWay() == 16);
            assertEquals(
                    200,
                    other.reply("wishlist.getWishlist", null, "path.id", "1")
                            .path("status")
                            .asInt());
            var answered = new HashSet<String>();
            for (var i = 0; i < 16; i++) {
                var answer = browser.next();
                assertEquals(504, answer.path("body").path("status").asInt());
                answered.add(answer.path("address").asText());
            }
            assertEquals(16, answered.size());
        }
    }

    @Test
    void aClientOfSockJsIsSpokenToInItsFrames() {
        var info = suite.browser.get("/eventbus/info?t=1");
        assertEquals(200, info.status());
        assertTrue(info.json().path("websocket").asBoolean());
        try (var browser = BridgeClient.connectTo(suite, "/eventbus/000/abcdefgh/websocket")) {
            assertEquals("o", browser.frame());
            browser.sendText("[\"{\\\"type\\\":\\\"ping\\\"}\"]");
            assertEquals("a[\"{\\\"type\\\":\\\"pong\\\"}\"]", browser.frame());
            browser.sendText("{\"type\":\"ping\"}");
            var last = Json.tree(Buffer.buffer(browser.frame().substring(1)));
            assertEquals(
                    "err",
                    Json.tree(Buffer.buffer(last.get(0).textValue()))
                            .path("type")
                            .asText());
            assertTrue(browser.frame().startsWith("c[1008,"));
            assertEquals("closed 1008", browser.frame());
        }
    }

    @Test
    void itsOtherWaysInAreClosed() {
        for (var path : List.of("/eventbus/000/abc/xhr", "/eventbus/iframe.html", "/eventbus", "/eventbus/")) {
            assertEquals(404, suite.browser.get(path).status(), path);
        }
        assertEquals(
                "websocket-expected", suite.browser.get("/eventbus/websocket").code());
        assertEquals(405, suite.browser.post("/eventbus/info", "{}").status());
    }

    @Test
    void theScriptsForItAreServed() {
        for (var path : List.of("/live/live.js", "/live/vertx-eventbus.js", "/live/sockjs.min.js")) {
            var script = suite.browser.get(path);
            assertEquals(200, script.status(), path);
            assertEquals("text/javascript; charset=utf-8", script.header("Content-Type"));
        }
    }

    @Test
    void aProblemOfTheBridgeHasAPageLikeAnyOther() {
        for (var code : List.of("websocket-expected", "malformed-message", "missing-path-parameter")) {
            assertEquals(200, suite.browser.get("/problems/" + code).status(), code);
        }
        assertEquals(400, Problem.invalid("websocket-expected", "").status());
    }
}
