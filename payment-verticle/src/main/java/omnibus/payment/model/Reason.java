package omnibus.payment.model;

/** Why a payment ended as it did: a stable code for programs, a sentence for the customer. */
public record Reason(String code, String detail) {
    public static final Reason ORDER_CANCELLED = new Reason("order-cancelled", "The order was cancelled.");
    public static final Reason UNDER_REVIEW =
            new Reason("under-review", "The payment does not match what was asked for; a person is looking at it.");
    public static final Reason PROVIDER_SILENT =
            declined("The payment provider could not be reached in time; nothing was charged.");
    public static final Reason AUTHORIZATION_ENDED =
            declined("The hold on the card ended before the payment was taken.");
    public static final Reason ANOTHER_PAYMENT = new Reason(
            "payment-mismatch", "This order already has a payment with another amount, customer or payment method.");

    public static Reason declined(String detail) {
        return new Reason("payment-declined", detail);
    }
}
