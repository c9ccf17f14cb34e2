package omnibus.inventory.model;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What this service knows of an order. {@code epoch} is the highest of the saga's fencing numbers seen for it;
 * {@code lines} are the units held per SKU, empty where nothing ever was; {@code shortages} the answer a short order got.
 */
public record Reservation(UUID orderId, State state, long epoch, Map<String, Integer> lines, List<Shortage> shortages) {

    public enum State {
        /** Units are promised. */
        ACTIVE,
        /** Units are sold. */
        COMMITTED,
        /** Promised units were given back. */
        RELEASED,
        /** Sold units were given back. */
        RESTOCKED,
        /** There was not enough; the order holds nothing and never will. */
        SHORT,
        /** Released before anything was held: a tombstone, so that a reserve that comes late holds nothing. */
        CANCELLED;

        boolean isOver() {
            return this == RELEASED || this == RESTOCKED || this == CANCELLED;
        }
    }

    static Reservation active(StockCommand command) {
        return new Reservation(command.orderId(), State.ACTIVE, command.epoch(), command.lines(), List.of());
    }

    static Reservation shortOf(StockCommand command, List<Shortage> shortages) {
        return new Reservation(command.orderId(), State.SHORT, command.epoch(), Map.of(), List.copyOf(shortages));
    }

    static Reservation tombstone(StockCommand command) {
        return new Reservation(command.orderId(), State.CANCELLED, command.epoch(), Map.of(), List.of());
    }

    Reservation in(State next) {
        return new Reservation(orderId, next, epoch, lines, next == State.SHORT ? shortages : List.of());
    }

    Reservation seen(long later) {
        return later <= epoch ? this : new Reservation(orderId, state, later, lines, shortages);
    }
}
