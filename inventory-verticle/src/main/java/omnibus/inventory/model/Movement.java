package omnibus.inventory.model;

/** One entry of the ledger: what changed, why, and the level it led to. */
public record Movement(Kind kind, int onHandDelta, int reservedDelta, StockLevel after, Cause cause) {

    public enum Kind {
        /** The catalogue's initial stock. */
        INITIAL,
        /** Units on hand set to what a count found. */
        COUNTED,
        ADJUSTED,
        RESERVED,
        /** Reserved units became sold ones. */
        COMMITTED,
        RELEASED,
        /** Sold units came back. */
        RESTOCKED
    }
}
