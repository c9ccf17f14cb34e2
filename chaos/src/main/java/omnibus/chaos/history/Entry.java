package omnibus.chaos.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * One line of a history: what a shopper asked, or what it was told. Every request is written before it is sent
 * ({@link Phase#INVOKE}) and once more when its fate is known to the shopper; a request that has no second line was under
 * way when the shopper ended, and is unknown too.
 *
 * @param at milliseconds since 1970, by the shopper's clock
 * @param shopper whose closed loop it is
 * @param request the same in both lines; a repeat with the same key is a request of its own
 * @param operation as the contract names it: {@code order.placeOrder}, {@code order.cancelOrder}, {@code order.getOrder}
 * @param userId the account the shopper is signed in with
 * @param key the idempotency key, null where the operation takes none
 * @param orderId of the order it is about, null before it is known
 * @param status the HTTP status, 0 where there was no answer
 * @param body what was sent (in an INVOKE line) or answered; null where there is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Entry(
        long at,
        int shopper,
        String request,
        Phase phase,
        String operation,
        String userId,
        String key,
        String orderId,
        int status,
        JsonNode body) {

    /** A lost answer is never a failure: what was asked may have happened. */
    public enum Phase {
        INVOKE,
        /** Answered with a status below 300. */
        OK,
        /** Answered with a refusal (4xx): nothing was done, except 409 for a repeat of a request under way. */
        REFUSED,
        /** No answer, or one of 5xx: it happened once or not at all. */
        UNKNOWN
    }
}
