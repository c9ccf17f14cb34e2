package omnibus.chaos.facts;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The order service's store. */
public record OrderFacts(
        List<Order> orders,
        List<Saga> sagas,
        List<SagaMove> sagaLog,
        List<Key> keys,
        EventLog log,
        List<Cursor> cursors) {

    /**
     * An order as its owner sees it.
     *
     * @param paymentId null until the payment is known, and {@code paymentStatus} with it
     * @param reason the code of why it is where it is, or null
     */
    public record Order(
            UUID id,
            String number,
            UUID userId,
            String status,
            String currency,
            long total,
            UUID paymentId,
            String paymentStatus,
            long refunded,
            String reason,
            Instant createdAt,
            Instant updatedAt,
            List<Line> lines,
            List<Shown> timeline) {
        private static final Set<String> COMPLETED = Set.of("CONFIRMED", "SHIPPED", "DELIVERED", "RETURNED");

        /** Its owner has been told that it is paid for and theirs. */
        public boolean completed() {
            return COMPLETED.contains(status);
        }

        public boolean rejected() {
            return status.equals("REJECTED");
        }

        public boolean cancelled() {
            return status.equals("CANCELLED");
        }
    }

    public record Line(String sku, int quantity, long unit) {}

    /** An entry of the timeline that an order's owner is shown. */
    public record Shown(long version, String status, Instant at) {}

    /** @param verdict the code of why the order is being rejected, or null */
    public record Saga(
            UUID orderId, String state, String step, long epoch, int failures, boolean cancelled, String verdict) {
        public boolean inReview() {
            return state.equals("REVIEW");
        }

        public boolean done() {
            return state.equals("DONE");
        }
    }

    /** A line of the saga's log, in the order of its writing. @param from null for the first */
    public record SagaMove(UUID orderId, long epoch, String from, String to, String owner) {}

    /** A kept idempotency key and the order it made. */
    public record Key(UUID userId, String key, UUID orderId) {}
}
