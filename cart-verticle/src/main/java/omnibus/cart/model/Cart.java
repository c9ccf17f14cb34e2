package omnibus.cart.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A cart as it is stored: SKUs and quantities.
 *
 * @param id empty for a cart that was never written to
 * @param version rises with each change; never restarts within an id
 * @param currency of all its lines, empty while there are none
 * @param lines quantity by SKU, in the order in which they came
 */
public record Cart(Optional<String> id, long version, String currency, Map<String, Integer> lines) {
    public static final int LINE_LIMIT = 99;
    public static final int CART_LIMIT = 100;
    public static final Cart EMPTY = new Cart(Optional.empty(), 0, "", Map.of());

    /** Without the lines somebody else added meanwhile, whose products nobody has asked for; they show the next time. */
    public Cart only(Set<String> skus) {
        var known = new LinkedHashMap<>(lines);
        known.keySet().retainAll(skus);
        return new Cart(id, version, currency, known);
    }
}
