package omnibus.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import omnibus.platform.Json;
import omnibus.platform.call.Contract;
import org.junit.jupiter.api.Test;

/** What a new shop sells passes the checks of the contract and looks like a shop. */
class DemoCatalogueTest {
    private static final Path FILE = Path.of("../launcher/src/main/resources/demo/catalogue.ndjson");

    private static List<ProductBody> products() throws IOException {
        var inputs = new ProductInputs(Contract.load("product"), "EUR");
        return Files.readAllLines(FILE).stream()
                .map(line -> inputs.read(Json.tree(Buffer.buffer(line))))
                .toList();
    }

    @Test
    void thereAreSixtyProductsAndMoreInEightCategories() throws IOException {
        var skus = new HashSet<String>();
        var categories = new HashSet<String>();
        for (var product : products()) {
            assertTrue(skus.add(product.sku()), product.sku());
            categories.addAll(product.categories());
        }
        assertTrue(skus.size() >= 60);
        assertEquals(8, categories.size());
    }

    @Test
    void everyProductHasAPriceStockAndThingsToKnow() throws IOException {
        for (var product : products()) {
            assertTrue(product.stockToBeginWith() >= 5 && product.stockToBeginWith() <= 200, product.sku());
            assertTrue(product.attributes().size() >= 3 && product.attributes().size() <= 6, product.sku());
            assertTrue(product.description().length() > 60, product.sku());
        }
    }
}
