package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Long answers come in gzip to who takes it, under tags that work in every request. */
class CompressionTest {
    private static GatewaySuite suite;

    @BeforeAll
    static void open() {
        suite = new GatewaySuite();
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + suite.gateway.port() + path));
        if (headers.length > 0) request.headers(headers);
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static byte[] unpacked(byte[] bytes) throws IOException {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return gzip.readAllBytes();
        }
    }

    @Test
    void whoTakesGzipGetsTheSameInLess() throws Exception {
        for (var path : new String[] {"/openapi.json", "/docs/swagger-ui-bundle.js", "/pages.css"}) {
            var plain = get(path);
            var packed = get(path, "Accept-Encoding", "br, gzip;q=0.8");
            assertEquals("gzip", header(packed, "Content-Encoding"), path);
            assertEquals(new String(plain.body()), new String(unpacked(packed.body())), path);
            assertTrue(packed.body().length < plain.body().length / 2, path);
            assertEquals("", header(plain, "Content-Encoding"), path);
            assertEquals("Accept-Encoding", header(plain, "Vary"), path);
            assertEquals("Accept-Encoding", header(packed, "Vary"), path);
        }
    }

    @Test
    void eachEncodingHasATagOfItsOwnAndBothAreUnderstood() throws Exception {
        var tag = header(get("/openapi.json"), "ETag");
        var packedTag = header(get("/openapi.json", "Accept-Encoding", "gzip"), "ETag");
        assertEquals(tag.replaceAll("\"$", "-gzip\""), packedTag);
        for (var path : new String[] {"/openapi.json", "/docs/swagger-ui-bundle.js"}) {
            var known = header(get(path, "Accept-Encoding", "gzip"), "ETag");
            var again = get(path, "Accept-Encoding", "gzip", "If-None-Match", known);
            assertEquals(304, again.statusCode(), path);
            assertEquals(known, header(again, "ETag"), path);
        }
    }

    @Test
    void whatIsKeptIsPackedOnceForAll() throws Exception {
        get("/openapi.json", "Accept-Encoding", "gzip");
        var packed = suite.platform.platform().metrics().counter("omnibus.edge.packed");
        var before = packed.count();
        for (var i = 0; i < 3; i++) {
            var again = get("/openapi.json", "Accept-Encoding", "gzip");
            assertEquals("omnibus; hit", header(again, "Cache-Status"));
        }
        assertTrue(before >= 1);
        assertEquals(before, packed.count());
    }

    @Test
    void aServiceSeesTheTagItGave() {
        var echoed = suite.browser.post(
                "/api/v1/wishlists",
                "{\"name\":\"n\"}",
                "Content-Type",
                "application/json",
                "Authorization",
                suite.bearer(),
                "If-Match",
                "\"3-gzip\"");
        assertEquals("\"3\"", echoed.json().path("header.if-match").asText());
    }

    @Test
    void shortAnswersAndAnswersToWritesStayAsTheyAre() throws Exception {
        assertEquals("", header(get("/health/live", "Accept-Encoding", "gzip"), "Content-Encoding"));
        assertFalse(get("/health/live").headers().firstValue("Vary").isPresent());
        var written = suite.browser.post(
                "/api/v1/wishlists",
                "{\"name\":\"" + "n".repeat(90) + "\"}",
                "Content-Type",
                "application/json",
                "Accept-Encoding",
                "gzip",
                "Authorization",
                suite.bearer());
        assertEquals(null, written.header("Content-Encoding"));
    }

    @Test
    void whatAClientTakesIsReadAsTheRulesSay() {
        Map.of(
                        "gzip", true,
                        "br, GZIP", true,
                        "gzip;q=0.5", true,
                        "gzip;q=0", false,
                        "gzip;q=0.000, *", false,
                        "*", true,
                        "*;q=0", false,
                        "br", false,
                        "", false)
                .forEach((header, accepted) -> assertEquals(accepted, Compression.accepts(header), header));
        assertFalse(Compression.accepts(null));
    }
}
