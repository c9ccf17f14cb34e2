/**
 * The catalogue: products and categories.
 *
 * <p>Operations: {@code product/openapi.yaml}. Store: MongoDB; collections {@code products} (one document per product,
 * deleted ones included, with events not yet moved), {@code log} (the events, by position), {@code meta} (the log's id),
 * {@code cursors} (the place in inventory's log).
 *
 * <p>Events out: ProductCreated, ProductUpdated, ProductDeleted. Events in: inventory's AvailabilityChanged.
 */
package omnibus.product;
