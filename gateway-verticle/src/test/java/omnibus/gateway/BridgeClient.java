package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import omnibus.platform.Ids;
import omnibus.platform.Json;

/** A client of the bridge, message by message. */
final class BridgeClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    private BridgeClient(int port, String path, String... headers) {
        var connecting = HttpClient.newHttpClient().newWebSocketBuilder().connectTimeout(PATIENCE);
        for (var i = 0; i < headers.length; i += 2) connecting.header(headers[i], headers[i + 1]);
        socket = connecting
                .buildAsync(URI.create("ws://127.0.0.1:" + port + path), new Ear())
                .join();
    }

    static BridgeClient connect(GatewaySuite suite, String... headers) {
        return connectTo(suite, SockJs.PREFIX + "/websocket", headers);
    }

    static BridgeClient connectTo(GatewaySuite suite, String path, String... headers) {
        return new BridgeClient(suite.gateway.port(), path, headers);
    }

    /** The status with which it is not let in. */
    static int refused(GatewaySuite suite, String... headers) {
        try (var unexpected = connect(suite, headers)) {
            throw new AssertionError("it was let in: " + unexpected);
        } catch (CompletionException refused) {
            return ((WebSocketHandshakeException) refused.getCause())
                    .getResponse()
                    .statusCode();
        }
    }

    private final class Ear implements WebSocket.Listener {
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                received.add(part.toString());
                part.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            received.add("closed " + code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            received.add("broken");
        }
    }

    /** The next frame as it came; {@code closed <code>} at the end. */
    String frame() {
        try {
            var next = received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (next == null) throw new AssertionError("nothing came in " + PATIENCE);
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    JsonNode next() {
        return Json.tree(Buffer.buffer(frame()));
    }

    /** What is left to be read until the connection ends, and how it does. */
    String end() {
        var frame = frame();
        while (!frame.startsWith("closed") && !frame.equals("broken")) frame = frame();
        return frame;
    }

    /** The beginning of a message, and no more of it. */
    void sendPart(String text) {
        socket.sendText(text, false).join();
    }

    void sendText(String text) {
        socket.sendText(text, true).join();
    }

    /** Calls an operation and waits for what comes back; {@code headers} are names and values. */
    JsonNode call(String operation, Object body, String... headers) {
        var message = new LinkedHashMap<String, Object>();
        message.put("type", "send");
        message.put("address", operation);
        message.put("headers", pairs(headers));
        message.put("body", body);
        message.put("replyAddress", Ids.next().toString());
        sendText(Json.encode(message).toString());
        var answer = next();
        if (!answer.path("address").asText().equals(message.get("replyAddress"))) {
            throw new AssertionError("no answer to " + message + ": " + answer);
        }
        return answer;
    }

    /** The reply of a call. */
    JsonNode reply(String operation, Object body, String... headers) {
        return call(operation, body, headers).path("body");
    }

    JsonNode register(String address, String... headers) {
        sendRegister(address, headers);
        return next();
    }

    void sendRegister(String address, String... headers) {
        sendText(Json.encode(Map.of("type", "register", "address", address, "headers", pairs(headers)))
                .toString());
    }

    private static Map<String, String> pairs(String... headers) {
        var pairs = new HashMap<String, String>();
        for (var i = 0; i < headers.length; i += 2) pairs.put(headers[i], headers[i + 1]);
        return pairs;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
