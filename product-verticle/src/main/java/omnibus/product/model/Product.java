package omnibus.product.model;

import java.time.Instant;
import java.util.UUID;
import omnibus.platform.Problem;

/**
 * A product and what may happen to it. {@code version} counts the shopkeeper's edits, {@code facts} counts what others
 * found out (availability, rating); each change raises exactly one of them, so their sum, the revision, orders all
 * changes and guards every write.
 */
public record Product(
        UUID id,
        String sku,
        Content content,
        Rating rating,
        Availability availability,
        StockMark stock,
        State state,
        long version,
        long facts,
        Instant createdAt,
        Instant updatedAt) {

    /** Deletion is a state: the SKU stays taken and orders in flight go on. */
    public enum State {
        ACTIVE,
        DELETED
    }

    /** A new product. Until inventory has spoken there is nothing to buy. */
    public static Product create(UUID id, String sku, Content content, Instant now) {
        return new Product(
                id, sku, content, Rating.NONE, Availability.OUT_OF_STOCK, StockMark.NONE, State.ACTIVE, 1, 0, now, now);
    }

    public boolean active() {
        return state == State.ACTIVE;
    }

    public long revision() {
        return version + facts;
    }

    /** The product with this content; the same product when it has it already. */
    public Product edited(String sku, Content content, Instant now) {
        if (!this.sku.equals(sku)) {
            throw Problem.conflict(
                    "sku-immutable",
                    "Carts, stock and orders know this product as " + this.sku + "; a SKU cannot change.");
        }
        if (this.content.equals(content)) return this;
        return new Product(id, sku, content, rating, availability, stock, state, version + 1, facts, createdAt, now);
    }

    public Product deleted(Instant now) {
        return new Product(
                id, sku, content, rating, availability, stock, State.DELETED, version + 1, facts, createdAt, now);
    }

    /** The product after a word from inventory; the same product when the word is old. */
    public Product stocked(Availability heard, StockMark mark) {
        if (!mark.isNewerThan(stock)) return this;
        var moved = heard == availability ? facts : facts + 1;
        return new Product(id, sku, content, rating, heard, mark, state, version, moved, createdAt, updatedAt);
    }
}
