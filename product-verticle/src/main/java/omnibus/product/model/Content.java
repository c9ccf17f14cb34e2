package omnibus.product.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import omnibus.platform.Money;

/** What a shopkeeper writes about a product. Attributes keep the order they were given in. */
public record Content(
        String name,
        String description,
        Money price,
        List<String> categories,
        Map<String, String> attributes,
        List<String> images) {
    public Content {
        categories = List.copyOf(categories);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        images = List.copyOf(images);
    }
}
