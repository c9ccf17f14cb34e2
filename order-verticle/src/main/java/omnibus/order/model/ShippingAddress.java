package omnibus.order.model;

/**
 * Where an order goes, as it was when the order was placed. The only personal data an order holds; erased with its owner's
 * account once the order has ended. {@code line2} and {@code region} may be null.
 */
public record ShippingAddress(
        String name, String line1, String line2, String city, String postalCode, String region, String country) {}
