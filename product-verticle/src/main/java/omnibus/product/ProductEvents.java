package omnibus.product;

import java.util.LinkedHashMap;
import java.util.Map;
import omnibus.platform.events.Event;
import omnibus.product.model.Product;

/** What the world is told of a product: its state after the change. The event's version is the product's revision. */
final class ProductEvents {
    private ProductEvents() {}

    static Event created(Product product, int initialStock) {
        var state = state(product);
        state.put("initialStock", initialStock);
        return event("ProductCreated", product, state);
    }

    static Event updated(Product product) {
        return event("ProductUpdated", product, state(product));
    }

    static Event deleted(Product product) {
        return event("ProductDeleted", product, Map.of("productId", product.id().toString(), "sku", product.sku()));
    }

    private static Map<String, Object> state(Product product) {
        var state = new LinkedHashMap<String, Object>();
        state.put("productId", product.id().toString());
        state.putAll(ProductDocument.view(product).body());
        state.remove("id");
        return state;
    }

    private static Event event(String type, Product product, Map<String, Object> data) {
        return Event.of(type, product.id().toString(), product.revision(), data);
    }
}
