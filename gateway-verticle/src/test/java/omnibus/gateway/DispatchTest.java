package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import omnibus.platform.Json;
import omnibus.platform.events.Doorbell;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client may rely on at the door, seen by real HTTP. */
class DispatchTest {
    private static final String JSON = "application/json";
    private static GatewaySuite suite;
    private static Browser browser;

    @BeforeAll
    static void open() {
        suite = new GatewaySuite();
        browser = suite.browser;
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    @Test
    void aRequestReachesTheServiceWithWhatItNeeds() {
        var told = browser.get("/api/v1/wishlists/a%20b").json();
        assertEquals("a b", told.path("id").asText());
        assertEquals("/api/v1/wishlists/a%20b", told.path("uri").asText());
        assertEquals("127.0.0.1", told.path("client").asText());
        assertEquals("null", told.path("user").asText());
    }

    @Test
    void theBodyArrivesUntouched() {
        var body = "{ \"name\" : \"\\u00fc\"}";
        var told = browser.post("/api/v1/wishlists", body, "Content-Type", JSON, "Authorization", suite.bearer());
        assertEquals(201, told.status());
        assertEquals(body, told.json().path("body").asText());
        assertEquals("/api/v1/wishlists/w-1", told.header("Location"));
    }

    @Test
    void theCallerIsWhoTheTokenNames() {
        var told = browser.get("/api/v1/wishlists/mine", "Authorization", suite.bearer("customer"))
                .json();
        assertEquals(GatewaySuite.USER, told.path("user").asText());
        assertEquals("customer", told.path("roles").path(0).asText());
    }

    @Test
    void identitiesFromOutsideDoNotPass() {
        var told = browser.get(
                        "/api/v1/wishlists/mine",
                        "user",
                        "0190-forged",
                        "roles",
                        "admin",
                        "session",
                        "s",
                        "client",
                        "10.9.9.9",
                        "uri",
                        "/x",
                        "op",
                        "wishlist.awaitWishlist",
                        "deadline",
                        "1",
                        "header.user",
                        "x",
                        "query.limit",
                        "7",
                        "X-Forwarded-For",
                        "10.9.9.9",
                        "request-id",
                        "forged",
                        "X-Request-Id",
                        "forged")
                .json();
        assertEquals("null", told.path("user").asText());
        assertTrue(told.path("roles").isEmpty());
        assertEquals("127.0.0.1", told.path("client").asText());
        assertEquals("/api/v1/wishlists/mine", told.path("uri").asText());
        assertFalse(told.path("request").asText().contains("forged"));
    }

    @Test
    void aQueryCannotForgeWhatIsNoParameter() {
        var told = browser.get("/api/v1/wishlists/mine?user=x&path.id=1");
        assertEquals("invalid-request", told.code());
    }

    @Test
    void onlyDeclaredAndStandardHeadersReachTheService() {
        var told = browser.get(
                        "/api/v1/wishlists/mine",
                        "X-Wish",
                        "a pony",
                        "X-Other",
                        "secret",
                        "Cookie",
                        "a=b",
                        "Authorization",
                        suite.bearer())
                .json();
        assertEquals("a pony", told.path("header.x-wish").asText());
        assertFalse(told.has("header.x-other"));
        assertFalse(told.has("header.cookie"));
        assertFalse(told.has("header.authorization"));
    }

    @Test
    void anUnknownPathIs404() {
        for (var path : List.of(
                "/api/v1/nothing",
                "/v0",
                "/.git/config",
                "/.env",
                "/actuator",
                "/api/v1/wishlists/",
                "/docs/../x",
                "/internal/wishlist.awaitWishlist")) {
            var reply = browser.get(path);
            assertEquals(404, reply.status(), path);
            assertEquals("not-found", reply.code());
        }
    }

    @Test
    void theServicesOwn404LooksTheSame() {
        var unknownPath = browser.get("/api/v1/nothing").json();
        var unknownId = browser.get("/api/v1/wishlists/none").json();
        for (var field : List.of("type", "title", "status", "detail"))
            assertEquals(unknownPath.get(field), unknownId.get(field));
        assertEquals("/api/v1/wishlists/none", unknownId.path("instance").asText());
    }

    @Test
    void anotherMethodIs405WithAllow() {
        var reply = browser.send("PUT", "/api/v1/wishlists/1", "{}");
        assertEquals("method-not-allowed", reply.code());
        assertEquals(405, reply.status());
        assertEquals("DELETE, GET, HEAD, OPTIONS", reply.header("Allow"));
        assertEquals(405, browser.get("/api/v1/wishlists/import").status());
        assertEquals(405, browser.send("POST", "/docs", "x").status());
        assertTrue(browser.raw("TRACE /api/v1/wishlists/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 405"));
    }

    @Test
    void optionsTellsTheMethodsAndAllowsNoOtherOrigin() {
        var reply = browser.send(
                "OPTIONS",
                "/api/v1/wishlists/1",
                (String) null,
                "Origin",
                "https://evil.example",
                "Access-Control-Request-Method",
                "DELETE");
        assertEquals(204, reply.status());
        assertEquals("DELETE, GET, HEAD, OPTIONS", reply.header("Allow"));
        assertNull(reply.header("Access-Control-Allow-Origin"));
    }

    @Test
    void headIsGetWithoutTheBody() {
        var get = browser.get("/api/v1/wishlists/1");
        var head = browser.send("HEAD", "/api/v1/wishlists/1", (String) null);
        assertEquals(200, head.status());
        assertEquals("", head.response().body());
        assertEquals(get.header("Content-Length"), head.header("Content-Length"));
        assertEquals(get.header("Content-Type"), head.header("Content-Type"));
    }

    @Test
    void whoIsNotSignedInIs401WithTheWayToSignIn() {
        var reply = browser.post("/api/v1/wishlists", "{}", "Content-Type", JSON);
        assertEquals("not-signed-in", reply.code());
        assertEquals(401, reply.status());
        assertEquals("Bearer realm=\"omnibus\"", reply.header("WWW-Authenticate"));
    }

    @Test
    void aBadTokenIs401AlsoWhereAnonymousCallersAreWelcome() {
        var reply = browser.get("/api/v1/wishlists/1", "Authorization", "Bearer x.y.z");
        assertEquals("invalid-token", reply.code());
        assertTrue(reply.header("WWW-Authenticate").contains("error=\"invalid_token\""));
    }

    @Test
    void aMissingRoleIs403() {
        assertEquals(
                "forbidden",
                browser.send("DELETE", "/api/v1/wishlists/1", (String) null, "Authorization", suite.bearer("customer"))
                        .code());
        assertEquals(
                204,
                browser.send("DELETE", "/api/v1/wishlists/1", (String) null, "Authorization", suite.bearer("admin"))
                        .status());
    }

    @Test
    void anEndedSessionIs401WithinSeconds() {
        var bearer = "Bearer " + suite.signer.token(GatewaySuite.USER, "ended-later");
        assertEquals(
                200,
                browser.get("/api/v1/wishlists/mine", "Authorization", bearer).status());
        suite.endedSessions.add("ended-later");
        Doorbell.ring(suite.platform.vertx(), "user");
        suite.platform.eventually(() ->
                browser.get("/api/v1/wishlists/mine", "Authorization", bearer).status() == 401);
    }

    @Test
    void anotherContentTypeIs415() {
        var bearer = suite.bearer();
        for (var type : List.of(
                "text/xml",
                "multipart/form-data; boundary=x",
                "application/jsonx",
                "application/json; charset=utf-16",
                "text/plain")) {
            var reply = browser.post(
                    "/api/v1/wishlists", "{\"name\":\"n\"}", "Content-Type", type, "Authorization", bearer);
            assertEquals("unsupported-media-type", reply.code(), type);
            assertEquals(415, reply.status());
        }
        assertEquals(
                415,
                browser.post("/api/v1/wishlists", "{\"name\":\"n\"}", "Authorization", bearer)
                        .status());
        assertEquals(
                415,
                browser.post(
                                "/api/v1/wishlists",
                                "x",
                                "Content-Type",
                                JSON,
                                "Content-Encoding",
                                "gzip",
                                "Authorization",
                                bearer)
                        .status());
        for (var type :
                List.of("Application/JSON", "application/json;charset=UTF-8", "application/json; charset=\"utf-8\"")) {
            assertEquals(
                    201,
                    browser.post("/api/v1/wishlists", "{\"name\":\"n\"}", "Content-Type", type, "Authorization", bearer)
                            .status(),
                    type);
        }
    }

    @Test
    void aRawBodyOfAnyTypeReachesTheServiceAsItIs() {
        var reply = browser.post(
                "/api/v1/wishlists/webhook", "\u0001 not json", "Content-Type", "text/whatever", "X-Signature", "t=1");
        assertEquals(10, reply.json().path("bytes").asInt());
        assertEquals("t=1", reply.json().path("signature").asText());
    }

    @Test
    void checksComeInTheirOrder() {
        var large = "x".repeat(1024 * 1024 + 1);
        assertEquals(404, browser.post("/api/v1/nothing", large).status());
        assertEquals(
                413,
                browser.post("/api/v1/wishlists", large, "Content-Type", "text/xml")
                        .status());
        assertEquals(
                401,
                browser.post("/api/v1/wishlists", "x", "Content-Type", "text/xml")
                        .status());
        assertEquals(
                403,
                browser.post(
                                "/api/v1/wishlists/import",
                                "x",
                                "Content-Type",
                                "text/xml",
                                "Authorization",
                                suite.bearer())
                        .status());
        assertEquals(
                415,
                browser.post("/api/v1/wishlists", "x", "Content-Type", "text/xml", "Authorization", suite.bearer())
                        .status());
        assertEquals(
                400,
                browser.post("/api/v1/wishlists", "x", "Content-Type", JSON, "Authorization", suite.bearer())
                        .status());
    }

    @Test
    void aBodyOfExactlyOneMebibyteIsTaken() {
        var body = "{\"name\":\"" + "n".repeat(1024 * 1024 - 11) + "\"}";
        assertEquals(1024 * 1024, body.length());
        assertEquals(
                201,
                browser.post("/api/v1/wishlists", body, "Content-Type", JSON, "Authorization", suite.bearer())
                        .status());
    }

    @Test
    void aLargerBodyIs413AlsoWhenItsLengthIsNotTold() {
        var chunked = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3 * 1024 * 1024]));
        var reply = browser.send(
                "POST", "/api/v1/wishlists", chunked, "Content-Type", JSON, "Authorization", suite.bearer());
        assertEquals(413, reply.status());
        assertEquals("body-too-large", reply.code());
        var unsigned = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[3 * 1024 * 1024]));
        assertEquals(
                413,
                browser.send("POST", "/api/v1/wishlists", unsigned, "Content-Type", JSON)
                        .status());
        var small = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[1024]));
        assertEquals(
                401,
                browser.send("POST", "/api/v1/wishlists", small, "Content-Type", JSON)
                        .status());
    }

    @Test
    void anAbsentServiceIs503WithRetryAfter() {
        suite.platform.await(
                suite.platform.vertx().undeploy(suite.platform.deploy(new Passing(suite.platform.platform()))));
        suite.platform.eventually(() -> !suite.platform.platform().directory().hasReady("clash"));
        var reply = browser.get("/api/v1/clash");
        assertEquals(503, reply.status());
        assertEquals("unavailable", reply.code());
        assertNotNull(reply.header("Retry-After"));
    }

    @Test
    void aBugIs500AndTellsNothing() {
        var reply = browser.get("/api/v1/wishlists/1/bug");
        assertEquals("internal-error", reply.code());
        assertFalse(reply.response().body().contains("secret"));
        assertFalse(reply.response().body().contains("Exception"));
    }

    @Test
    void aHeaderThatHttpCannotCarryIsABugAndNotASilence() {
        var reply = browser.get("/api/v1/wishlists/split");
        assertEquals(500, reply.status());
        assertEquals("internal-error", reply.code());
        assertNull(reply.header("X-Evil"));
    }

    @Test
    void aBrokenQueryIs400AlsoForAnImport() {
        var reply = browser.post(
                "/api/v1/wishlists/import?x=%ff",
                "{}", "Content-Type", "application/x-ndjson", "Authorization", suite.bearer("admin"));
        assertEquals("malformed-query", reply.code());
    }

    @Test
    void everyAnswerHasARequestIdAndSafeHeaders() {
        for (var path : List.of("/api/v1/wishlists/1", "/api/v1/nothing", "/health", "/", "/docs")) {
            var reply = browser.get(path);
            assertEquals(32, reply.header("X-Request-Id").length(), path);
            assertEquals("nosniff", reply.header("X-Content-Type-Options"));
            assertEquals("no-referrer", reply.header("Referrer-Policy"));
            assertTrue(reply.header("Content-Security-Policy").contains("frame-ancestors 'none'"));
            assertFalse(reply.header("Content-Security-Policy").contains("script-src 'unsafe"), path);
            assertNull(reply.header("Server"));
            assertNull(reply.header("Access-Control-Allow-Origin"));
        }
        assertEquals("no-store", browser.get("/api/v1/wishlists/1").header("Cache-Control"));
        assertEquals(
                "private, no-cache",
                browser.get("/api/v1/wishlists/mine", "Authorization", suite.bearer())
                        .header("Cache-Control"));
    }

    @Test
    void aTraceIsCarriedOnAndAProblemNamesIt() {
        var trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assertEquals(
                trace,
                browser.get("/api/v1/wishlists/1", "traceparent", trace)
                        .json()
                        .path("traceparent")
                        .asText());
        var problem = browser.get("/api/v1/nothing?x=1", "traceparent", trace).json();
        assertEquals("4bf92f3577b34da6a3ce929d0e0e4736", problem.path("traceId").asText());
        assertEquals("/api/v1/nothing", problem.path("instance").asText());
        var ownTrace = browser.get("/api/v1/wishlists/1", "traceparent", "rubbish");
        assertEquals(
                ownTrace.header("X-Request-Id"),
                ownTrace.json().path("traceparent").asText().substring(3, 35));
    }

    @Test
    void aConditionalReadIsAnsweredByTheService() {
        var first = browser.get(
                "/api/v1/wishlists/webhook".replace("webhook", "mine"),
                "X-Wish",
                "same",
                "traceparent",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assertNotNull(first.header("ETag"));
        assertEquals(
                304, browser.get("/api/v1/wishlists/mine", "If-None-Match", "*").status());
    }

    @Test
    void whoPrefersToWaitGetsTheSettledResource() {
        var bearer = suite.bearer();
        var reply = browser.post(
                "/api/v1/wishlists",
                "{\"name\":\"n\"}",
                "Content-Type",
                JSON,
                "Authorization",
                bearer,
                "Prefer",
                "wait=99");
        assertEquals(201, reply.status());
        assertEquals("w-1", reply.json().path("awaited").asText());
        assertEquals("10", reply.json().path("wait").asText());
        assertEquals("/api/v1/wishlists/w-1", reply.header("Location"));
        assertEquals("wait=10", reply.header("Preference-Applied"));
        var unclear = browser.post(
                "/api/v1/wishlists",
                "{\"name\":\"n\"}",
                "Content-Type",
                JSON,
                "Authorization",
                bearer,
                "Prefer",
                "wait=soon");
        assertTrue(unclear.json().path("awaited").isMissingNode());
    }

    @Test
    void anImportIsCarriedInBatchesAndAddedUp() {
        suite.wishlists.batches.clear();
        suite.wishlists.firstLines.clear();
        var lines = "{\"name\":\"n\"}\n".repeat(450) + "\n" + "x".repeat(70_000) + "\n{\"name\":\"last\"}";
        var reply = browser.post(
                "/api/v1/wishlists/import",
                lines,
                "Content-Type",
                "application/x-ndjson",
                "Authorization",
                suite.bearer("admin"));
        assertEquals(200, reply.status());
        assertEquals(List.of(1L, 201L, 401L, 453L), suite.wishlists.firstLines);
        assertEquals(
                Json.tree(Map.of("line", 452, "detail", "is longer than 64 KiB")),
                reply.json().path("errors").path(0));
        assertEquals(452, reply.json().path("received").asInt());
        assertEquals(451, reply.json().path("created").asInt());
        assertEquals(1, reply.json().path("failed").asInt());
    }

    @Test
    void anEmptyImportIsAnswered() {
        assertEquals(
                0,
                browser.post(
                                "/api/v1/wishlists/import",
                                "\n\n",
                                "Content-Type",
                                "application/x-ndjson",
                                "Authorization",
                                suite.bearer("admin"))
                        .json()
                        .path("received")
                        .asInt());
    }

    @Test
    void aLargeImportIsNotHeldInMemory() {
        var size = 24L * 1024 * 1024;
        var line = ("{\"name\":\"" + "n".repeat(1_000) + "\"}\n").getBytes();
        var stream = BodyPublishers.ofInputStream(() -> new RepeatedInput(line, size));
        suite.wishlists.batches.clear();
        suite.wishlists.firstLines.clear();
        var reply = browser.send(
                "POST",
                "/api/v1/wishlists/import",
                stream,
                "Content-Type",
                "application/x-ndjson",
                "Authorization",
                suite.bearer("admin"));
        assertEquals(size / line.length, reply.json().path("received").asLong());
        suite.wishlists.batches.clear();
    }

    @Test
    void anImportThatIsRefusedUnderWayTellsHowFarItCame() {
        suite.wishlists.batches.clear();
        suite.wishlists.refuseBatches = omnibus.platform.Problem.unavailable("The store is away.", 2);
        try {
            var reply = browser.post(
                    "/api/v1/wishlists/import",
                    "{}\n".repeat(500),
                    "Content-Type",
                    "application/x-ndjson",
                    "Authorization",
                    suite.bearer("admin"));
            assertEquals(503, reply.status());
            assertEquals("2", reply.header("Retry-After"));
            assertEquals(200, reply.json().path("loaded").path("created").asInt());
        } finally {
            suite.wishlists.refuseBatches = null;
        }
    }
}
