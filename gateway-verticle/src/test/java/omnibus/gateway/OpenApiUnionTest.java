package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIVersion;
import java.util.HashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import omnibus.platform.Json;
import omnibus.platform.call.Contract;
import org.junit.jupiter.api.Test;

class OpenApiUnionTest {
    private static final List<Contract> CONTRACTS =
            List.of(Contract.load("gateway"), Contract.load("wishlist"), Contract.load("passing"));

    private final JsonNode document = union(CONTRACTS);

    @Test
    void everyServedOperationIsThereUnderItsName() {
        var ids = new TreeSet<String>();
        operations(
                document,
                (path, operation) -> ids.add(operation.path("operationId").asText()));
        assertTrue(ids.containsAll(List.of("gateway.getHealth", "wishlist.createWishlist", "passing.putOther")));
        assertFalse(ids.contains("wishlist.awaitWishlist"), "internal");
        assertFalse(document.path("paths").has("/internal/wishlist.awaitWishlist"));
    }

    /** By the OpenAPI Initiative's own schema, as vertx-openapi brings it along. */
    @Test
    void theUnionIsValidOpenApi31() throws Exception {
        var vertx = Vertx.vertx();
        try {
            var union = new JsonObject(document.toString());
            var valid = OpenAPIVersion.V3_1
                    .getRepository(vertx, "https://omnibus.example")
                    .compose(repository -> OpenAPIVersion.V3_1.validateContract(vertx, repository, union))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            assertTrue(valid.getValid(), () -> String.valueOf(valid.toJson()));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        walk(document, (name, value) -> {
            if (!name.equals("$ref")) return;
            assertFalse(document.at(value.asText().substring(1)).isMissingNode(), value.asText());
        });
    }

    @Test
    void aNameThatTwoServicesGiveToDifferentThingsIsKeptApart() {
        var schemas = document.path("components").path("schemas");
        assertEquals("RFC 9457.", schemas.path("Problem").path("description").asText());
        assertEquals(
                "The problem of wish lists.",
                schemas.path("WishlistProblem").path("description").asText());
        assertEquals(
                "#/components/schemas/PassingProblem",
                schemas.path("PassingProblem")
                        .path("properties")
                        .path("cause")
                        .path("$ref")
                        .asText());
    }

    @Test
    void whatIsTheSameIsThereOnce() {
        var schemas = document.path("components").path("schemas");
        assertTrue(schemas.has("Echo"));
        assertFalse(schemas.has("PassingEcho"));
    }

    @Test
    void whatNothingPublicRefersToStaysOut() {
        assertFalse(document.path("components").path("schemas").has("Orphan"));
    }

    @Test
    void howTheWorkIsDividedIsNobodysBusiness() {
        walk(
                document,
                (name, value) -> assertFalse(
                        name.equals("x-wait")
                                || name.equals("x-internal")
                                || name.equals("x-batched")
                                || name.equals("x-raw"),
                        name));
    }

    @Test
    void parametersOfAWholePathAreSaidWithEachOperation() {
        var get = document.path("paths").path("/api/v1/wishlists/{id}").path("get");
        assertEquals("id", get.path("parameters").path(0).path("name").asText());
    }

    @Test
    void aPathOfTwoServicesIsThereOnceWhateverTheyCallItsParameters() {
        var put = document.path("paths").path("/api/v1/wishlists/{id}").path("put");
        assertEquals("passing.putOther", put.path("operationId").asText());
        assertEquals(1, put.path("parameters").size());
        assertEquals("id", put.path("parameters").path(0).path("name").asText());
        assertFalse(document.path("paths").has("/api/v1/wishlists/{other}"));
    }

    @Test
    void securitySchemesAreFound() {
        operations(
                document,
                (path, operation) -> operation
                        .path("security")
                        .forEach(alternative -> alternative
                                .fieldNames()
                                .forEachRemaining(scheme -> assertTrue(
                                        document.path("components")
                                                .path("securitySchemes")
                                                .has(scheme),
                                        scheme))));
    }

    /** The gateway's scheme has a description, that of wish lists has none. */
    @Test
    void thereIsOneWayToSignIn() {
        assertEquals(1, document.path("components").path("securitySchemes").size());
    }

    @Test
    void fieldsOfASchemaMayHaveAnyName() {
        var source = Json.tree(java.util.Map.of(
                "components",
                java.util.Map.of("schemas", java.util.Map.of("Inner", java.util.Map.of("type", "string")))));
        var schema = Json.tree(java.util.Map.of(
                "properties",
                java.util.Map.of(
                        "default", java.util.Map.of("$ref", "#/components/schemas/Inner"),
                        "security", java.util.Map.of("type", "array"))));
        var components = new Components();
        components.adopt(
                "other",
                Json.tree(java.util.Map.of(
                        "components",
                        java.util.Map.of("schemas", java.util.Map.of("Inner", java.util.Map.of("type", "integer"))))),
                Json.tree(java.util.Map.of("$ref", "#/components/schemas/Inner")));
        var adopted = components.adopt("mine", source, schema);
        assertEquals(
                "#/components/schemas/MineInner",
                adopted.path("properties").path("default").path("$ref").asText());
        assertEquals(
                "array",
                adopted.path("properties").path("security").path("type").asText());
    }

    @Test
    void theEventsAreChannelsAndMessages() {
        var events = AsyncApi.of(CONTRACTS, "1.0.0");
        assertEquals("3.0.0", events.path("asyncapi").asText());
        assertEquals(
                "events.wishlist",
                events.path("channels").path("wishlist").path("address").asText());
        var payload =
                events.path("components").path("messages").path("WishMade").path("payload");
        assertEquals(
                "WishMade",
                payload.path("properties").path("type").path("const").asText());
        assertFalse(events.path("channels").has("gateway"));
        walk(events, (name, value) -> {
            if (name.equals("$ref"))
                assertFalse(events.at(value.asText().substring(1)).isMissingNode(), value.asText());
        });
    }

    private static JsonNode union(List<Contract> contracts) {
        var served = RouteTable.of(contracts).routes().stream()
                .map(Route::id)
                .collect(Collectors.toCollection(HashSet::new));
        return OpenApiUnion.of(contracts, served, "1.0.0");
    }

    static void operations(JsonNode document, BiConsumer<String, JsonNode> visitor) {
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> visitor.accept(path.getKey(), operation.getValue())));
    }

    static void walk(JsonNode node, BiConsumer<String, JsonNode> visitor) {
        node.properties().forEach(field -> {
            visitor.accept(field.getKey(), field.getValue());
            walk(field.getValue(), visitor);
        });
        if (node.isArray()) node.forEach(element -> walk(element, visitor));
    }
}
