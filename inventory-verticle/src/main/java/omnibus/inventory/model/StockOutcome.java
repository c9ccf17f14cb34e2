package omnibus.inventory.model;

import java.util.List;
import java.util.UUID;

/** What became of a command. Refusals are outcomes too: a short order is no failure of its batch. */
public record StockOutcome(UUID orderId, Result result, List<Shortage> shortages) {

    public enum Result {
        RESERVED,
        SHORT,
        COMMITTED,
        MISSING,
        RELEASED,
        CANCELLED,
        STALE
    }

    static StockOutcome of(StockCommand command, Result result) {
        return new StockOutcome(command.orderId(), result, List.of());
    }

    static StockOutcome shortOf(StockCommand command, List<Shortage> shortages) {
        return new StockOutcome(command.orderId(), Result.SHORT, shortages);
    }
}
