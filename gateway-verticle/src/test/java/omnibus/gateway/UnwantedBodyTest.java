package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A body is not read for a service that could not do anything with it. */
class UnwantedBodyTest {
    private static final int MOST_IN_FLIGHT = 4;
    private static final int STATUS_LINE = "HTTP/1.1 503".length();

    private GatewaySuite suite;

    @BeforeEach
    void open() {
        suite = new GatewaySuite(Map.of(
                "OMNIBUS_IN_FLIGHT",
                Integer.toString(MOST_IN_FLIGHT),
                "OMNIBUS_DRAIN_NOTICE",
                "1s",
                "OMNIBUS_DRAIN_PATIENCE",
                "1s"));
    }

    @AfterEach
    void close() {
        suite.close();
    }

    /** What a client is told that announces a body and asks whether it may send it. */
    private String mayISend(String how) {
        try (var socket = suite.browser.socket()) {
            socket.setSoTimeout(5_000);
            var head = "POST /api/v1/wishlists HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + suite.bearer() + "\r\n"
                    + how + "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            var begin = new String(socket.getInputStream().readNBytes(STATUS_LINE), StandardCharsets.US_ASCII);
            return begin.endsWith("100") ? begin : begin + Browser.readAll(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fill() {
        for (var i = 0; i < MOST_IN_FLIGHT; i++) {
            CompletableFuture.runAsync(() -> new Browser(suite.gateway.port())
                    .post("/api/v1/wishlists/w-1/silence", "{}", "Content-Type", "application/json"));
        }
        suite.platform.eventually(() -> suite.createWishlist().status() == 503);
    }

    @Test
    void whoAsksBeforeSendingIsToldThatTheServiceIsFull() {
        fill();
        suite.platform.eventually(() -> {
            assertEquals(503, suite.createWishlist().status());
            var told = mayISend("Content-Length: 100");
            return told.startsWith("HTTP/1.1 503") && told.contains("as much to do as it can");
        });
    }

    @Test
    void theHeadIsEnoughToBeToldThatTheServiceIsAway() {
        assertEquals(201, suite.createWishlist().status());
        suite.platform.await(suite.platform.vertx().undeploy(suite.wishlistDeployment));
        suite.platform.eventually(() -> mayISend("Content-Length: 100").startsWith("HTTP/1.1 503"));
        var told = mayISend("Transfer-Encoding: chunked");
        assertTrue(told.startsWith("HTTP/1.1 503"), told);
        assertTrue(told.toLowerCase().contains("retry-after: 1"), told);
    }
}
