package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every answer carries, seen by real HTTP. */
class ExchangeTest {
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
    void theServicesOwn404LooksTheSame() {
        var unknownPath = browser.get("/api/v1/nothing").json();
        var unknownId = browser.get("/api/v1/wishlists/none").json();
        for (var field : List.of("type", "title", "status", "detail"))
            assertEquals(unknownPath.get(field), unknownId.get(field));
        assertEquals("/api/v1/wishlists/none", unknownId.path("instance").asText());
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
    void everyAnswerHasARequestIdAndSafeHeaders() {
        for (var path : List.of("/api/v1/wishlists/1", "/api/v1/nothing", "/health", "/", "/docs")) {
            var reply = browser.get(path);
            assertEquals(32, reply.header("X-Request-Id").length(), path);
            assertEquals("nosniff", reply.header("X-Content-Type-Options"));
            assertEquals("no-referrer", reply.header("Referrer-Policy"));
            assertTrue(reply.header("Content-Security-Policy").contains("frame-ancestors 'none'"));
            assertFalse(reply.header("Content-Security-Policy").contains("script-src 'unsafe"), path);
            assertNull(reply.header("Server"));
            assertNull(reply.header("Set-Cookie"));
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
}
