package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import omnibus.platform.events.Doorbell;
import omnibus.testkit.SecurityLines;
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
                "/debug",
                "/heapdump",
                "/metrics",
                "/actuator",
                "/actuator/heapdump",
                "/api/v1/wishlists/",
                "/docs/../x",
                "/internal/wishlist.awaitWishlist")) {
            var reply = browser.get(path);
            assertEquals(404, reply.status(), path);
            assertEquals("not-found", reply.code());
        }
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
    void aMissingRoleIsOneSecurityEventAndNotSignedInIsNone() {
        try (var lines = new SecurityLines()) {
            browser.send("DELETE", "/api/v1/wishlists/1", (String) null);
            browser.get("/api/v1/wishlists/1", "Authorization", "Bearer x.y.z");
            assertEquals(List.of(), lines.all());

            var refused = browser.send(
                    "DELETE", "/api/v1/wishlists/1", (String) null, "Authorization", suite.bearer("customer"));

            var line = lines.one("access-denied");
            assertEquals(refused.header("X-Request-Id"), line.get("request"));
            assertEquals(GatewaySuite.USER, line.get("user"));
            assertEquals("wishlist.deleteWishlist", line.get("op"));
            assertEquals("127.0.0.0/24", line.get("network"));
        }
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
        suite.platform.eventually(() -> !suite.platform.platform().directory().hasReady("passing"));
        var reply = browser.get("/api/v1/passing");
        assertEquals(503, reply.status());
        assertEquals("unavailable", reply.code());
        assertNotNull(reply.header("Retry-After"));
    }
}
