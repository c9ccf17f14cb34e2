package omnibus.inventory.model;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One step of an order's saga. {@code epoch} fences: a command older than one already seen is stale. {@code lines} are
 * units per SKU, wanted by a reserve only; the others go by what was reserved.
 */
public record StockCommand(Step step, UUID orderId, long epoch, Map<String, Integer> lines) {

    public enum Step {
        RESERVE,
        COMMIT,
        RELEASE
    }

    /** A line as it was ordered; two lines of an order may name the same SKU. */
    public record Line(String sku, int quantity) {}

    public static StockCommand reserve(UUID orderId, long epoch, Iterable<Line> lines) {
        var sums = new TreeMap<String, Integer>();
        lines.forEach(line -> sums.merge(line.sku(), line.quantity(), Math::addExact));
        return new StockCommand(Step.RESERVE, orderId, epoch, sums);
    }

    public static StockCommand commit(UUID orderId, long epoch) {
        return new StockCommand(Step.COMMIT, orderId, epoch, Map.of());
    }

    public static StockCommand release(UUID orderId, long epoch) {
        return new StockCommand(Step.RELEASE, orderId, epoch, Map.of());
    }
}
