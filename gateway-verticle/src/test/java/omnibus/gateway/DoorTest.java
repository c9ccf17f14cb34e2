package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import omnibus.platform.Problem;
import omnibus.platform.Settings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What no real client would send, byte by byte. */
class DoorTest {
    private static final String HOST = "Host: shop.example\r\n";
    private static final String CLOSE = "Connection: close\r\n";
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
    void aUriOf4KiBIsTheLongest() {
        assertStatus(404, get("/" + "a".repeat(4_095), HOST));
        assertStatus(414, get("/" + "a".repeat(4_096), HOST));
        assertStatus(414, get("/" + "a".repeat(40_000), HOST));
    }

    @Test
    void headersOf8KiBAreTheMost() {
        assertStatus(200, get("/health", HOST + "X-Large: " + "x".repeat(7_900) + "\r\n"));
        assertStatus(431, get("/health", HOST + "X-Large: " + "x".repeat(8_200) + "\r\n"));
        assertStatus(431, get("/health", HOST + "X-Large: " + "x".repeat(100_000) + "\r\n"));
    }

    @Test
    void manySmallHeadersAreTooManyToo() {
        var many = IntStream.range(0, 500).mapToObj(i -> "a" + i + ":1\r\n").collect(Collectors.joining());
        assertStatus(431, get("/health", HOST + many));
    }

    @Test
    void aRefusalOfTheHeadIsAProblemDocument() {
        var answer = get("/" + "a".repeat(5_000), HOST);
        assertTrue(answer.contains("/problems/uri-too-long"), answer);
        assertTrue(answer.toLowerCase().contains("content-type: application/problem+json"), answer);
    }

    @Test
    void oneWellFormedHostIsNeeded() {
        assertStatus(400, get("/health", ""));
        assertStatus(400, get("/health", HOST + HOST));
        assertStatus(400, get("/health", "Host: a b\r\n"));
        assertStatus(400, get("/health", "Host: a/b\r\n"));
    }

    @Test
    void whatIsNotHttpIsRefused() {
        assertStatus(400, browser.raw("GET /health HTTP/1.1\r\n" + HOST + "Bad Name: x\r\n" + CLOSE + "\r\n"));
        assertStatus(
                400,
                browser.raw("POST /api/v1/wishlists HTTP/1.1\r\n" + HOST + "Content-Length: x\r\n" + CLOSE + "\r\n"));
        assertStatus(400, browser.raw("rubbish\r\n\r\n"));
    }

    @Test
    void aRequestIsNotSmuggledBehindAnother() {
        var answer = browser.raw("POST /api/v1/wishlists/webhook HTTP/1.1\r\n" + HOST
                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n" + HOST
                + CLOSE + "\r\n");
        assertFalse(answer.contains("\"services\""), answer);
    }

    /** Two readers that disagree about where a request ends are what smuggling needs. */
    @Test
    void aBodyHasOneLengthAndNoUnknownCoding() {
        for (var framing : List.of(
                "Content-Length: 4\r\nContent-Length: 5\r\n",
                "Content-Length: 4, 5\r\n",
                "Content-Length: +4\r\n",
                "Content-Length: -4\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding: chunked, identity\r\n",
                "Transfer-Encoding:\u000bchunked\r\n",
                "Transfer-Encoding : chunked\r\n")) {
            var answer = browser.raw("POST /api/v1/wishlists/webhook HTTP/1.1\r\n" + HOST + framing
                    + "Content-Type: text/plain\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n" + HOST + CLOSE + "\r\n");
            assertStatus(400, answer);
            assertFalse(answer.contains("\"services\""), framing);
        }
    }

    @Test
    void aValueHoldsNoLineEndAndNoOtherControlCharacter() {
        for (var bad : List.of("a\rb", "a\u0000b", "a\nb", "a\u007fb")) {
            assertStatus(400, get("/health", HOST + "X-Odd: " + bad + "\r\n"));
        }
    }

    /** RFC 9112, section 5.2: what is folded is one value, with a space where the lines met. */
    @Test
    void aFoldedValueIsOneLineToWhoeverReadsIt() {
        var signedIn = "Authorization: " + suite.bearer() + "\r\n";
        var answer = get("/api/v1/wishlists/mine", HOST + signedIn + "X-Wish: a\r\n\t Transfer-Encoding: chunked\r\n");
        assertStatus(200, answer);
        assertTrue(answer.contains("\"header.x-wish\":\"a Transfer-Encoding: chunked\""), answer);
        assertStatus(400, get("/health", HOST + "Content-Length: 1\r\n 0\r\n"));
    }

    @Test
    void aBodyThatNeverEndsIsRefusedAndItsConnectionClosed() throws IOException {
        try (var socket = browser.socket()) {
            socket.setSoTimeout(15_000);
            write(
                    socket,
                    "POST /api/v1/wishlists/webhook HTTP/1.1\r\n" + HOST
                            + "Content-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
            var answer = CompletableFuture.supplyAsync(() -> readAll(socket));
            var chunk = "10000\r\n" + "x".repeat(64 * 1024) + "\r\n";
            assertThrows(SocketException.class, () -> {
                while (true) write(socket, chunk);
            });
            assertStatus(413, answer.join());
        }
        suite.platform.eventually(() -> suite.gateway.door().exchangesUnderWay() == 0);
    }

    @Test
    void theUpgradeToHttp2IsNotTaken() {
        var answer = get("/health/live", HOST + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n");
        assertStatus(200, answer);
        assertFalse(browser.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").startsWith("HTTP/1.1 2"));
    }

    @Test
    void aClientThatAsksFirstIsToldToGoOn() throws IOException {
        try (var socket = browser.socket()) {
            socket.setSoTimeout(5_000);
            write(
                    socket,
                    "POST /api/v1/wishlists/webhook HTTP/1.1\r\n" + HOST
                            + "Content-Length: 2\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\n" + CLOSE
                            + "\r\n");
            var buffer = new byte[64];
            var n = socket.getInputStream().read(buffer);
            assertTrue(new String(buffer, 0, n, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 100"));
            write(socket, "hi");
            assertStatus(200, Browser.readAll(socket.getInputStream()));
        }
    }

    @Test
    void aClientThatAsksFirstIsRefusedBeforeItSends() {
        var answer = browser.raw("POST /api/v1/wishlists HTTP/1.1\r\n" + HOST
                + "Content-Length: 100\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n\r\n");
        assertStatus(401, answer);
        assertTrue(answer.toLowerCase().contains("connection: close"));
    }

    @Test
    void aBodyThatIsTooLargeIsReadOnForAWhileSoThatTheAnswerArrives() throws IOException {
        try (var socket = browser.socket()) {
            socket.setSoTimeout(5_000);
            var size = 6 * 1024 * 1024;
            write(
                    socket,
                    "POST /api/v1/wishlists HTTP/1.1\r\n" + HOST + "Content-Length: " + size
                            + "\r\nContent-Type: application/json\r\n\r\n");
            for (var sent = 0; sent < size; sent += 64 * 1024)
                socket.getOutputStream().write(new byte[64 * 1024]);
            assertStatus(413, Browser.readAll(socket.getInputStream()));
        }
    }

    @Test
    void aSlowBodyIsCutOff() throws IOException {
        try (var socket = browser.socket()) {
            socket.setSoTimeout(15_000);
            write(socket, "POST /api/v1/wishlists/webhook HTTP/1.1\r\n" + HOST + "Content-Length: 1000\r\n\r\nx");
            assertEquals("", Browser.readAll(socket.getInputStream()));
        }
        suite.platform.eventually(() -> suite.gateway.door().exchangesUnderWay() == 0);
    }

    @Test
    void aHeadThatNeverEndsIsCutOff() throws IOException {
        try (var socket = browser.socket()) {
            socket.setSoTimeout(15_000);
            write(socket, "GET /health HTTP/1.1\r\nX-Slow: ");
            assertEquals("", Browser.readAll(socket.getInputStream()));
        }
    }

    @Test
    void aClientThatGoesAwayLeavesNothingBehind() throws IOException {
        for (var i = 0; i < 5; i++) {
            try (var socket = browser.socket()) {
                write(socket, "POST /api/v1/wishlists/webhook HTTP/1.1\r\n" + HOST + "Content-Length: 1000\r\n\r\nx");
            }
            try (var socket = browser.socket()) {
                write(socket, "GET /api/v1/wishlists/1/silence HTTP/1.1\r\n" + HOST + "\r\n");
            }
        }
        suite.platform.eventually(() -> suite.gateway.door().exchangesUnderWay() == 0);
    }

    @Test
    void requestsOfOneConnectionAreAnsweredInOrder() {
        var request = "GET /api/v1/wishlists/%s HTTP/1.1\r\n" + HOST;
        var answer = browser.raw(request.formatted("first") + "\r\n" + request.formatted("second") + CLOSE + "\r\n");
        assertTrue(answer.indexOf("\"id\":\"first\"") < answer.indexOf("\"id\":\"second\""), answer);
    }

    @Test
    void gatewaysOfOneMachineShareThePort() {
        var vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        Assumptions.assumeTrue(vertx.isNativeTransportEnabled(), "SO_REUSEPORT needs the native transport");
        try {
            var first = new Door(vertx, config(0), new CallLog(new SimpleMeterRegistry()), () -> false);
            int port = suite.platform.await(first.open(exchange -> exchange.refuse(Problem.notFound())));
            var second = new Door(vertx, config(port), new CallLog(new SimpleMeterRegistry()), () -> false);
            assertEquals(port, suite.platform.await(second.open(exchange -> exchange.refuse(Problem.notFound()))));
            suite.platform.await(first.close());
            assertEquals(404, new Browser(port).get("/").status());
        } finally {
            suite.platform.await(vertx.close());
        }
    }

    @Test
    void whoHasBeenCutOffSendsClientsElsewhere() {
        var health = suite.platform.platform().health();
        health.cutOff(() -> true);
        try {
            assertEquals("close", browser.get("/health/live").header("Connection"));
        } finally {
            health.cutOff(() -> false);
        }
        assertNull(browser.get("/health/live").header("Connection"));
    }

    private static GatewayConfig config(int port) {
        return GatewayConfig.from(Settings.of(Map.of("OMNIBUS_HTTP_PORT", Integer.toString(port))));
    }

    private static String get(String uri, String headers) {
        return browser.raw("GET " + uri + " HTTP/1.1\r\n" + headers + CLOSE + "\r\n");
    }

    private static String readAll(Socket socket) {
        try {
            return Browser.readAll(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static void assertStatus(int status, String answer) {
        assertTrue(answer.matches("(?s)HTTP/1\\.[01] " + status + " .*"), () -> "expected " + status + ": " + answer);
    }
}
