package omnibus.order.model;

/** Why an order is where it is: a stable code for programs and a sentence for people. */
public record Reason(String code, String detail) {
    public static final String OUT_OF_STOCK = "out-of-stock";
    public static final String PAYMENT_DECLINED = "payment-declined";

    public static final Reason EXPIRED =
            new Reason("expired", "The order could not be completed in time; nothing has been charged.");
    public static final Reason UNDER_REVIEW =
            new Reason("under-review", "Something about this order needs a person's eye; we are looking into it.");

    public static Reason outOfStock(String detail) {
        return new Reason(OUT_OF_STOCK, detail);
    }

    public static Reason paymentDeclined(String detail) {
        return new Reason(PAYMENT_DECLINED, detail);
    }

    /** @param note the words of whoever cancelled, or empty */
    public static Reason cancelled(boolean byCustomer, String note) {
        var who = byCustomer ? "Cancelled by the customer" : "Cancelled by the shop";
        return new Reason(
                byCustomer ? "cancelled-by-customer" : "cancelled-by-shop",
                note.isBlank() ? who + "." : who + ": " + note);
    }
}
