package omnibus.chaos.facts;

import java.util.List;
import java.util.Map;

/** A service's event log, in the order of its writing. */
public record EventLog(String id, List<Event> events) {

    /** The position that a follower has reached who has read everything. */
    public long head() {
        return events.stream().mapToLong(Event::position).max().orElse(0);
    }

    /**
     * An event, with what the checks read of its data.
     *
     * @param position 0 while it has none, so that no follower can have seen it
     * @param aggregate of what it tells: an order, a payment, a SKU
     * @param previous the status before, or null
     * @param status the status after, or null
     * @param amounts by their names in the data
     */
    public record Event(
            long position,
            String type,
            String aggregate,
            long version,
            String previous,
            String status,
            Map<String, Long> amounts) {}
}
