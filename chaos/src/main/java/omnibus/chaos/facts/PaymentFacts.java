package omnibus.chaos.facts;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The payment service's store. */
public record PaymentFacts(
        List<Payment> payments, List<Refund> refunds, List<Call> calls, List<Journal> journals, EventLog log) {

    /**
     * The payment of one order.
     *
     * @param userId null for an order that was cancelled before it was to be paid
     * @param providerRef the provider's id, or null
     * @param openStep what is under way at the provider, or null
     * @param review what a person has to look at, or null
     */
    public record Payment(
            UUID id,
            UUID orderId,
            UUID userId,
            long amount,
            String currency,
            long captured,
            long refunded,
            long refunding,
            String status,
            String providerRef,
            String openStep,
            String review,
            long epoch) {
        private static final Set<String> CAPTURED = Set.of("CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED");

        /** What the shop has of it. */
        public long kept() {
            return captured - refunded;
        }

        public boolean wasCaptured() {
            return CAPTURED.contains(status);
        }

        public boolean inReview() {
            return review != null;
        }
    }

    public record Refund(UUID id, UUID paymentId, long amount, String status, String providerRef) {}

    /** A question to the provider. */
    public record Call(UUID id, UUID orderId, String step, String key, String state) {}

    /** @param about {@code capture:<payment>} or {@code refund:<refund>} */
    public record Journal(UUID id, UUID paymentId, String about, List<Posting> postings) {}

    /** @param amount debit positive */
    public record Posting(String account, long amount) {}
}
