package omnibus.cart.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cart as it is stored: SKUs and quantities.
 *
 * @param id empty for a cart that was never written to
 * @param version rises with each change; never restarts within an id
 * @param lines quantity by SKU, in the order of the SKUs
 */
public record Cart(Optional<String> id, long version, Map<String, Integer> lines) {
    public static final int LINE_LIMIT = 99;
    public static final int CART_LIMIT = 100;
    public static final Cart EMPTY = new Cart(Optional.empty(), 0, Map.of());

    public List<String> skus() {
        return List.copyOf(lines.keySet());
    }
}
