package omnibus.payment.model;

import java.time.Instant;
import java.util.UUID;

/**
 * Money on its way back to the customer, in minor units.
 *
 * @param providerRef the provider's id of it, {@code null} until it has answered
 */
public record Refund(
        UUID id, UUID paymentId, long amount, String reason, Status status, String providerRef, Instant createdAt) {
    public enum Status {
        PENDING,
        SUCCEEDED,
        FAILED
    }
}
