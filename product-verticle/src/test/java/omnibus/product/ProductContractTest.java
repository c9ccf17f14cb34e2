package omnibus.product;

import static omnibus.product.Shop.json;
import static omnibus.product.Shop.read;
import static omnibus.product.Shop.write;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.StreamSupport;
import omnibus.platform.Json;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Contract;
import omnibus.platform.call.SchemaCheck;
import omnibus.platform.events.EventPage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of the contract work, and what is answered has the form the contract gives it. */
class ProductContractTest {
    private static final Contract CONTRACT = Contract.load("product");
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = new Shop();
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static JsonNode requestExample(String path, String method, String mediaType, String name) {
        return CONTRACT.document()
                .path("paths")
                .path(path)
                .path(method)
                .path("requestBody")
                .path("content")
                .path(mediaType)
                .path("examples")
                .path(name)
                .path("value");
    }

    private static void assertForm(String schema, JsonNode value) {
        assertEquals(List.of(), SchemaCheck.of(CONTRACT, schema).faults(value), value::toString);
    }

    private static JsonNode ok(int status, Answer answer) {
        assertEquals(status, answer.status(), () -> answer.body().toString());
        return json(answer);
    }

    @Test
    void theExamplesAreSentAndAnsweredAsWritten() {
        var mug = requestExample("/api/v1/products", "post", "application/json", "mug");
        var created = ok(201, shop.create(mug));
        assertForm("Product", created);
        var id = created.path("id").asText();
        assertForm("Product", ok(200, shop.get(id)));
        var patch = requestExample("/api/v1/products/{id}", "patch", "application/merge-patch+json", "newPrice");
        var patched = ok(
                200,
                shop.call(write("patchProduct")
                        .path("id", id)
                        .header("If-Match", "*")
                        .bytes(Buffer.buffer(patch.toString()))));
        assertForm("Product", patched);
        assertEquals("{\"Capacity\":\"350 ml\"}", patched.path("attributes").toString());
        var lines = requestExample("/api/v1/products/import", "post", "application/x-ndjson", "twoLines");
        var summary = ok(200, shop.importLines(lines.asText()));
        assertForm("ImportSummary", summary);
        assertEquals(0, summary.path("failed").asInt());
        assertForm("ProductPage", ok(200, shop.call(read("listProducts"))));
        for (var category : ok(200, shop.call(read("listCategories"))).path("items")) assertForm("Category", category);
        assertForm("Problem", json(shop.get("x")));
    }

    @ParameterizedTest
    @CsvSource({
        "/components/responses/Product/content/application~1json/examples/mug/value, Product",
        "/paths/~1api~1v1~1products/post/responses/201/content/application~1json/examples/mug/value, Product",
        "/paths/~1api~1v1~1products/get/responses/200/content/application~1json/examples/onePage/value, ProductPage",
        "/paths/~1api~1v1~1products~1import/post/responses/200/content/application~1json/examples/oneBadLine/value,"
                + " ImportSummary",
    })
    void theExamplesOfAnswersHaveTheirForm(String pointer, String schema) {
        assertForm(schema, CONTRACT.document().at(pointer));
    }

    @Test
    void theEventsHaveTheFormThatIsPromised() {
        var id = shop.aProduct("EVENTS-1");
        shop.patch(id, "*", java.util.Map.of("name", "Renamed"));
        shop.call(write("deleteProduct").path("id", id).header("If-Match", "*"));
        shop.platform.eventually(() -> eventsOf(id).size() == 3);
        var events = eventsOf(id);
        assertEquals(
                List.of("ProductCreated", "ProductUpdated", "ProductDeleted"),
                events.stream().map(event -> event.path("type").asText()).toList());
        assertForm("ProductState", events.get(0).path("data"));
        assertEquals(0, events.get(0).path("data").path("initialStock").asInt(-1));
        assertForm("ProductState", events.get(1).path("data"));
        assertEquals("EVENTS-1", events.get(2).path("data").path("sku").asText());
        assertEquals(id, events.get(2).path("data").path("productId").asText());
    }

    private static List<JsonNode> eventsOf(String id) {
        var page = shop.call(read("readEvents").query("after", 0).query("limit", 500))
                .as(EventPage.class);
        return StreamSupport.stream(Json.tree(page.events()).spliterator(), false)
                .map(logged -> logged.path("event"))
                .filter(event -> event.path("aggregate").asText().equals(id))
                .toList();
    }
}
