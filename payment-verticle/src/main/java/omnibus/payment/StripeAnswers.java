package omnibus.payment;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import omnibus.payment.model.Listed;
import omnibus.payment.model.ProviderAnswer;
import omnibus.payment.model.ProviderAnswer.Contradiction;
import omnibus.payment.model.ProviderAnswer.IntentStatus;
import omnibus.payment.model.ProviderAnswer.Lost;
import omnibus.payment.model.ProviderAnswer.NeverHappened;
import omnibus.payment.model.ProviderAnswer.RefundSeen;
import omnibus.payment.model.ProviderAnswer.Refused;
import omnibus.payment.model.ProviderAnswer.Seen;
import omnibus.payment.model.Reason;
import omnibus.payment.model.Refund;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Stripe's answers mean here. */
final class StripeAnswers {
    /** Pinned, so that an upgrade of the account does not change what we read. */
    static final String VERSION = "2025-03-31.basil";

    private static final Logger LOG = LoggerFactory.getLogger(StripeAnswers.class);
    /** Other statuses tell of keys, of limits, or of what stands in between. */
    private static final Set<Integer> REFUSALS = Set.of(400, 402, 404);

    private static final Set<String> REFUSAL_TYPES = Set.of("card_error", "invalid_request_error");

    interface Reader<T> {
        T read(JsonNode body);
    }

    /** An error whose meaning is certain, on its way around the readers of successful answers. */
    static final class Definite extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient ProviderAnswer answer;

        Definite(ProviderAnswer answer) {
            super(answer.toString(), null, false, false);
            this.answer = answer;
        }

        ProviderAnswer answer() {
            return answer;
        }
    }

    record Reply(HttpMethod method, int status, Buffer body, String requestId) {
        /** The body of a success; an error is thrown as what it means. */
        JsonNode checked() {
            if (status == 200) return Json.tree(body);
            throw new Definite(meaning(this, error()));
        }

        /** What stands between us and the provider may answer in any form. */
        private JsonNode error() {
            try {
                return Json.tree(body).path("error");
            } catch (RuntimeException notJson) {
                return Json.tree(Map.of());
            }
        }

        /** A question that is refused says nothing of the payment, and neither does a page that is not the provider's. */
        private boolean refuses(JsonNode error) {
            return method == HttpMethod.POST
                    && REFUSALS.contains(status)
                    && REFUSAL_TYPES.contains(error.path("type").asText());
        }
    }

    private StripeAnswers() {}

    private static ProviderAnswer meaning(Reply reply, JsonNode error) {
        var status = reply.status;
        if (status == 409 || status >= 500) {
            return new Lost(true, "status " + status + " " + error.path("code").asText(""));
        }
        if (status == 429) return new Lost(false, "status 429");
        if (status == 401 || status == 403) {
            LOG.error(
                    "the payment provider refuses our key (status {}, request {}): {}",
                    status,
                    reply.requestId,
                    message(error));
            return new Lost(false, "status " + status);
        }
        if (error.path("type").asText().equals("idempotency_error")) {
            return new Contradiction("idempotency key: " + message(error));
        }
        if (error.has("payment_intent")) {
            var intent = intent(error.get("payment_intent"), error);
            var cardOnHold = status == 402 && intent.status() == IntentStatus.AUTHORIZED;
            return cardOnHold ? new Refused(declined(error)) : intent;
        }
        return error.path("code").asText().equals("resource_missing") ? missing(error) : refusal(reply, error);
    }

    private static ProviderAnswer missing(JsonNode error) {
        return error.path("param").asText().equals("payment_method")
                ? new Refused(Declines.unknownMethod())
                : new Contradiction(message(error));
    }

    private static ProviderAnswer refusal(Reply reply, JsonNode error) {
        if (!reply.refuses(error)) {
            LOG.warn(
                    "what the payment provider says is not understood (status {}, request {}): {}",
                    reply.status,
                    reply.requestId,
                    message(error));
            return new Lost(true, "status " + reply.status);
        }
        if (reply.status == 402) return new Refused(declined(error));
        LOG.warn(
                "the payment provider refused (status {}, request {}): {}",
                reply.status,
                reply.requestId,
                message(error));
        return new Refused(Declines.impossible());
    }

    private static String message(JsonNode error) {
        return error.path("message").asText("no message");
    }

    static ProviderAnswer intent(JsonNode intent) {
        return intent(intent, intent.path("last_payment_error"));
    }

    private static Seen intent(JsonNode intent, JsonNode error) {
        var status = status(intent.path("status").asText());
        return new Seen(
                intent.path("id").asText(),
                status,
                intent.path("amount").asLong(),
                intent.path("currency").asText().toUpperCase(Locale.ROOT),
                intent.path("amount_received").asLong(),
                status == IntentStatus.FAILED ? declined(error) : null);
    }

    private static IntentStatus status(String status) {
        return switch (status) {
            case "requires_capture" -> IntentStatus.AUTHORIZED;
            case "succeeded" -> IntentStatus.CAPTURED;
            case "canceled" -> IntentStatus.CANCELLED;
            case "requires_payment_method", "requires_action", "requires_confirmation" -> IntentStatus.FAILED;
            default -> IntentStatus.PROCESSING;
        };
    }

    private static Reason declined(JsonNode error) {
        return Declines.reason(
                error.path("code").asText(null), error.path("decline_code").asText(null));
    }

    /** A payment with its charge in full, as it is listed. */
    static Listed listed(JsonNode intent) {
        var order = Ids.parse(intent.path("metadata").path("order_id").asText());
        var refunded = intent.path("latest_charge").path("amount_refunded").asLong();
        return new Listed(intent(intent, intent.path("last_payment_error")), refunded, order.orElse(null));
    }

    static ProviderAnswer refund(JsonNode refund) {
        var status = switch (refund.path("status").asText()) {
            case "succeeded" -> Refund.Status.SUCCEEDED;
            case "failed", "canceled" -> Refund.Status.FAILED;
            default -> Refund.Status.PENDING;
        };
        return new RefundSeen(refund.path("id").asText(), status);
    }

    static JsonNode list(JsonNode page) {
        return page.path("data");
    }

    /** What a search for an order's payment has found, none included. */
    static ProviderAnswer onlyIntent(JsonNode found) {
        if (found.size() == 0) return new NeverHappened();
        return found.size() == 1
                ? intent(found.get(0))
                : new Contradiction(found.size() + " payments for one order at the provider");
    }

    static Optional<JsonNode> refundNamed(JsonNode refunds, UUID refundId) {
        for (var refund : refunds) {
            if (refund.path("metadata").path("refund_id").asText().equals(refundId.toString())) {
                return Optional.of(refund);
            }
        }
        return Optional.empty();
    }

    /** Minor units that went back or are on their way back. */
    static long refunded(JsonNode refunds) {
        var sum = 0L;
        for (var refund : refunds) {
            if (!(refund(refund) instanceof RefundSeen seen) || seen.status() != Refund.Status.FAILED) {
                sum = Math.addExact(sum, refund.path("amount").asLong());
            }
        }
        return sum;
    }
}
