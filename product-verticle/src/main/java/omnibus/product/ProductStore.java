package omnibus.product;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mongo.AggregateOptions;
import io.vertx.ext.mongo.BulkOperation;
import io.vertx.ext.mongo.BulkWriteOptions;
import io.vertx.ext.mongo.FindOptions;
import io.vertx.ext.mongo.IndexModel;
import io.vertx.ext.mongo.IndexOptions;
import io.vertx.ext.mongo.MongoClient;
import io.vertx.ext.mongo.UpdateOptions;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.events.Event;
import omnibus.product.model.Product;

/**
 * Products in MongoDB, one document each. A write says which revision it changes, and after which word about the stock,
 * since a word that changes nothing to be told of makes no revision. It carries its event in the same document, so that
 * both are there or neither; {@link ProductLogStore} moves the event on.
 *
 * <p>Queries name exactly the fields of a unique index where speed matters ({@code _id}, {@code sku}, {@code _id} with
 * what guards its writes): the embedded emulation uses an index only then.
 */
final class ProductStore {
    static final String PRODUCTS = "products";
    private static final JsonObject LIST_FIELDS =
            ProductDocument.VIEW_FIELDS.copy().put("nameKey", 1);
    private static final JsonObject QUOTE_FIELDS =
            ProductDocument.fields("sku", "name", "price", "availability", "state");
    private static final String ACTIVE = Product.State.ACTIVE.name();

    /**
     * A product's step from {@code before} (null: it is new) to {@code after}, and what the world is told of it, if
     * anything. {@code id} marks the document as written by this change and no other.
     */
    record Change(String id, Product before, Product after, Optional<Event> event) {
        static Change of(Product before, Product after, Event event) {
            return new Change(event.id().toString(), before, after, Optional.of(event));
        }

        /** A change that nobody needs to hear of. */
        static Change silent(Product before, Product after) {
            return new Change(Ids.next().toString(), before, after, Optional.empty());
        }

        String productId() {
            return after.id().toString();
        }
    }

    /** One page of a list and the cursor of the next, if there is one. */
    record Page<T>(List<T> items, Optional<String> next) {}

    record Category(String name, long count) {}

    record Quote(String sku, String productId, String name, Map<String, Object> price, String availability) {}

    private final MongoClient client;

    ProductStore(MongoStore mongo) {
        this.client = mongo.client();
    }

    /** Makes the indexes that are missing. */
    Future<Void> prepare() {
        var pending = new JsonObject().put("pending.id", new JsonObject().put("$exists", true));
        return MongoStore.writing(client.createIndexes(
                PRODUCTS,
                List.of(
                        index(true, "sku", 1),
                        index(true, "_id", 1, "revision", 1, "stock.version", 1),
                        index(false, "state", 1, "_id", -1),
                        index(false, "state", 1, "price.amount", 1, "_id", 1),
                        index(false, "state", 1, "nameKey", 1, "_id", 1),
                        index(false, "state", 1, "rating.average", -1, "_id", -1),
                        index(false, "state", 1, "categories", 1, "_id", -1),
                        index(false, "state", 1, "nameWords", 1, "_id", -1),
                        new IndexModel(
                                new JsonObject().put("pending.id", 1),
                                new IndexOptions().name("pending").partialFilterExpression(pending)))));
    }

    private static IndexModel index(boolean unique, Object... fieldsAndDirections) {
        var key = new JsonObject();
        for (var i = 0; i < fieldsAndDirections.length; i += 2) {
            key.put((String) fieldsAndDirections[i], fieldsAndDirections[i + 1]);
        }
        var name = String.join("_", key.fieldNames()).replace('.', '_').replaceFirst("^_id", "id");
        return new IndexModel(key, new IndexOptions().unique(unique).name(name));
    }

    /** A product on sale. Fails with the 404 for an unknown and for a deleted one. */
    Future<ProductView> view(String id) {
        return viewWhere("_id", id);
    }

    Future<ProductView> viewBySku(String sku) {
        return viewWhere("sku", sku);
    }

    private Future<ProductView> viewWhere(String field, String value) {
        return MongoStore.reading(
                        client.findOne(PRODUCTS, new JsonObject().put(field, value), ProductDocument.VIEW_FIELDS))
                .map(document -> {
                    if (document == null || !ProductDocument.active(document)) throw Problem.notFound();
                    return ProductDocument.view(document);
                });
    }

    /** A product on sale, to decide upon. Fails with the 404 for an unknown and for a deleted one. */
    Future<Product> get(UUID id) {
        return MongoStore.reading(client.findOne(PRODUCTS, new JsonObject().put("_id", id.toString()), null))
                .map(document -> {
                    if (document == null || !ProductDocument.active(document)) throw Problem.notFound();
                    return ProductDocument.read(document);
                });
    }

    /** The products that have or had these SKUs, deleted ones included, by SKU. */
    Future<Map<String, Product>> bySku(Collection<String> skus) {
        return find(new JsonObject().put("sku", in(skus)), new FindOptions())
                .map(found -> found.stream()
                        .map(ProductDocument::read)
                        .collect(Collectors.toMap(Product::sku, product -> product)));
    }

    Future<List<Quote>> quotes(Collection<String> skus) {
        return find(new JsonObject().put("sku", in(skus)), new FindOptions().setFields(QUOTE_FIELDS))
                .map(found -> found.stream()
                        .filter(ProductDocument::active)
                        .map(document -> new Quote(
                                document.getString("sku"),
                                document.getString("_id"),
                                document.getString("name"),
                                document.getJsonObject("price").getMap(),
                                document.getString("availability")))
                        .toList());
    }

    Future<Page<Map<String, Object>>> list(Listing listing, Optional<String> cursor, int limit) {
        var options =
                new FindOptions().setSort(listing.order()).setLimit(limit + 1).setFields(LIST_FIELDS);
        return find(listing.filter(cursor), options).map(found -> {
            var more = found.size() > limit;
            var items = found.stream()
                    .limit(limit)
                    .map(document -> ProductDocument.view(document).body())
                    .toList();
            return new Page<>(items, more ? Optional.of(listing.cursorAfter(found.get(limit - 1))) : Optional.empty());
        });
    }

    /** Categories of products on sale after the one named, by name. Counted when asked, so never out of step with edits. */
    Future<Page<Category>> categories(String after, int limit) {
        var pipeline = new JsonArray()
                .add(stage("$match", new JsonObject().put("state", ACTIVE)))
                .add(stage("$project", new JsonObject().put("categories", 1)))
                .add(stage("$unwind", "$categories"))
                .add(stage("$match", new JsonObject().put("categories", new JsonObject().put("$gt", after))))
                .add(stage(
                        "$group",
                        new JsonObject().put("_id", "$categories").put("count", new JsonObject().put("$sum", 1))))
                .add(stage("$sort", new JsonObject().put("_id", 1)))
                .add(stage("$limit", limit + 1));
        var options = new AggregateOptions().setBatchSize(limit + 1);
        return MongoStore.reading(
                        client.aggregateWithOptions(PRODUCTS, pipeline, options).collect(Collectors.toList()))
                .map(found -> {
                    var items = found.stream()
                            .limit(limit)
                            .map(group -> new Category(group.getString("_id"), group.getLong("count")))
                            .toList();
                    var more = found.size() > limit;
                    return new Page<>(
                            items, more ? Optional.of(items.get(limit - 1).name()) : Optional.empty());
                });
    }

    /** Writes all changes it can in one go and answers those that came too late: the SKU taken, the revision moved on. */
    Future<List<Change>> save(List<Change> changes) {
        if (changes.isEmpty()) return Future.succeededFuture(List.of());
        var writes = changes.stream().map(ProductStore::write).toList();
        var updates = changes.stream().filter(change -> change.before() != null).count();
        return MongoStore.writing(client.bulkWriteWithOptions(PRODUCTS, writes, new BulkWriteOptions(false))
                        .map(done -> done.getMatchedCount() == updates)
                        .recover(failure -> MongoStore.isDuplicateKey(failure)
                                ? Future.succeededFuture(false)
                                : Future.failedFuture(failure)))
                .compose(all -> all ? Future.succeededFuture(List.of()) : notWritten(changes));
    }

    private static BulkOperation write(Change change) {
        if (change.before() == null) {
            var document = ProductDocument.of(change.after()).put("changeId", change.id());
            change.event().ifPresent(event -> document.put("pending", new JsonArray().add(EventDocument.of(event))));
            return BulkOperation.createInsert(document);
        }
        var fields = ProductDocument.changed(change.before(), change.after()).put("changeId", change.id());
        var update = new JsonObject().put("$set", fields);
        change.event()
                .ifPresent(event -> update.put("$push", new JsonObject().put("pending", EventDocument.of(event))));
        return BulkOperation.createUpdate(
                new JsonObject()
                        .put("_id", change.productId())
                        .put("revision", change.before().revision())
                        .put("stock.version", change.before().stock().version()),
                update);
    }

    private Future<List<Change>> notWritten(List<Change> changes) {
        var ids = changes.stream().map(change -> change.productId()).toList();
        var fields = new JsonObject().put("changeId", 1);
        return find(new JsonObject().put("_id", in(ids)), new FindOptions().setFields(fields))
                .map(found -> {
                    var writers = new HashMap<String, String>();
                    found.forEach(document -> writers.put(document.getString("_id"), document.getString("changeId")));
                    return changes.stream()
                            .filter(change -> !change.id().equals(writers.get(change.productId())))
                            .toList();
                });
    }

    /** Events committed with these products and not yet taken out, each product's in their order. */
    Future<List<JsonObject>> pending(Collection<String> ids) {
        if (ids.isEmpty()) return Future.succeededFuture(List.of());
        var fields = new JsonObject().put("pending", 1);
        return find(new JsonObject().put("_id", in(ids)), new FindOptions().setFields(fields))
                .map(found -> found.stream()
                        .flatMap(document -> document.getJsonArray("pending", new JsonArray()).stream())
                        .map(JsonObject.class::cast)
                        .toList());
    }

    /** Takes events out of their products: they are in the log. */
    Future<Void> settle(Collection<String> ids, Collection<String> eventIds) {
        if (eventIds.isEmpty()) return Future.succeededFuture();
        var moved = new JsonObject().put("pending", new JsonObject().put("id", in(eventIds)));
        return MongoStore.writing(client.updateCollectionWithOptions(
                        PRODUCTS,
                        new JsonObject().put("_id", in(ids)),
                        new JsonObject().put("$pull", moved),
                        new UpdateOptions().setMulti(true)))
                .mapEmpty();
    }

    /** Ids of some products that have events to be moved. */
    Future<List<String>> withPending(int limit) {
        var query = new JsonObject().put("pending.id", new JsonObject().put("$exists", true));
        var options =
                new FindOptions().setFields(new JsonObject().put("_id", 1)).setLimit(limit);
        return find(query, options)
                .map(found -> found.stream()
                        .map(document -> document.getString("_id"))
                        .toList());
    }

    private Future<List<JsonObject>> find(JsonObject query, FindOptions options) {
        return MongoStore.reading(client.findWithOptions(PRODUCTS, query, options));
    }

    static JsonObject in(Collection<?> values) {
        return new JsonObject().put("$in", new JsonArray(List.copyOf(values)));
    }

    private static JsonObject stage(String name, Object value) {
        return new JsonObject().put(name, value);
    }
}
