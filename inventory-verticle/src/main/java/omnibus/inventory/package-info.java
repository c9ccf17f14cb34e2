/**
 * How much of each SKU there is and whom it is promised to.
 *
 * <p>Operations: stock levels, counts, adjustments and the ledger for administrators; reserve, commit and release for
 * order's saga, by lists. Events out: {@code AvailabilityChanged}. Events in: {@code ProductCreated} of product, whose
 * {@code initialStock} makes the stock row. Tables: {@code stock}, {@code reservation}, {@code reservation_line},
 * {@code movement}.
 */
package omnibus.inventory;
