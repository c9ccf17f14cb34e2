package omnibus.payment.model;

/** How far the order behind a payment has come, as the order service tells it. */
public enum SagaStanding {
    /** On its way to be confirmed. */
    OPEN,
    CONFIRMED,
    /** Being undone; it never goes forward again. */
    UNWINDING,
    /** Undone: nobody waits for its payment any more. */
    CLOSED,
    /** There is no such order. */
    NONE
}
