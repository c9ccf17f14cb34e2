package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import omnibus.platform.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Streamed NDJSON, from a real client to a service that counts lines. */
class BatchedUploadTest {
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
    void aBrokenQueryIs400AlsoForAnImport() {
        var reply = browser.post(
                "/api/v1/wishlists/import?x=%ff",
                "{}", "Content-Type", "application/x-ndjson", "Authorization", suite.bearer("admin"));
        assertEquals("malformed-query", reply.code());
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
