package omnibus.sandbox;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** Money that went back, in minor units. */
record Refund(
        String id,
        String paymentIntent,
        String charge,
        long amount,
        String currency,
        String reason,
        Map<String, String> metadata,
        long created) {

    JsonObject toJson() {
        var meta = new JsonObject();
        metadata.forEach(meta::put);
        return new JsonObject()
                .put("id", id)
                .put("object", "refund")
                .put("amount", amount)
                .put("charge", charge)
                .put("created", created)
                .put("currency", currency)
                .put("metadata", meta)
                .put("payment_intent", paymentIntent)
                .put("reason", reason)
                .put("status", "succeeded");
    }

    static Refund fromJson(JsonObject json) {
        var metadata = new TreeMap<String, String>();
        json.getJsonObject("metadata").forEach(entry -> metadata.put(entry.getKey(), (String) entry.getValue()));
        return new Refund(
                json.getString("id"),
                json.getString("payment_intent"),
                json.getString("charge"),
                json.getLong("amount"),
                json.getString("currency"),
                json.getString("reason"),
                Map.copyOf(metadata),
                json.getLong("created"));
    }
}
