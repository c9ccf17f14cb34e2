package omnibus.payment.model;

import java.util.UUID;

/**
 * Something to be asked of the provider, committed before it is asked: whoever finds it open knows that its outcome is
 * unknown and who to ask.
 *
 * @param key      the idempotency key it is sent with, every time
 * @param amount   minor units of a refund, else 0
 * @param refundId of a refund, else {@code null}
 * @param ref      what to look at where the payment does not know it, else {@code null}
 */
public record ProviderCall(
        UUID id, UUID paymentId, UUID orderId, Step step, String key, long amount, UUID refundId, String ref) {}
