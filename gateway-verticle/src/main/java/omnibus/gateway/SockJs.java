package omnibus.gateway;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;

/**
 * How texts are framed on a WebSocket: as they are, or as SockJS 0.3.3 frames them (its protocol document, section
 * "WebSocket protocols"). Of SockJS there is this transport alone: the others stand in for WebSockets in browsers that
 * have none, of which there are none left, and each would be a door of its own to guard.
 */
enum SockJs {
    RAW,
    FRAMED;

    static final String PREFIX = "/eventbus";
    private static final Pattern SESSION = Pattern.compile(PREFIX + "/[^./]{1,100}/[^./]{1,100}/websocket");

    /** The framing that a client asks for by the path it connects to; empty: it is none of ours. */
    static Optional<SockJs> of(String path) {
        if (path.equals(PREFIX + "/websocket")) return Optional.of(RAW);
        return SESSION.matcher(path).matches() ? Optional.of(FRAMED) : Optional.empty();
    }

    static boolean isInfo(String path) {
        return path.equals(PREFIX + "/info");
    }

    /** What a client asks before it connects. */
    static Answer info() {
        return Answer.ok(Map.of(
                        "websocket",
                        true,
                        "cookie_needed",
                        false,
                        "origins",
                        List.of("*:*"),
                        "entropy",
                        ThreadLocalRandom.current().nextInt() & 0xffff_ffffL))
                .header("Cache-Control", "no-store")
                // Its client asks with credentials whatever there are; there are none here, and this tells everybody
                // the same.
                .header("Access-Control-Allow-Credentials", "true");
    }

    /** The frame that opens a session; null: none. */
    String opening() {
        return this == FRAMED ? "o" : null;
    }

    /** The frame that keeps a connection alive; null: a WebSocket ping does it. */
    String heartbeat() {
        return this == FRAMED ? "h" : null;
    }

    /** The frame that tells why a session ends; null: the WebSocket's own close does it. */
    String closing(int code, String reason) {
        return this == FRAMED ? "c" + Json.encode(List.of(code, reason)) : null;
    }

    String frame(String text) {
        return this == FRAMED ? "a" + Json.encode(List.of(text)) : text;
    }

    /** The texts in a frame of a client. Throws {@link Problem} 400 for what is no frame. */
    List<String> texts(String frame) {
        if (this == RAW) return List.of(frame);
        if (frame.isEmpty()) return List.of();
        var parsed = Json.tree(Buffer.buffer(frame));
        if (parsed.isTextual()) return List.of(parsed.textValue());
        if (!parsed.isArray()) throw unframed();
        var texts = new ArrayList<String>(parsed.size());
        for (var one : parsed) {
            if (!one.isTextual()) throw unframed();
            texts.add(one.textValue());
        }
        return texts;
    }

    private static Problem unframed() {
        return Problem.invalid("malformed-frame", "A SockJS frame is a JSON array of strings.");
    }
}
