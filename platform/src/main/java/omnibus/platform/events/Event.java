package omnibus.platform.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import omnibus.platform.Ids;
import omnibus.platform.Json;

/**
 * Something that happened, as a committed fact.
 *
 * @param id the same however often the event is delivered
 * @param type past tense, such as {@code OrderPlaced}
 * @param aggregate id of what it happened to
 * @param version the aggregate's version after the change; followers drop what is older than they know
 * @param data state after the change: ids, SKUs and amounts, never names, e-mail or addresses
 */
public record Event(UUID id, String type, String aggregate, long version, Instant at, JsonNode data) {
    public static Event of(String type, String aggregate, long version, Object data) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new Event(Ids.next(), type, aggregate, version, now, Json.tree(data));
    }

    public <T> T dataAs(Class<T> record) {
        return Json.convert(data, record);
    }
}
