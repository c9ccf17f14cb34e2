package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DemoCatalogueTest {
    private static List<JsonNode> products(String currency) throws JsonProcessingException {
        var products = new ArrayList<JsonNode>();
        for (var line : DemoCatalogue.lines(currency)) products.add(Home.JSON.readTree(line));
        return products;
    }

    @Test
    void itFillsAShop() throws JsonProcessingException {
        var products = products("EUR");
        assertTrue(products.size() >= 60, "products: " + products.size());
        var categories = products.stream()
                .flatMap(product -> java.util.stream.StreamSupport.stream(
                        product.path("categories").spliterator(), false))
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
        assertTrue(categories.size() >= 8, categories::toString);
        assertEquals(
                products.size(),
                products.stream().map(it -> it.path("sku").asText()).distinct().count());
        assertTrue(products.stream().allMatch(it -> it.path("initialStock").canConvertToInt()));
    }

    @Test
    void itIsPricedInTheShopsCurrency() throws JsonProcessingException {
        assertTrue(products("USD").stream()
                .allMatch(it -> it.path("price").path("currency").asText().equals("USD")));
    }
}
