package omnibus.sandbox;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One payment at the provider. Amounts are in minor units; {@code created} is in epoch seconds, as on the wire.
 *
 * @param charge   the id of the charge, {@code null} before one was attempted
 * @param refunded what has gone back so far; not part of Stripe's intent, but of its charge
 */
record PaymentIntent(
        String id,
        Status status,
        long amount,
        long received,
        long refunded,
        String currency,
        boolean manualCapture,
        String paymentMethod,
        String charge,
        String description,
        Map<String, String> metadata,
        String cancellationReason,
        JsonObject lastError,
        long created) {

    enum Status {
        REQUIRES_PAYMENT_METHOD,
        REQUIRES_CONFIRMATION,
        REQUIRES_ACTION,
        REQUIRES_CAPTURE,
        SUCCEEDED,
        CANCELED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    long capturable() {
        return status == Status.REQUIRES_CAPTURE ? amount : 0;
    }

    long refundable() {
        return received - refunded;
    }

    PaymentIntent confirmed(Status next, String method, String chargeId, long received, JsonObject error) {
        return new PaymentIntent(
                id,
                next,
                amount,
                received,
                refunded,
                currency,
                manualCapture,
                method,
                chargeId,
                description,
                metadata,
                cancellationReason,
                error,
                created);
    }

    PaymentIntent captured(long captured) {
        return confirmed(Status.SUCCEEDED, paymentMethod, charge, captured, null);
    }

    PaymentIntent cancelled(String reason) {
        return new PaymentIntent(
                id,
                Status.CANCELED,
                amount,
                received,
                refunded,
                currency,
                manualCapture,
                paymentMethod,
                charge,
                description,
                metadata,
                reason,
                lastError,
                created);
    }

    PaymentIntent refunded(long more) {
        return new PaymentIntent(
                id,
                status,
                amount,
                received,
                refunded + more,
                currency,
                manualCapture,
                paymentMethod,
                charge,
                description,
                metadata,
                cancellationReason,
                lastError,
                created);
    }

    JsonObject toJson() {
        var meta = new JsonObject();
        metadata.forEach(meta::put);
        return new JsonObject()
                .put("id", id)
                .put("object", "payment_intent")
                .put("amount", amount)
                .put("amount_capturable", capturable())
                .put("amount_received", received)
                .put("cancellation_reason", cancellationReason)
                .put("capture_method", manualCapture ? "manual" : "automatic")
                .put("confirmation_method", "automatic")
                .put("created", created)
                .put("currency", currency)
                .put("customer", null)
                .put("description", description)
                .put("last_payment_error", lastError)
                .put("latest_charge", charge)
                .put("livemode", false)
                .put("metadata", meta)
                .put("next_action", status == Status.REQUIRES_ACTION ? redirect() : null)
                .put("payment_method", paymentMethod)
                .put("payment_method_types", new JsonArray().add("card"))
                .put("status", status.wireName());
    }

    /** With the charge itself in place of its id. */
    JsonObject expanded() {
        return charge == null ? toJson() : toJson().put("latest_charge", chargeJson());
    }

    private JsonObject redirect() {
        return new JsonObject()
                .put("type", "use_stripe_sdk")
                .put("use_stripe_sdk", new JsonObject().put("type", "three_d_secure_redirect"));
    }

    /** The charge of this intent, the object that Stripe's refund events speak of. */
    JsonObject chargeJson() {
        return new JsonObject()
                .put("id", charge)
                .put("object", "charge")
                .put("amount", amount)
                .put("amount_captured", received)
                .put("amount_refunded", refunded)
                .put("captured", status == Status.SUCCEEDED)
                .put("created", created)
                .put("currency", currency)
                .put("livemode", false)
                .put("metadata", toJson().getJsonObject("metadata"))
                .put("paid", true)
                .put("payment_intent", id)
                .put("payment_method", paymentMethod)
                .put("refunded", refunded == received && received > 0)
                .put("status", "succeeded");
    }

    /** The intent after a line of the log; what was refunded stands beside it, since Stripe has it in the charge. */
    static PaymentIntent ofLine(JsonObject line) {
        var json = line.getJsonObject("intent");
        var metadata = new TreeMap<String, String>();
        json.getJsonObject("metadata").forEach(entry -> metadata.put(entry.getKey(), (String) entry.getValue()));
        return new PaymentIntent(
                json.getString("id"),
                Status.valueOf(json.getString("status").toUpperCase(Locale.ROOT)),
                json.getLong("amount"),
                json.getLong("amount_received"),
                line.getLong("refunded", 0L),
                json.getString("currency"),
                json.getString("capture_method").equals("manual"),
                json.getString("payment_method"),
                json.getString("latest_charge"),
                json.getString("description"),
                Map.copyOf(metadata),
                json.getString("cancellation_reason"),
                json.getJsonObject("last_payment_error"),
                json.getLong("created"));
    }
}
