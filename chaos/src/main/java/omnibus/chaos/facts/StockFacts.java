package omnibus.chaos.facts;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The inventory service's store. Movements are in the order of SKU and version. */
public record StockFacts(List<Stock> stock, List<Reservation> reservations, List<Movement> movements, EventLog log) {

    public record Stock(String sku, int onHand, int reserved, int threshold, String availability) {
        public int available() {
            return onHand - reserved;
        }
    }

    /** @param lines units by SKU */
    public record Reservation(UUID orderId, String state, long epoch, Map<String, Integer> lines) {
        /** It keeps units from others: promised or sold. */
        public boolean holds() {
            return state.equals("ACTIVE") || state.equals("COMMITTED");
        }
    }

    /** @param onHand after it, as {@code reserved}. @param orderId null where no order moved it */
    public record Movement(
            String sku,
            long version,
            String kind,
            int onHandDelta,
            int reservedDelta,
            int onHand,
            int reserved,
            UUID orderId) {}
}
