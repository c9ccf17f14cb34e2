package omnibus.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import omnibus.shopper.ShopClient;

/** Calls operations over the bridge (docs/live.md), one after the other on one connection. */
final class BridgeCaller implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    BridgeCaller(URI shop) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://" + shop.getAuthority() + "/eventbus/websocket"), new Ear())
                .join();
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
    }

    /** What came back: {@code {type: rec, body: {status, headers, body}}}, or {@code {type: err, failureCode, …}}. */
    JsonNode call(String operation, Map<String, String> headers, Object body) {
        var message = new LinkedHashMap<String, Object>();
        message.put("type", "send");
        message.put("address", operation);
        message.put("replyAddress", "answer");
        message.put("headers", headers);
        if (body != null) message.put("body", body);
        try {
            socket.sendText(ShopClient.JSON.writeValueAsString(message), true).join();
            var answer = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (answer == null) throw new AssertionError("no answer to " + message);
            return ShopClient.JSON.readTree(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The status of the answer, or of the refusal. */
    int status(JsonNode answer) {
        return answer.path("type").asText().equals("err")
                ? answer.path("failureCode").asInt()
                : answer.at("/body/status").asInt();
    }

    @Override
    public void close() {
        socket.abort();
    }
}
