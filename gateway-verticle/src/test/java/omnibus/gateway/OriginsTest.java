package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import omnibus.platform.Settings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Scripts of other origins, in browsers. The test client may not send Origin by itself, so the socket is bare. */
class OriginsTest {
    private static final String ALLOWED = "https://shop.example";
    private static GatewaySuite suite;

    @BeforeAll
    static void open() {
        suite = new GatewaySuite("OMNIBUS_CORS_ORIGINS", ALLOWED + ", https://other.example:8443");
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    private static String ask(String method, String origin, String... more) {
        return suite.browser.raw(method + " /api/v1/wishlists/7 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: "
                + origin + "\r\n" + String.join("", more) + "\r\n");
    }

    @Test
    void anAllowedOriginSeesTheAnswerAndItsHeaders() {
        var answer = ask("GET", ALLOWED).toLowerCase();
        assertTrue(answer.contains("access-control-allow-origin: " + ALLOWED), answer);
        assertTrue(answer.contains("access-control-expose-headers: etag"), answer);
        assertTrue(answer.contains("vary: origin"), answer);
    }

    @Test
    void anAllowedOriginIsToldWhatItMaySend() {
        var answer = ask("OPTIONS", ALLOWED, "Access-Control-Request-Method: DELETE\r\n")
                .toLowerCase();
        assertTrue(answer.contains("access-control-allow-methods: delete, get, head, options"), answer);
        assertTrue(answer.contains("access-control-allow-headers: authorization"), answer);
    }

    @Test
    void whatAContractDeclaresMayBeSentAsWell() {
        var answer =
                suite.browser.raw("OPTIONS /api/v1/wishlists/mine HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: "
                        + ALLOWED + "\r\nAccess-Control-Request-Method: GET\r\n\r\n");
        assertTrue(answer.toLowerCase().contains("x-wish"), answer);
    }

    @Test
    void nobodyElseIsLetIn() {
        for (var origin : List.of(
                "https://evil.example",
                "null",
                "https://shop.example.evil.example",
                "https://evilshop.example",
                "http://shop.example",
                "https://shop.example:444",
                "HTTPS://SHOP.EXAMPLE")) {
            for (var method : List.of("GET", "OPTIONS")) {
                var answer = ask(method, origin, "Access-Control-Request-Method: GET\r\n")
                        .toLowerCase();
                assertTrue(!answer.contains("access-control-"), origin + ": " + answer);
            }
        }
    }

    @Test
    void theBrowsersOwnCredentialsAreNeverAskedFor() {
        assertTrue(!ask("GET", ALLOWED).toLowerCase().contains("access-control-allow-credentials"));
    }

    @Test
    void withoutAListNothingIsSaid() {
        try (var closed = new GatewaySuite()) {
            assertNull(closed.browser.get("/health").header("Vary"));
        }
    }

    @Test
    void whatIsNoOriginIsAFault() {
        for (var wrong :
                List.of("shop.example", "https://shop.example/", "*", "ftp://shop.example", "https://Shop.example")) {
            var settings = Settings.of(Map.of("OMNIBUS_CORS_ORIGINS", wrong));
            Origins.from(settings);
            assertThrows(Settings.Invalid.class, settings::check, wrong);
        }
        var settings = Settings.of(Map.of("OMNIBUS_CORS_ORIGINS", "http://localhost:3000"));
        assertEquals(1, Origins.from(settings).allowed().size());
        settings.check();
    }
}
