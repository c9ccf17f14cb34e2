package omnibus.product;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import omnibus.platform.Money;
import omnibus.product.model.Availability;
import omnibus.product.model.Content;
import omnibus.product.model.Product;
import omnibus.product.model.Rating;
import omnibus.product.model.StockMark;
import omnibus.product.model.Words;

/**
 * A product as its MongoDB document, and that document as what the world sees. Beside the product's own fields it holds
 * what it is found and sorted by (`nameWords`, `nameKey`), what guards writes (`revision`, `changeId`) and `pending`:
 * events that are committed with it and not yet in the log. Attributes are a list of pairs, for their names are the
 * shopkeeper's and may contain dots and dollars.
 */
final class ProductDocument {
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** What {@link #view} needs; nothing else travels on a read. */
    static final JsonObject VIEW_FIELDS = fields(
            "sku",
            "name",
            "description",
            "price",
            "categories",
            "attributes",
            "images",
            "rating",
            "availability",
            "version",
            "facts",
            "state",
            "createdAt",
            "updatedAt");

    private ProductDocument() {}

    static JsonObject fields(String... names) {
        var fields = new JsonObject();
        for (var name : names) fields.put(name, 1);
        return fields;
    }

    static boolean active(JsonObject document) {
        return Product.State.ACTIVE.name().equals(document.getString("state"));
    }

    static JsonObject of(Product product) {
        var content = product.content();
        var attributes = new JsonArray();
        content.attributes()
                .forEach((name, value) ->
                        attributes.add(new JsonObject().put("name", name).put("value", value)));
        return new JsonObject()
                .put("_id", product.id().toString())
                .put("sku", product.sku())
                .put("name", content.name())
                .put("description", content.description())
                .put("price", money(content.price()))
                .put("categories", new JsonArray(new ArrayList<>(content.categories())))
                .put("attributes", attributes)
                .put("images", new JsonArray(new ArrayList<>(content.images())))
                .put("rating", rating(product.rating()))
                .put("availability", product.availability().name())
                .put("version", product.version())
                .put("facts", product.facts())
                .put("state", product.state().name())
                .put("createdAt", MILLIS.format(product.createdAt()))
                .put("updatedAt", MILLIS.format(product.updatedAt()))
                .put("revision", product.revision())
                .put("stock", stock(product.stock()))
                .put("nameWords", new JsonArray(new ArrayList<>(Words.of(content.name()))))
                .put("nameKey", Words.sortKey(content.name()));
    }

    /** The fields in which {@code after} differs from {@code before}, with their new values. */
    static JsonObject changed(Product before, Product after) {
        var old = of(before);
        var changed = of(after);
        changed.getMap().entrySet().removeIf(field -> Objects.equals(field.getValue(), old.getValue(field.getKey())));
        return changed;
    }

    static Product read(JsonObject document) {
        var price = document.getJsonObject("price");
        var rating = document.getJsonObject("rating");
        var stock = document.getJsonObject("stock");
        return new Product(
                UUID.fromString(document.getString("_id")),
                document.getString("sku"),
                new Content(
                        document.getString("name"),
                        document.getString("description"),
                        new Money(price.getLong("amount"), price.getString("currency")),
                        texts(document.getJsonArray("categories")),
                        attributes(document.getJsonArray("attributes")),
                        texts(document.getJsonArray("images"))),
                new Rating((int) Math.round(rating.getDouble("average") * 10), rating.getInteger("count")),
                Availability.valueOf(document.getString("availability")),
                new StockMark(stock.getString("log"), stock.getLong("version")),
                Product.State.valueOf(document.getString("state")),
                document.getLong("version"),
                document.getLong("facts"),
                Instant.parse(document.getString("createdAt")),
                Instant.parse(document.getString("updatedAt")));
    }

    static ProductView view(Product product) {
        return view(of(product));
    }

    /** The product as the contract shows it, straight from the document: this is the shop's busiest path. */
    static ProductView view(JsonObject document) {
        var body = new LinkedHashMap<String, Object>(32);
        body.put("id", document.getString("_id"));
        body.put("sku", document.getString("sku"));
        body.put("name", document.getString("name"));
        body.put("description", document.getString("description"));
        body.put("price", document.getJsonObject("price").getMap());
        body.put("categories", document.getJsonArray("categories").getList());
        body.put("attributes", attributes(document.getJsonArray("attributes")));
        body.put("images", document.getJsonArray("images").getList());
        body.put("rating", document.getJsonObject("rating").getMap());
        body.put("availability", document.getString("availability"));
        var version = document.getLong("version");
        body.put("version", version);
        body.put("createdAt", document.getString("createdAt"));
        body.put("updatedAt", document.getString("updatedAt"));
        return new ProductView(body, version + "-" + document.getLong("facts"));
    }

    private static JsonObject money(Money money) {
        return new JsonObject().put("amount", money.amount()).put("currency", money.currency());
    }

    private static JsonObject rating(Rating rating) {
        return new JsonObject().put("average", rating.tenths() / 10.0).put("count", rating.count());
    }

    private static JsonObject stock(StockMark mark) {
        return new JsonObject().put("log", mark.log()).put("version", mark.version());
    }

    private static Map<String, String> attributes(JsonArray pairs) {
        var attributes = new LinkedHashMap<String, String>();
        for (var i = 0; i < pairs.size(); i++) {
            var pair = pairs.getJsonObject(i);
            attributes.put(pair.getString("name"), pair.getString("value"));
        }
        return attributes;
    }

    private static List<String> texts(JsonArray array) {
        return array.stream().map(String.class::cast).toList();
    }
}
