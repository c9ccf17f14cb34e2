package omnibus.product.model;

/** What a shopper is told of the stock; inventory decides it and says when a threshold is crossed. */
public enum Availability {
    IN_STOCK,
    LOW_STOCK,
    OUT_OF_STOCK
}
