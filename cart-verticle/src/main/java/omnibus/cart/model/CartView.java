package omnibus.cart.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import omnibus.platform.Money;

/** A cart as it is shown: with today's names, prices and availability. {@code removed} is null when nothing was. */
public record CartView(List<Item> items, Money subtotal, String currency, long version, List<String> removed) {

    /** A line; {@code available} says whether any of it is in stock, not whether this quantity is. */
    public record Item(
            String sku,
            String productId,
            String name,
            int quantity,
            Money unitPrice,
            Money lineTotal,
            boolean available) {}

    /** Shows a cart by the catalogue's word; every line must have its product. An empty one speaks {@code currency}. */
    public static CartView of(Cart cart, Map<String, Product> products, String currency, List<String> removed) {
        var items = new ArrayList<Item>();
        Money subtotal = null;
        for (var line : cart.lines().entrySet()) {
            var item = item(products.get(line.getKey()), line.getValue());
            items.add(item);
            subtotal = subtotal == null ? item.lineTotal() : subtotal.plus(item.lineTotal());
        }
        if (subtotal == null) subtotal = Money.zero(currency);
        return new CartView(items, subtotal, subtotal.currency(), cart.version(), removed.isEmpty() ? null : removed);
    }

    private static Item item(Product product, int quantity) {
        return new Item(
                product.sku(),
                product.productId(),
                product.name(),
                quantity,
                product.price(),
                product.price().times(quantity),
                product.inStock());
    }
}
