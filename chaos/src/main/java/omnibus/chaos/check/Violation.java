package omnibus.chaos.check;

/**
 * Something that must not be.
 *
 * @param invariant its id: I1 to I11
 * @param subject what it is about: an order, a payment, a SKU, an idempotency key
 */
public record Violation(String invariant, String subject, String expected, String found) {
    @Override
    public String toString() {
        return invariant + " " + subject + ": expected " + expected + ", found " + found;
    }
}
