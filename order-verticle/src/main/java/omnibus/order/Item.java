package omnibus.order;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import omnibus.order.model.OrderLine;
import omnibus.platform.Problem;
import omnibus.platform.Problem.Fault;

/** So many of something, as a buyer or a cart says it. */
record Item(String sku, int quantity) {
    /**
     * Quantities by SKU, in the order in which each is named first. Throws {@link Problem} 400 where a sum is beyond what
     * a line may have, pointing at the item that went too far.
     */
    static Map<String, Integer> summed(List<Item> items) {
        Map<String, Integer> sums = new LinkedHashMap<>();
        for (var i = 0; i < items.size(); i++) {
            var item = items.get(i);
            var sum = sums.merge(item.sku(), item.quantity(), Integer::sum);
            if (sum > OrderLine.MAX_QUANTITY) {
                throw Problem.invalid(List.of(Fault.at(
                        "/items/" + i + "/quantity",
                        "must be at most " + OrderLine.MAX_QUANTITY + " for all lines of " + item.sku()
                                + " together")));
            }
        }
        return sums;
    }
}
