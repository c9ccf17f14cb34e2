package omnibus.product;

import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.product.ProductStore.Change;
import omnibus.product.model.Availability;
import omnibus.product.model.Content;
import omnibus.product.model.IfMatch;
import omnibus.product.model.Product;
import omnibus.product.model.StockMark;

/**
 * What may be done with the catalogue. Every change is load, decide, save under the revision that was loaded; who comes
 * second loads again. The event is committed with the change and moved to the log right after.
 */
final class Products {
    private static final int MAX_TRIES = 10;

    /** What inventory says of a SKU. */
    record StockWord(String sku, Availability availability, StockMark mark) {}

    private final ProductStore store;
    private final EventMover events;
    private final Clock clock;

    Products(ProductStore store, EventMover events, Clock clock) {
        this.store = store;
        this.events = events;
        this.clock = clock;
    }

    Future<Product> create(String sku, Content content, int initialStock) {
        var change = creation(sku, content, initialStock);
        return save(change).map(saved -> {
            if (saved) return change.after();
            throw Problem.conflict("sku-taken", "A product has the SKU " + sku + ", or had it before it was deleted.");
        });
    }

    /** A product that is not there yet, with its event. */
    Change creation(String sku, Content content, int initialStock) {
        var product = Product.create(Ids.next(), sku, content, now());
        return Change.of(null, product, ProductEvents.created(product, initialStock));
    }

    /** Changes a product on sale. A change that changes nothing writes nothing. */
    Future<Product> edit(UUID id, IfMatch match, UnaryOperator<Product> edit) {
        return change(id, match, product -> {
            var after = edit.apply(product);
            return after == product ? null : Change.of(product, after, ProductEvents.updated(after));
        });
    }

    Future<Void> delete(UUID id, IfMatch match) {
        return change(id, match, product -> {
                    var after = product.deleted(now());
                    return Change.of(product, after, ProductEvents.deleted(after));
                })
                .mapEmpty();
    }

    private interface Decision {
        /** The change to make, or null for none. */
        Change on(Product product);
    }

    private Future<Product> change(UUID id, IfMatch match, Decision decision) {
        return change(id, match, decision, 1);
    }

    private Future<Product> change(UUID id, IfMatch match, Decision decision, int tries) {
        return store.get(id).compose(product -> {
            match.check(product);
            var change = decision.on(product);
            if (change == null) return Future.succeededFuture(product);
            return save(change).compose(saved -> {
                if (saved) return Future.succeededFuture(change.after());
                if (tries == MAX_TRIES) throw tooBusy();
                return change(id, match, decision, tries + 1);
            });
        });
    }

    private Future<Boolean> save(Change change) {
        return store.save(List.of(change)).map(late -> {
            if (late.isEmpty()) events.moveAll(List.of(change));
            return late.isEmpty();
        });
    }

    /** Hears what inventory says, several words at once; of one SKU the last word counts. Hearing it twice is harmless. */
    Future<Void> hear(Collection<StockWord> words) {
        var last = new LinkedHashMap<String, StockWord>();
        for (var word : words) last.put(word.sku(), word);
        return hear(last, 1);
    }

    private Future<Void> hear(Map<String, StockWord> words, int tries) {
        if (words.isEmpty()) return Future.succeededFuture();
        return store.bySku(words.keySet()).compose(found -> {
            var changes = new ArrayList<Change>();
            for (var product : found.values()) {
                var change = hear(product, words.get(product.sku()));
                if (change != null) changes.add(change);
            }
            return store.save(changes).compose(late -> {
                var told = new ArrayList<>(changes);
                told.removeAll(late);
                var moved = events.moveAll(told);
                if (late.isEmpty()) return moved.otherwiseEmpty();
                if (tries == MAX_TRIES) throw tooBusy();
                var again = new LinkedHashMap<>(words);
                again.keySet()
                        .retainAll(late.stream()
                                .map(change -> change.after().sku())
                                .toList());
                return hear(again, tries + 1);
            });
        });
    }

    /** A deleted product has no availability, and one that is not there has no stock: both are passed over. */
    private static Change hear(Product product, StockWord word) {
        if (!product.active()) return null;
        var after = product.stocked(word.availability(), word.mark());
        if (after == product) return null;
        if (after.facts() == product.facts()) return Change.silent(product, after);
        return Change.of(product, after, ProductEvents.updated(after));
    }

    /** The present, as exact as it is kept. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Problem tooBusy() {
        return Problem.unavailable("The product is being changed by many at once.", 1);
    }
}
