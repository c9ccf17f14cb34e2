package omnibus.inventory.model;

import java.util.UUID;
import omnibus.inventory.model.Movement.Kind;
import omnibus.platform.Problem;

/**
 * How many units of a SKU are on hand and how many of them are promised to orders. Never negative, never promised twice:
 * {@code 0 <= reserved <= onHand}. {@code version} counts the changes.
 */
public record StockLevel(String sku, int onHand, int reserved, int lowStockThreshold, long version) {
    public static final int MAX_UNITS = 1_000_000_000;

    public StockLevel {
        if (reserved < 0 || reserved > onHand) {
            throw new IllegalArgumentException(sku + ": " + reserved + " of " + onHand + " reserved");
        }
    }

    public int available() {
        return onHand - reserved;
    }

    public Availability availability() {
        if (available() == 0) return Availability.OUT_OF_STOCK;
        return available() <= lowStockThreshold ? Availability.LOW_STOCK : Availability.IN_STOCK;
    }

    public Movement reserve(UUID orderId, int quantity) {
        return move(Kind.RESERVED, 0, quantity, Cause.order(orderId));
    }

    public Movement commit(UUID orderId, int quantity) {
        return move(Kind.COMMITTED, -quantity, -quantity, Cause.order(orderId));
    }

    public Movement release(UUID orderId, int quantity) {
        return move(Kind.RELEASED, 0, -quantity, Cause.order(orderId));
    }

    public Movement restock(UUID orderId, int quantity) {
        return move(Kind.RESTOCKED, quantity, 0, Cause.order(orderId));
    }

    /** Sets the units on hand to what a count found. Throws {@link Problem} 409 {@code below-reserved}. */
    public Movement count(int counted, Cause cause) {
        return move(Kind.COUNTED, requireRoomFor(counted) - onHand, 0, cause);
    }

    /** Adds {@code delta} units, which may be negative. Throws {@link Problem} 409 {@code below-reserved} or {@code stock-limit}. */
    public Movement adjust(int delta, Cause cause) {
        return move(Kind.ADJUSTED, requireRoomFor((long) onHand + delta) - onHand, 0, cause);
    }

    public StockLevel withLowStockThreshold(int units) {
        return units == lowStockThreshold ? this : new StockLevel(sku, onHand, reserved, units, version + 1);
    }

    private int requireRoomFor(long units) {
        if (units < reserved) {
            throw Problem.conflict(
                    "below-reserved",
                    reserved + " units of " + sku + " are reserved for orders; on hand cannot fall below that.");
        }
        if (units > MAX_UNITS) {
            throw Problem.conflict("stock-limit", "A stock level goes up to " + MAX_UNITS + " units.");
        }
        return (int) units;
    }

    private Movement move(Kind kind, int onHandDelta, int reservedDelta, Cause cause) {
        var after = new StockLevel(
                sku,
                Math.addExact(onHand, onHandDelta),
                Math.addExact(reserved, reservedDelta),
                lowStockThreshold,
                version + 1);
        return new Movement(kind, onHandDelta, reservedDelta, after, cause);
    }
}
