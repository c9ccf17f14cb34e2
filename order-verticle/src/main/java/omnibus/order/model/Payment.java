package omnibus.order.model;

import java.util.UUID;

/** What an order knows of its payment. {@code refundedMinor}: given back so far, in minor units of the order's currency. */
public record Payment(UUID id, PaymentStatus status, long refundedMinor) {
    public Payment(UUID id, PaymentStatus status) {
        this(id, status, 0);
    }

    /** Money has been taken and not all of it has been given back. */
    public boolean holdsMoney() {
        return status == PaymentStatus.CAPTURED || status == PaymentStatus.PARTIALLY_REFUNDED;
    }

    /** Nothing is held and nothing will be. */
    public boolean over() {
        return status == PaymentStatus.REFUNDED || status == PaymentStatus.DECLINED || status == PaymentStatus.VOIDED;
    }
}
