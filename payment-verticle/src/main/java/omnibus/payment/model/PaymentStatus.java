package omnibus.payment.model;

/** What a customer may know of a payment. */
public enum PaymentStatus {
    /** Asked for, not answered yet. */
    PENDING,
    /** The amount is held on the customer's card. */
    AUTHORIZED,
    CAPTURED,
    PARTIALLY_REFUNDED,
    REFUNDED,
    DECLINED,
    /** Ended without money moving: the hold was released, or there never was one. */
    VOIDED,
    /** The provider was asked and its answer has not come: the money may or may not have moved. */
    UNKNOWN
}
