package omnibus.inventory.model;

/** What a shopper is told about a SKU's stock. */
public enum Availability {
    IN_STOCK,
    LOW_STOCK,
    OUT_OF_STOCK
}
