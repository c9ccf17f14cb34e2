package omnibus.cart.model;

import omnibus.platform.Money;

/** What a cart needs to know of a product, as the catalogue says it now. */
public record Product(String sku, String productId, String name, Money price, String availability) {
    public boolean inStock() {
        return !"OUT_OF_STOCK".equals(availability);
    }
}
