package omnibus.product;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.platform.Money;
import omnibus.product.model.Content;
import omnibus.product.model.Product;

/** The vocabulary of the catalogue's tests. */
public final class ProductFixtures {
    public static final Instant NOW = Instant.parse("2026-01-12T09:30:00Z");

    private ProductFixtures() {}

    public static Product aMug() {
        var id = UUID.fromString("01981b8e-5c7a-7c3e-9a53-0f6f1b1d2a01");
        return Product.create(id, "MUG-350", content("Stoneware Mug"), NOW);
    }

    public static Content content(String name) {
        return content(name, 1490, "Kitchen");
    }

    public static Content content(String name, long amount, String... categories) {
        return new Content(
                name,
                "A heavy mug.",
                new Money(amount, "EUR"),
                List.of(categories),
                Map.of("Capacity", "350 ml"),
                List.of());
    }

    /** A body as a shopkeeper would send it. */
    static Map<String, Object> body(String sku) {
        return body(sku, "Stoneware Mug", 1490, List.of("Kitchen"));
    }

    static Map<String, Object> body(String sku, String name, long amount, List<String> categories) {
        var body = new LinkedHashMap<String, Object>();
        body.put("sku", sku);
        body.put("name", name);
        body.put("description", "A heavy mug.");
        body.put("price", Map.of("amount", amount, "currency", "EUR"));
        body.put("categories", categories);
        body.put("attributes", Map.of("Capacity", "350 ml"));
        return body;
    }
}
