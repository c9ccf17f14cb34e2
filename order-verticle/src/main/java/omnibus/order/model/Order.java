package omnibus.order.model;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import omnibus.platform.Money;
import omnibus.platform.Problem;

/**
 * An order as a machine: what it is made of never changes, and it moves from state to state only by the methods below. A
 * move that is not drawn in {@link OrderStatus} is refused by a {@link Problem} of kind conflict.
 *
 * @param number what people read out on the telephone, such as {@code O-2026-000123}
 * @param paymentMethod the provider's token for how it is paid
 * @param cart the cart it was checked out of; empty for an order placed directly
 * @param payment empty until payment has taken notice of the order
 * @param version rises with everything a reader can see
 */
public record Order(
        UUID id,
        String number,
        UUID userId,
        OrderStatus status,
        List<OrderLine> lines,
        Money total,
        String paymentMethod,
        Optional<CartVersion> cart,
        Optional<Payment> payment,
        Optional<Reason> reason,
        long version) {

    /** The stock is held, and no longer waits for a person if it did. */
    public Order reserved() {
        return status == OrderStatus.RESERVED ? with(status, Optional.empty()) : become(OrderStatus.RESERVED);
    }

    /** Stock committed and payment captured, both in their stores. */
    public Order confirmed() {
        return become(OrderStatus.CONFIRMED);
    }

    /** Compensation is done: nothing is reserved, nothing authorized. */
    public Order rejected(Reason why) {
        return become(OrderStatus.REJECTED).with(OrderStatus.REJECTED, Optional.of(why));
    }

    /** A person has to look. One that its owner has cancelled stays cancelled meanwhile. */
    public Order underReview() {
        if (status.settled()) return this;
        return reserved().with(OrderStatus.RESERVED, Optional.of(Reason.UNDER_REVIEW));
    }

    public boolean isUnderReview() {
        return reason.filter(Reason.UNDER_REVIEW::equals).isPresent();
    }

    /** Cancelling is allowed until the order is shipped, and twice is once. */
    public Order cancelled(Reason why) {
        return switch (status) {
            case CANCELLED -> this;
            case PENDING, RESERVED, CONFIRMED -> with(OrderStatus.CANCELLED, Optional.of(why));
            case SHIPPED, DELIVERED, RETURNED ->
                throw Problem.conflict(
                        "order-already-shipped", "This order has left the house and cannot be cancelled any more.");
            case REJECTED ->
                throw Problem.conflict(
                        "order-already-rejected", "This order was rejected; there is nothing left to cancel.");
        };
    }

    /** What the shop's staff does by hand: ship, deliver. Saying the present state again changes nothing. */
    public Order movedByStaff(OrderStatus wanted) {
        if (wanted == status) return this;
        var byHand = wanted == OrderStatus.SHIPPED || wanted == OrderStatus.DELIVERED;
        if (!byHand) throw notAllowed(wanted);
        return become(wanted);
    }

    /** What cancelling would do to money and stock. Throws what {@link #cancelled} would throw. */
    public CancelPreview previewCancel() {
        if (cancelled(new Reason("preview", "")) == this) return CancelPreview.nothing(total.currency());
        var restock = status == OrderStatus.PENDING
                ? List.<CancelPreview.Restocked>of()
                : lines.stream()
                        .map(line -> new CancelPreview.Restocked(line.sku(), line.quantity()))
                        .toList();
        if (payment.isEmpty() || payment.get().over()) {
            return new CancelPreview(CancelPreview.Effect.NONE, Money.zero(total.currency()), restock);
        }
        if (!payment.get().holdsMoney()) return new CancelPreview(CancelPreview.Effect.VOID, total, restock);
        var left = new Money(total.amount() - payment.get().refundedMinor(), total.currency());
        return new CancelPreview(CancelPreview.Effect.REFUND, left, restock);
    }

    private Order become(OrderStatus next) {
        if (!status.mayBecome(next)) throw notAllowed(next);
        return with(next, Optional.empty());
    }

    private Problem notAllowed(OrderStatus next) {
        return Problem.conflict(
                "order-status-not-allowed", "An order that is " + status + " cannot become " + next + ".");
    }

    private Order with(OrderStatus newStatus, Optional<Reason> newReason) {
        return new Order(id, number, userId, newStatus, lines, total, paymentMethod, cart, payment, newReason, version);
    }
}
