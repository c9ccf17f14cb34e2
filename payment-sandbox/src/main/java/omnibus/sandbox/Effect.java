package omnibus.sandbox;

import io.vertx.core.json.JsonObject;

/**
 * What one request changed, and so what is answered: the refund if there is one, the error of a declined charge, else
 * the intent.
 *
 * @param event  the type of the event it causes, {@code null} for none
 * @param card   the payment method just charged, {@code null} when none was
 */
record Effect(PaymentIntent intent, Refund refund, StripeError error, String event, TestCard card) {

    static Effect of(PaymentIntent intent, String event) {
        return new Effect(intent, null, null, event, null);
    }

    int status() {
        return error == null ? 200 : error.status();
    }

    JsonObject body() {
        if (error != null) {
            return error.toJson();
        }
        return refund != null ? refund.toJson() : intent.toJson();
    }
}
