package omnibus.product;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import omnibus.platform.Money;
import omnibus.product.model.Content;
import omnibus.product.model.Product;

/** The body of {@code POST} and {@code PUT}, and a line of an import. */
record ProductBody(
        String sku,
        String name,
        String description,
        Money price,
        List<String> categories,
        Map<String, String> attributes,
        List<String> images,
        Integer initialStock) {

    /** A product as the body that would write it. */
    static ProductBody of(Product product) {
        var content = product.content();
        return new ProductBody(
                product.sku(),
                content.name(),
                content.description(),
                content.price(),
                content.categories(),
                content.attributes(),
                content.images(),
                null);
    }

    @JsonIgnore
    Content content() {
        return new Content(
                name,
                description,
                price,
                categories == null ? List.of() : categories,
                attributes == null ? Map.of() : attributes,
                images == null ? List.of() : images);
    }

    /** Counts only when the SKU is first created. */
    @JsonIgnore
    int stockToBeginWith() {
        return initialStock == null ? 0 : initialStock;
    }
}
