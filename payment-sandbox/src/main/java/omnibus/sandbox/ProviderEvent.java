package omnibus.sandbox;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * Something that happened, told to the shop by webhook. The object is the intent as it was then, or its charge for a
 * {@code charge.…} event.
 */
record ProviderEvent(
        String id, String type, PaymentIntent intent, String request, String idempotencyKey, long created) {

    static ProviderEvent ofLine(JsonObject line) {
        return new ProviderEvent(
                line.getString("event"),
                line.getString("eventType"),
                PaymentIntent.ofLine(line),
                line.getString("request"),
                line.getString("key"),
                Instant.parse(line.getString("at")).getEpochSecond());
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("id", id)
                .put("object", "event")
                .put("api_version", StripeApi.VERSION)
                .put("created", created)
                .put(
                        "data",
                        new JsonObject()
                                .put("object", type.startsWith("charge.") ? intent.chargeJson() : intent.toJson()))
                .put("livemode", false)
                .put("pending_webhooks", 1)
                .put("request", new JsonObject().put("id", request).put("idempotency_key", idempotencyKey))
                .put("type", type);
    }
}
