package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import omnibus.platform.call.Contract;

/**
 * The events of all services as one AsyncAPI 3.0 document, made from the {@code webhooks} of their contracts: one channel
 * per service's log, one message per event type.
 */
final class AsyncApi {
    private final Components components = new Components();
    private final ObjectNode channels = JsonNodeFactory.instance.objectNode();
    private final ObjectNode operations = JsonNodeFactory.instance.objectNode();
    private final ObjectNode messages = JsonNodeFactory.instance.objectNode();

    private AsyncApi() {}

    static ObjectNode of(Collection<Contract> contracts, String version) {
        var events = new AsyncApi();
        contracts.forEach(events::add);
        var document = JsonNodeFactory.instance.objectNode();
        document.put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", "Omnibus events")
                .put("version", version)
                .put(
                        "description",
                        "What happened, as each service's own log tells it, in the order in which it became true. "
                                + "Followers pull the log; the bus carries the doorbell.");
        document.put("defaultContentType", "application/json");
        document.set("channels", events.channels);
        document.set("operations", events.operations);
        var all = document.putObject("components");
        all.set("messages", events.messages);
        all.set(
                "schemas",
                events.components.merged().path("schemas").isObject()
                        ? events.components.merged().get("schemas")
                        : JsonNodeFactory.instance.objectNode());
        return document;
    }

    private void add(Contract contract) {
        var types = contract.document().path("webhooks");
        if (types.isEmpty()) return;
        var service = contract.service();
        var channel = channels.putObject(service);
        channel.put("address", "events." + service);
        channel.put("title", contract.document().path("info").path("title").asText(service));
        var channelMessages = channel.putObject("messages");
        var operation = operations.putObject("publish" + service.substring(0, 1).toUpperCase() + service.substring(1));
        operation.put("action", "send");
        operation.putObject("channel").put("$ref", "#/channels/" + service);
        var operationMessages = operation.putArray("messages");
        for (var type : types.properties()) {
            channelMessages.putObject(type.getKey()).put("$ref", "#/components/messages/" + type.getKey());
            operationMessages.addObject().put("$ref", "#/channels/" + service + "/messages/" + type.getKey());
            messages.set(type.getKey(), message(contract, type.getKey(), type.getValue()));
        }
    }

    private JsonNode message(Contract contract, String type, JsonNode webhook) {
        var post = webhook.path("post");
        var content = post.path("requestBody").path("content").path("application/json");
        var data = components.adopt(contract.service(), contract.document(), content.path("schema"));
        var message = JsonNodeFactory.instance.objectNode().put("name", type).put("title", type);
        copyText(post, "summary", message);
        copyText(post, "description", message);
        message.put("contentType", "application/json");
        message.set("payload", envelope(type, data.isObject() ? data : JsonNodeFactory.instance.objectNode()));
        return message;
    }

    private static void copyText(JsonNode from, String field, ObjectNode to) {
        if (from.path(field).isTextual()) to.set(field, from.get(field));
    }

    private static JsonNode envelope(String type, JsonNode data) {
        var payload = JsonNodeFactory.instance.objectNode().put("type", "object");
        var properties = payload.putObject("properties");
        properties.putObject("id").put("type", "string").put("format", "uuid");
        properties.putObject("type").put("const", type);
        properties.putObject("aggregate").put("type", "string").put("description", "Id of what it happened to.");
        properties
                .putObject("version")
                .put("type", "integer")
                .put("minimum", 0)
                .put("description", "Rises with each event of the aggregate.");
        properties.putObject("at").put("type", "string").put("format", "date-time");
        properties.set("data", data);
        payload.putArray("required")
                .add("id")
                .add("type")
                .add("aggregate")
                .add("version")
                .add("at")
                .add("data");
        return payload;
    }
}
