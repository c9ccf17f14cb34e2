package omnibus.sandbox;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What one request changed, and so what is answered: the refund if there is one, the error of a declined charge, else
 * the intent.
 *
 * @param events types of the events it causes, in order
 * @param card   the payment method just charged, {@code null} when none was
 */
record Effect(PaymentIntent intent, Refund refund, StripeError error, List<String> events, TestCard card) {

    static Effect of(PaymentIntent intent, String... events) {
        return new Effect(intent, null, null, List.of(events), null);
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
