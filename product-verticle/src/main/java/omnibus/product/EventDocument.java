package omnibus.product;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.UUID;
import omnibus.platform.Json;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;

/**
 * An event as it lies in MongoDB: first within the document of its product, then in the log with its position as
 * {@code _id}. Its data are kept as JSON text, for attribute names may be such as MongoDB gives a meaning of its own.
 */
final class EventDocument {
    private EventDocument() {}

    static JsonObject of(Event event) {
        return new JsonObject()
                .put("id", event.id().toString())
                .put("type", event.type())
                .put("aggregate", event.aggregate())
                .put("version", event.version())
                .put("at", event.at().toString())
                .put("data", event.data().toString());
    }

    /** The log's document for an event that was pending. */
    static JsonObject at(long position, JsonObject pending) {
        var logged = pending.copy().put("eventId", pending.getString("id")).put("_id", position);
        logged.remove("id");
        return logged;
    }

    static LoggedEvent read(JsonObject logged) {
        return new LoggedEvent(
                logged.getLong("_id"),
                new Event(
                        UUID.fromString(logged.getString("eventId")),
                        logged.getString("type"),
                        logged.getString("aggregate"),
                        logged.getLong("version"),
                        Instant.parse(logged.getString("at")),
                        Json.tree(Buffer.buffer(logged.getString("data")))));
    }

    /** About how many bytes the event adds to a page. */
    static int weight(JsonObject logged) {
        return logged.getString("data").length() + 200;
    }
}
