package omnibus.inventory.model;

/** A SKU got its stock row, or its availability crossed a threshold. {@code available} is the number of units left. */
public record AvailabilityChanged(String sku, Availability availability, int available) {
    public static AvailabilityChanged to(StockLevel level) {
        return new AvailabilityChanged(level.sku(), level.availability(), level.available());
    }
}
