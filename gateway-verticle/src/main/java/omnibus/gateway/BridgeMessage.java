package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;

/**
 * A message of the Vert.x event bus bridge protocol, in JSON.
 *
 * @param replyAddress where the sender waits for an answer, or null: it waits for none
 * @param headers names whatever their case; values as text
 * @param body missing or null: none
 */
record BridgeMessage(String type, String address, String replyAddress, MultiMap headers, JsonNode body) {
    private static final int MAX_ADDRESS = 200;
    private static final int MAX_HEADERS = 100;

    /** Throws {@link Problem} 400 for what is no message. */
    static BridgeMessage parse(String text) {
        var tree = Json.tree(Buffer.buffer(text));
        if (!tree.isObject()) throw malformed("A message is a JSON object.");
        return new BridgeMessage(
                text(tree, "type"),
                text(tree, "address"),
                tree.has("replyAddress") ? text(tree, "replyAddress") : null,
                headers(tree.path("headers")),
                tree.path("body"));
    }

    private static String text(JsonNode message, String name) {
        var text = message.path(name).asText("");
        if (text.length() > MAX_ADDRESS) throw malformed(name + " may have 200 characters at most.");
        return text;
    }

    private static MultiMap headers(JsonNode object) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        if (object.isMissingNode() || object.isNull()) return headers;
        if (!object.isObject() || object.size() > MAX_HEADERS) {
            throw malformed("headers is an object of 100 members at most.");
        }
        var length = 0;
        for (var field : object.properties()) {
            if (field.getValue().isContainerNode()) throw malformed("A header's value is a text or a number.");
            length += field.getKey().length() + field.getValue().asText().length();
            headers.add(field.getKey(), field.getValue().asText());
        }
        if (length > RequestHead.MAX_HEADER_BYTES) throw malformed("headers may have 8 KiB in all.");
        return headers;
    }

    private static Problem malformed(String why) {
        return Problem.invalid("malformed-message", why);
    }

    boolean hasBody() {
        return !body.isMissingNode() && !body.isNull();
    }

    /** Something that happened. */
    static String event(String address, String sequence, Object body) {
        var message = of("rec", address);
        message.put("headers", Map.of("sequence", sequence));
        message.put("body", body);
        return Json.encode(message).toString();
    }

    /** What a call over HTTP would have answered. */
    static String reply(String address, Answer answer) {
        var headers = new LinkedHashMap<String, String>();
        answer.headers().forEach(headers::put);
        var whole = new LinkedHashMap<String, Object>();
        whole.put("status", answer.status());
        whole.put("headers", headers);
        if (answer.body() != null && answer.body().length() > 0) whole.put("body", content(answer));
        var message = of("rec", address);
        message.put("body", whole);
        return Json.encode(message).toString();
    }

    private static Object content(Answer answer) {
        var type = answer.headers().get("Content-Type");
        var text = answer.body().toString();
        return type != null && type.contains("json") ? new RawValue(text) : text;
    }

    /** @param address of the channel or of the waiting sender; empty: of nothing in particular */
    static String error(String address, int code, String kind, String detail) {
        var message = of("err", address);
        message.put("failureCode", code);
        message.put("failureType", kind);
        message.put("message", detail);
        return Json.encode(message).toString();
    }

    private static Map<String, Object> of(String type, String address) {
        var message = new LinkedHashMap<String, Object>();
        message.put("type", type);
        if (!address.isEmpty()) message.put("address", address);
        return message;
    }
}
