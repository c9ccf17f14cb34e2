package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import omnibus.platform.call.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GatewayApiTest {
    private static final String STRICT = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";
    /** Word by word: no {@code *}, and what stands in a page is never run. */
    private static final Map<String, String> POLICIES = Map.of(
            "/",
            STRICT,
            "/problems/not-found",
            STRICT,
            "/docs",
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'unsafe-inline'; "
                    + "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

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
    void healthListsEveryServiceThatShouldBeThere() {
        var health = browser.get("/health");
        assertEquals(200, health.status());
        assertEquals("READY", service(health.json(), "wishlist").path("state").asText());
        assertEquals("READY", service(health.json(), "gateway").path("state").asText());
        assertEquals("AWAY", service(health.json(), "payment").path("state").asText());
        assertEquals("DEGRADED", health.json().path("status").asText());
    }

    @Test
    void aliveIsNotReady() {
        assertEquals("UP", browser.get("/health/live").json().path("status").asText());
        var ready = browser.get("/health/ready");
        assertEquals(503, ready.status());
        assertNotNull(ready.header("Retry-After"));
        assertTrue(ready.json().path("missing").toString().contains("payment"));
    }

    @Test
    void readyWhenTheCoreIsUnlessItHasBeenCutOffFromIt() {
        try (var whole = new GatewaySuite()) {
            for (var service : Contracts.CORE) {
                whole.platform.answer(service + ".nothing", call -> Future.succeededFuture(Answer.noContent()));
            }
            assertEquals(200, whole.browser.get("/health/ready").status());
            whole.platform.platform().health().cutOff(() -> true);
            var alone = whole.browser.get("/health/ready");
            assertEquals(503, alone.status());
            assertEquals(
                    "This gateway cannot reach most of the cluster.",
                    alone.json().path("detail").asText());
        }
    }

    @Test
    void theClusterIsForAdminsOnly() {
        assertEquals(401, browser.get("/api/v1/cluster").status());
        assertEquals(
                403,
                browser.get("/api/v1/cluster", "Authorization", suite.bearer("customer"))
                        .status());
        assertEquals(
                401,
                browser.get("/api/v1/cluster", "roles", "admin", "user", GatewaySuite.USER)
                        .status());
    }

    @Test
    void theClusterCountsCallsOfEachMember() {
        var before = calls();
        for (var i = 0; i < 5; i++) browser.get("/api/v1/wishlists/1");
        assertEquals(before + 5, calls());
    }

    @Test
    void aGatewayCountsItsHttpCalls() {
        var members = browser.get("/api/v1/cluster", "Authorization", suite.bearer("admin"))
                .json()
                .path("members");
        assertTrue(find(members, "gateway").path("calls").asLong() >= 1);
        assertEquals(1, find(members, "gateway").path("inFlight").asInt());
    }

    private static long calls() {
        var members = browser.get("/api/v1/cluster", "Authorization", suite.bearer("admin"))
                .json()
                .path("members");
        return find(members, "wishlist").path("calls").asLong(-1);
    }

    @Test
    void theDocumentsAreServedAndKnowTheirVersion() {
        var document = browser.get("/openapi.json");
        assertEquals("3.1.0", document.json().path("openapi").asText());
        assertTrue(document.json().path("paths").has("/api/v1/wishlists"));
        assertTrue(document.json().path("paths").has("/health"));
        assertEquals(
                304,
                browser.get("/openapi.json", "If-None-Match", document.header("ETag"))
                        .status());
        assertEquals(
                "3.0.0", browser.get("/asyncapi.json").json().path("asyncapi").asText());
    }

    /** Whatever is documented exists: asked without credentials, nothing answers 404 for want of a route or 405. */
    @Test
    void everyDocumentedOperationIsRouted() {
        OpenApiUnionTest.operations(browser.get("/openapi.json").json(), (path, operation) -> {
            var found = suite.gateway.contracts().table().find(path.replaceAll("\\{[a-z]+}", "x"));
            assertNotNull(found, path);
        });
    }

    @Test
    void thePagesAreServedWithAStrictPolicy() {
        for (var path : POLICIES.keySet()) {
            var page = browser.get(path);
            assertEquals(200, page.status(), path);
            assertEquals(POLICIES.get(path), page.header("Content-Security-Policy"), path);
            assertEquals("text/html; charset=utf-8", page.header("Content-Type"));
            assertFalse(page.response().body().contains("<script>"), path);
            assertFalse(page.response().body().contains(" style="), path);
            assertFalse(page.response().body().contains("{code}"), path);
            assertEquals(
                    304, browser.get(path, "If-None-Match", page.header("ETag")).status());
        }
        for (var path : List.of(
                "/docs/docs.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/pages.css", "/favicon.svg")) {
            assertEquals(200, browser.get(path).status(), path);
        }
        assertEquals(404, browser.get("/problems/no-such-problem").status());
        assertEquals(404, browser.get("/docs/..%2f..%2fpom.xml").status());
    }

    @Test
    void everyProblemOfTheGatewayHasItsPage() {
        for (var code : List.of(
                "not-found",
                "method-not-allowed",
                "body-too-large",
                "uri-too-long",
                "headers-too-large",
                "bad-host",
                "malformed-request",
                "malformed-query",
                "invalid-token",
                "not-signed-in",
                "forbidden",
                "too-many-requests",
                "unsupported-media-type",
                "unavailable",
                "deadline-passed",
                "internal-error")) {
            assertEquals(200, browser.get("/problems/" + code).status(), code);
        }
    }

    private static JsonNode service(JsonNode health, String name) {
        return find(health.path("services"), name);
    }

    private static JsonNode find(JsonNode list, String service) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(entry -> entry.path("service").asText().equals(service))
                .findFirst()
                .orElseThrow();
    }
}
