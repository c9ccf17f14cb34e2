package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import omnibus.platform.call.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who is let in to the bridge, and how many. */
class BridgeDoorTest {
    private static GatewaySuite suite;

    @BeforeAll
    static void open() {
        suite = new GatewaySuite(
                "OMNIBUS_LIVE_SOCKETS_PER_ADDRESS", "3", "OMNIBUS_CORS_ORIGINS", "https://friend.example");
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    @Test
    void scriptsOfOurOwnPagesAndOfFriendsMayConnectOthersNot() {
        assertEquals(403, BridgeClient.refused(suite, "Origin", "https://foe.example"));
        assertEquals(403, BridgeClient.refused(suite, "Origin", "null"));
        BridgeClient.connect(suite, "Origin", "https://friend.example").close();
        BridgeClient.connect(suite, "Origin", "http://127.0.0.1:" + suite.gateway.port())
                .close();
        suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 0);
    }

    @Test
    void thoseWhoComeAtOnceAreNoMoreThanThoseWhoComeOneByOne() throws IOException {
        Promise<Answer> keys = Promise.promise();
        try (var slow = new GatewaySuite("OMNIBUS_LIVE_SOCKETS_PER_ADDRESS", "3")) {
            slow.platform.answer("user.getJwks", call -> keys.future());
            var sockets = new ArrayList<Socket>();
            for (var i = 0; i < 8; i++) {
                var socket = new Socket("127.0.0.1", slow.gateway.port());
                sockets.add(socket);
                socket.getOutputStream()
                        .write((upgrade() + "Authorization: " + slow.bearer() + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
            }
            slow.platform.eventually(() -> slow.gateway.door().exchangesUnderWay() == 8);
            keys.complete(Answer.ok(Signer.keySet(slow.signer)));
            slow.platform.eventually(() -> slow.gateway.door().exchangesUnderWay() == 0);
            assertEquals(3, slow.gateway.bridge().sockets());
            for (var socket : sockets) socket.close();
            slow.platform.eventually(() -> slow.gateway.bridge().sockets() == 0);
        }
    }

    private static String upgrade() {
        return "GET /eventbus/websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\n";
    }

    @Test
    void connectionsThatHaveEndedLeaveNothingBehind() {
        for (var i = 0; i < 20; i++) BridgeClient.connect(suite).close();
        suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 0);
        assertEquals(0, suite.gateway.door().connections());
    }

    @Test
    void anUpgradeWithABodyIsNoneAndEndsItsConnection() throws IOException {
        try (var socket = new Socket("127.0.0.1", suite.gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write((upgrade() + "Content-Length: 1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
        }
        suite.platform.eventually(() -> suite.gateway.door().exchangesUnderWay() == 0);
    }

    /** Nothing is ever unpacked: a small message cannot become a large one. */
    @Test
    void noCompressionIsAgreedOn() throws IOException {
        try (var socket = new Socket("127.0.0.1", suite.gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /eventbus/websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                    + "Sec-WebSocket-Extensions: permessage-deflate, x-webkit-deflate-frame\r\n"
                                    + "Sec-WebSocket-Version: 13\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            var answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n") < 0)
                answer.append((char) socket.getInputStream().read());
            assertTrue(answer.toString().startsWith("HTTP/1.1 101"), answer::toString);
            assertFalse(answer.toString().toLowerCase(Locale.ROOT).contains("extensions"), answer::toString);
        }
        suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 0);
    }

    @Test
    void oneAddressMayHaveSoManyConnectionsAndNoMore() {
        try (var one = BridgeClient.connect(suite);
                var two = BridgeClient.connect(suite)) {
            var three = BridgeClient.connect(suite);
            suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 3);
            assertEquals(429, BridgeClient.refused(suite));
            three.close();
            suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 2);
            BridgeClient.connect(suite).close();
            assertTrue(one != two);
        }
        suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 0);
    }
}
