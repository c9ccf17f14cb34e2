package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What one client may take of a gateway's memory, and for how long. */
class DoorBoundsTest {
    private static final String BUNDLE = "/docs/swagger-ui-bundle.js";
    private static final String HOOK = "POST /api/v1/wishlists/webhook HTTP/1.1\r\nHost: shop\r\nContent-Length: ";
    private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: shop\r\n\r\n";
    private static final int KIB = 1024;

    private static Socket open(GatewaySuite suite, String text) throws IOException {
        var socket = suite.browser.socket();
        socket.setSoTimeout(20_000);
        write(socket, text);
        return socket;
    }

    /** The operating system on this side takes hardly anything by itself. */
    private static Socket openNarrow(GatewaySuite suite) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4 * KIB);
        socket.connect(new InetSocketAddress("127.0.0.1", suite.gateway.port()));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The status of the next answer, whose body is not read. */
    private static String status(Socket socket) throws IOException {
        var head = new StringBuilder();
        for (var c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            head.append((char) c);
        }
        return head.length() < 12 ? "closed" : head.substring(9, 12);
    }

    @Test
    void whoHasSentMuchAtOnceMayStopForNoLongerThanOthers() throws IOException {
        try (var suite = new GatewaySuite();
                var socket = open(suite, HOOK + 200 * KIB + "\r\n\r\n" + "x".repeat(200 * KIB - 1))) {
            assertEquals("closed", status(socket));
        }
    }

    @Test
    void whoDoesNotReadALargeAnswerIsCutOffAndHoldsHardlyAnyOfIt() throws IOException {
        try (var suite = new GatewaySuite();
                var socket = openNarrow(suite)) {
            // The operating systems between the two take a few megabytes by themselves.
            write(socket, ("GET " + BUNDLE + " HTTP/1.1\r\nHost: shop\r\n\r\n").repeat(10));
            suite.platform.eventually(() -> suite.gateway.door().exchangesUnderWay() == 1);
            suite.platform.eventually(() -> suite.gateway.door().exchangesUnderWay() == 0);
            assertTrue(Browser.readAll(socket.getInputStream()).length() < 3 * 1_600 * KIB);
        }
    }

    @Test
    void whoAsksAndAsksAndReadsNothingIsCutOff() throws IOException {
        try (var suite = new GatewaySuite();
                var socket = openNarrow(suite)) {
            var many = LIVE.repeat(1_000);
            assertThrows(IOException.class, () -> {
                for (var i = 0; i < 1_000; i++) write(socket, many);
            });
            suite.platform.eventually(() -> suite.gateway.door().exchangesUnderWay() == 0);
        }
    }

    @Test
    void aLargeAnswerArrivesWhole() {
        try (var suite = new GatewaySuite()) {
            var reply = suite.browser.get(BUNDLE);
            assertEquals(
                    Integer.toString(reply.response().body().getBytes(StandardCharsets.UTF_8).length),
                    reply.header("Content-Length"));
            assertTrue(reply.response().body().length() > 1_000 * KIB);
        }
    }

    @Test
    void whereThereIsNoRoomForABodyTheOneWaitedForLongestGivesWay() throws IOException {
        try (var suite = new GatewaySuite("OMNIBUS_BODY_MEMORY", "1");
                var first = open(suite, HOOK + 200 * KIB + "\r\n\r\n" + "x".repeat(200 * KIB - 1))) {
            suite.platform.eventually(() -> suite.gateway.door().room().used() == 200 * KIB - 1);
            try (var second = open(suite, HOOK + 200 * KIB + "\r\n\r\n" + "x".repeat(200 * KIB))) {
                assertEquals("200", status(second));
                assertEquals("closed", status(first));
            }
            suite.platform.eventually(() -> suite.gateway.door().room().used() == 0);
        }
    }

    @Test
    void aBodyThatThereIsNoRoomForIs503() {
        try (var suite = new GatewaySuite("OMNIBUS_BODY_MEMORY", "1")) {
            var body = "{\"name\":\"" + "x".repeat(300 * KIB) + "\"}";
            var reply = suite.browser.post(
                    "/api/v1/wishlists", body, "Content-Type", "application/json", "Authorization", suite.bearer());
            assertEquals(503, reply.status());
            assertEquals("1", reply.header("Retry-After"));
        }
    }

    @Test
    void whatNobodyHasLookedAtMayBeAQuarterAsLong() {
        try (var suite = new GatewaySuite()) {
            var whole = suite.browser.post("/api/v1/wishlists/webhook", "x".repeat(256 * KIB));
            assertEquals(200, whole.status());
            var more = suite.browser.post("/api/v1/wishlists/webhook", "x".repeat(256 * KIB + 1));
            assertEquals("body-too-large", more.code());
        }
    }

    @Test
    void oneAddressHasSoManyConnectionsAndTheLongestIdleGivesWay() throws IOException {
        try (var suite = new GatewaySuite("OMNIBUS_LIMITS", "on", "OMNIBUS_CONNECTIONS_PER_ADDRESS", "3")) {
            var sockets = new ArrayList<Socket>();
            for (var i = 0; i < 4; i++) {
                sockets.add(open(suite, LIVE));
                assertEquals("200", status(sockets.get(i)));
            }
            Browser.readAll(sockets.get(0).getInputStream()); // its end
            write(sockets.get(1), LIVE);
            suite.platform.eventually(() -> suite.gateway.door().connections() == 3);
            for (var socket : sockets) socket.close();
        }
    }

    @Test
    void whereNobodyIsIdleNoMoreConnectionsAreTaken() throws IOException {
        try (var suite = new GatewaySuite("OMNIBUS_CONNECTIONS", "2");
                var one = open(suite, "GET /health HTTP/1.1\r\nX-Slow: ")) {
            try (var two = open(suite, "GET /health HTTP/1.1\r\nX-Slow: ")) {
                suite.platform.eventually(() -> suite.gateway.door().connections() == 2);
                try (var three = open(suite, "")) {
                    assertEquals("closed", status(three));
                }
                write(one, "x\r\nHost: shop\r\n\r\n");
                assertEquals("200", status(one));
                write(two, "x\r\nHost: shop\r\n\r\n");
                assertEquals("200", status(two));
            }
            suite.platform.eventually(() -> suite.gateway.door().connections() == 1);
            try (var four = open(suite, LIVE)) {
                assertEquals("200", status(four));
            }
        }
    }

    @Test
    void whoOpensOneAfterTheOtherIsTurnedAwayBeforeAnythingIsSetUp() {
        try (var suite = new GatewaySuite("OMNIBUS_LIMITS", "on", "OMNIBUS_LIMIT_BROWSE", "5")) {
            var answered = 0;
            while (answered < 100 && isAnswered(suite)) answered++;
            assertTrue(answered >= 5 && answered < 100, answered + " were answered");
            suite.platform.eventually(() -> isAnswered(suite));
        }
    }

    /** Opens a connection of its own for it. */
    private static boolean isAnswered(GatewaySuite suite) {
        try (var socket = open(suite, LIVE)) {
            return status(socket).equals("200");
        } catch (IOException turnedAway) {
            return false;
        }
    }

    @Test
    void aConnectNamesNothingThatIsHere() {
        try (var suite = new GatewaySuite()) {
            var answer = suite.browser.raw(
                    "CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\nConnection: close\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
        }
    }

    @Test
    void whateverIsAnsweredCounts() {
        var requests = new String[] {
            "GET /docs HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /eventbus/info HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "POST /api/v1/wishlists HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n"
        };
        for (var request : requests) {
            try (var suite = new GatewaySuite("OMNIBUS_LIMITS", "on", "OMNIBUS_LIMIT_BROWSE", "5")) {
                var refused = false;
                for (var i = 0; i < 100 && !refused; i++) {
                    refused = statusLine(suite.browser, request).equals("HTTP/1.1 429");
                }
                assertTrue(refused, request);
            }
        }
    }

    private static String statusLine(Browser browser, String request) {
        try (var socket = browser.socket()) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes("HTTP/1.1 429".length()), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
