package omnibus.sandbox;

import io.vertx.core.json.JsonObject;

/** A refusal in the provider's own words and shape. It carries no stack: it is an answer, not a failure. */
final class StripeError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonObject error;

    private StripeError(int status, String type, String message) {
        super(message, null, false, false);
        this.status = status;
        this.error = new JsonObject().put("type", type).put("message", message);
    }

    static StripeError invalid(String code, String param, String message) {
        return new StripeError(400, "invalid_request_error", message)
                .with("code", code)
                .with("param", param);
    }

    static StripeError invalid(String message) {
        return new StripeError(400, "invalid_request_error", message);
    }

    static StripeError missingParameter(String param) {
        return invalid("parameter_missing", param, "Missing required param: " + param + ".");
    }

    /** A path that names nothing. A parameter that names nothing is {@link #invalid} with the same code. */
    static StripeError notFound(String kind, String id) {
        return new StripeError(404, "invalid_request_error", "No such " + kind + ": '" + id + "'")
                .with("code", "resource_missing")
                .with("param", "id");
    }

    static StripeError unrecognizedUrl(String method, String path) {
        return new StripeError(
                404, "invalid_request_error", "Unrecognized request URL (" + method + ": " + path + ").");
    }

    static StripeError unauthorized(String message) {
        return new StripeError(401, "invalid_request_error", message);
    }

    static StripeError tooLarge() {
        return new StripeError(413, "invalid_request_error", "The request body is too large.");
    }

    static StripeError keyReused(String message) {
        return new StripeError(400, "idempotency_error", message);
    }

    static StripeError keyInUse(String key) {
        return new StripeError(
                        409,
                        "idempotency_error",
                        "There is currently another in-progress request using this Idempotent Key: " + key
                                + ". Please try again later.")
                .with("code", "idempotency_key_in_use");
    }

    static StripeError declined(TestCard card) {
        return new StripeError(402, "card_error", card.message())
                .with("code", card.code())
                .with("decline_code", card.declineCode());
    }

    static StripeError unexpectedState(PaymentIntent intent, String verb, String allowed) {
        return invalid("This PaymentIntent could not be " + verb + " because it has a status of "
                        + intent.status().wireName()
                        + ". Only a PaymentIntent with one of the following statuses may be "
                        + verb + ": " + allowed + ".")
                .with("code", "payment_intent_unexpected_state")
                .with("payment_intent", intent.toJson());
    }

    static StripeError broken(String message) {
        return new StripeError(500, "api_error", message);
    }

    /** The error of a declined charge as the log kept it. */
    static StripeError restored(JsonObject error) {
        var restored = new StripeError(402, error.getString("type"), error.getString("message"));
        restored.error.mergeIn(error);
        return restored;
    }

    static StripeError outage() {
        return new StripeError(503, "api_error", "The provider is not available.");
    }

    StripeError with(String member, Object value) {
        if (value != null) {
            error.put(member, value);
        }
        return this;
    }

    int status() {
        return status;
    }

    JsonObject toJson() {
        return new JsonObject().put("error", error);
    }
}
