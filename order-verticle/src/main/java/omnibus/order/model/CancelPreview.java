package omnibus.order.model;

import java.util.List;
import omnibus.platform.Money;

/** What cancelling an order would do. {@code amount}: what is not charged (void) or comes back (refund). */
public record CancelPreview(Effect payment, Money amount, List<Restocked> restock) {
    /** What happens to the money. */
    public enum Effect {
        NONE,
        VOID,
        REFUND
    }

    /** Units that become available again. */
    public record Restocked(String sku, int quantity) {}

    static CancelPreview nothing(String currency) {
        return new CancelPreview(Effect.NONE, Money.zero(currency), List.of());
    }
}
