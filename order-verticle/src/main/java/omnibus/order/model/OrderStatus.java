package omnibus.order.model;

import java.util.Set;

/**
 * What a customer sees of an order. The transitions are drawn here and nowhere else in Java; the database draws the same
 * picture once more (trigger {@code orders_status_moves_forward}), so that not even a bug makes an order go backwards.
 */
public enum OrderStatus {
    PENDING,
    RESERVED,
    CONFIRMED,
    SHIPPED,
    DELIVERED,
    REJECTED,
    CANCELLED,
    RETURNED;

    private static final Set<OrderStatus> UNSETTLED = Set.of(PENDING, RESERVED);
    private static final Set<OrderStatus> ENDED = Set.of(DELIVERED, REJECTED, CANCELLED, RETURNED);

    public boolean mayBecome(OrderStatus next) {
        return successors().contains(next);
    }

    /** The saga has said what becomes of the order. */
    public boolean settled() {
        return !UNSETTLED.contains(this);
    }

    /** Nothing more is owed to the customer at the shipping address. A delivered order may still be returned. */
    public boolean ended() {
        return ENDED.contains(this);
    }

    /** No state follows. */
    public boolean terminal() {
        return successors().isEmpty();
    }

    private Set<OrderStatus> successors() {
        return switch (this) {
            case PENDING -> Set.of(RESERVED, REJECTED, CANCELLED);
            case RESERVED -> Set.of(CONFIRMED, REJECTED, CANCELLED);
            case CONFIRMED -> Set.of(SHIPPED, CANCELLED);
            case SHIPPED -> Set.of(DELIVERED);
            case DELIVERED -> Set.of(RETURNED);
            case REJECTED, CANCELLED, RETURNED -> Set.of();
        };
    }
}
