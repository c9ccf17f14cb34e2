package omnibus.product;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import omnibus.platform.call.PageCursor;
import omnibus.product.model.Availability;
import omnibus.product.model.Product;

/**
 * What a list of products is asked for, as a MongoDB query. Pages are cut by key and not by number: a cursor holds the
 * sort key and the id of the last product seen, so that a page survives inserts.
 */
record Listing(
        Optional<Set<String>> words,
        Optional<String> category,
        Optional<Long> minPrice,
        Optional<Long> maxPrice,
        Optional<Boolean> inStock,
        Sort sort) {

    enum Sort {
        NEWEST("newest", "_id", -1),
        PRICE("price", "price.amount", 1),
        DEAREST("-price", "price.amount", -1),
        NAME("name", "nameKey", 1),
        RATING("rating", "rating.average", -1);

        private final String asked;
        private final String field;
        private final int direction;

        Sort(String asked, String field, int direction) {
            this.asked = asked;
            this.field = field;
            this.direction = direction;
        }

        /** The contract lets no other text through. */
        static Sort of(String asked) {
            for (var sort : values()) if (sort.asked.equals(asked)) return sort;
            throw new IllegalArgumentException(asked);
        }

        private Object key(JsonObject product) {
            switch (this) {
                case PRICE:
                case DEAREST:
                    return product.getJsonObject("price").getLong("amount");
                case RATING:
                    return product.getJsonObject("rating").getDouble("average");
                case NAME:
                    return product.getString("nameKey");
                default:
                    return product.getString("_id");
            }
        }

        private Object parse(String key) {
            try {
                if (field.equals("price.amount")) return Long.valueOf(key);
                return this == RATING ? Double.valueOf(key) : key;
            } catch (NumberFormatException e) {
                throw PageCursor.invalid();
            }
        }
    }

    /** Newest is the order of the ids, which sort by their time of birth. */
    JsonObject order() {
        var order = new JsonObject().put(sort.field, sort.direction);
        return sort == Sort.NEWEST ? order : order.put("_id", sort.direction);
    }

    JsonObject filter(Optional<String> cursor) {
        var filter = new JsonObject().put("state", Product.State.ACTIVE.name());
        words.ifPresent(all -> filter.put("nameWords", new JsonObject().put("$all", new JsonArray(List.copyOf(all)))));
        category.ifPresent(name -> filter.put("categories", name));
        var price = new JsonObject();
        minPrice.ifPresent(least -> price.put("$gte", least));
        maxPrice.ifPresent(most -> price.put("$lte", most));
        if (!price.isEmpty()) filter.put("price.amount", price);
        inStock.ifPresent(wanted -> filter.put("availability", availability(wanted)));
        cursor.ifPresent(text -> filter.put("$or", beyond(text)));
        return filter;
    }

    /** The cursor of the page after this product. */
    String cursorAfter(JsonObject product) {
        return PageCursor.of(sort.asked, sort.key(product), product.getString("_id"));
    }

    private JsonArray beyond(String cursor) {
        var parts = PageCursor.parse(cursor, 3);
        if (!parts.get(0).equals(sort.asked)) throw PageCursor.invalid();
        var key = sort.parse(parts.get(1));
        var id = parts.get(2);
        var beyond = sort.direction > 0 ? "$gt" : "$lt";
        var alternatives = new ArrayList<Object>();
        alternatives.add(new JsonObject().put(sort.field, new JsonObject().put(beyond, key)));
        if (sort != Sort.NEWEST) {
            alternatives.add(new JsonObject().put(sort.field, key).put("_id", new JsonObject().put(beyond, id)));
        }
        return new JsonArray(alternatives);
    }

    private static JsonObject availability(boolean inStock) {
        var outOfStock = Availability.OUT_OF_STOCK.name();
        return new JsonObject().put(inStock ? "$ne" : "$eq", outOfStock);
    }
}
