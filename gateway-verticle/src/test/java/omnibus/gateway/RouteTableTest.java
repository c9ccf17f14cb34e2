package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import omnibus.platform.Json;
import omnibus.platform.call.Contract;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private final RouteTable table = RouteTable.of(List.of(contract(
            "shop",
            "GET /",
            "GET /api/products",
            "POST /api/products",
            "GET /api/products/{id}",
            "DELETE /api/products/{id}",
            "POST /api/products/import",
            "GET /api/products/by-sku/{sku}",
            "GET /api/products/{id}/reviews",
            "GET /api/orders/user/{user}",
            "GET /api/orders/{id}/payment")));

    @Test
    void aLiteralSegmentBeatsAParameter() {
        assertEquals("/api/products/import", template("POST", "/api/products/import"));
        assertEquals("/api/products/{id}", template("GET", "/api/products/imports"));
    }

    @Test
    void theTemplateIsChosenBeforeTheMethod() {
        var found = table.find("/api/products/import");
        assertNull(found.resource().route("GET"));
        assertEquals("OPTIONS, POST", found.resource().allow());
    }

    @Test
    void aLiteralThatLeadsNowhereGivesWayToTheParameter() {
        assertEquals(
                "/api/products/{id}/reviews",
                template("GET", "/api/products/by-sku/reviews".replace("by-sku", "import")));
        assertEquals(
                List.of("import"), table.find("/api/products/import/reviews").values());
    }

    @Test
    void ofTwoTemplatesThatFitTheLiteralDecidesSegmentBySegment() {
        assertEquals("/api/orders/user/{user}", template("GET", "/api/orders/user/payment"));
        assertEquals("/api/orders/{id}/payment", template("GET", "/api/orders/42/payment"));
    }

    @Test
    void valuesAreDecoded() {
        assertEquals(
                List.of("a b/ü"), table.find("/api/products/a%20b%2F%C3%BC").values());
        assertEquals(List.of("a+b"), table.find("/api/products/a+b").values());
    }

    @Test
    void encodedLettersOfALiteralAreTheLiteral() {
        assertEquals("/api/products", template("GET", "/api/%70roducts"));
    }

    @Test
    void whatIsNotWholeOrNotTextNamesNothing() {
        for (var path : List.of(
                "/api",
                "/api/products/",
                "/api//products",
                "//api/products",
                "/api/products/1/2",
                "/api/products/%",
                "/api/products/%4",
                "/api/products/%zz",
                "/api/products/%ff",
                "/api/products/%00",
                "/api/products/a%0Ab",
                "*",
                "")) {
            assertNull(table.find(path), path);
        }
    }

    @Test
    void aPathOfManySegmentsIsNotFollowed() {
        assertNull(table.find("/a".repeat(2_000)));
    }

    @Test
    void headIsAnsweredWhereGetIs() {
        assertEquals(
                "shop.op3",
                table.find("/api/products/7").resource().route("HEAD").id());
        assertEquals(
                "DELETE, GET, HEAD, OPTIONS",
                table.find("/api/products/7").resource().allow());
        assertNull(table.find("/api/products/import").resource().route("HEAD"));
    }

    @Test
    void theRootIsAPathLikeOthers() {
        assertEquals("/", template("GET", "/"));
    }

    @Test
    void aContractThatClashesWithOneBeforeItIsNotServedAtAll() {
        var both = RouteTable.of(List.of(
                contract("first", "GET /api/things/{id}"),
                contract("second", "PUT /api/others", "GET /api/things/{other}"),
                contract("third", "PUT /api/things/{id}")));
        assertEquals(
                "first.op0", both.find("/api/things/1").resource().route("GET").id());
        assertEquals(
                "third.op0", both.find("/api/things/1").resource().route("PUT").id());
        assertNull(both.find("/api/others"));
        var clash = both.clashes().get(0);
        assertEquals("second", clash.service());
        assertEquals("GET /api/things/{other} belongs to first.op0", clash.reason());
    }

    @Test
    void aClashCanBeToldAsTheFaultOfEitherSide() {
        var table = RouteTable.of(
                List.of(contract("first", "GET /api/things/{id}"), contract("second", "GET /api/things/latest")));
        var clash = table.clashes().get(0);
        assertEquals(clash, clash.seenBy("second"));
        assertEquals(
                "GET /api/things/{id} would lose requests to second.op0, /api/things/latest",
                clash.seenBy("first").reason());
    }

    @Test
    void aContractThatWouldTakeSomeOfAnothersPathsIsNotServedWhateverTheMethod() {
        for (var path : List.of("GET /api/things/latest", "PUT /api/things/latest")) {
            var table = RouteTable.of(List.of(contract("first", "GET /api/things/{id}"), contract("second", path)));
            assertEquals(
                    path + " would take requests from first.op0, /api/things/{id}",
                    table.clashes().get(0).reason());
        }
    }

    @Test
    void servicesThatWereMadeForEachOtherMayDivideAPath() {
        var contracts = List.of(
                contract("payment", "GET /api/orders/{id}/payment"),
                contract("order", "GET /api/orders/user/{userId}"));
        assertEquals(
                List.of(), RouteTable.of(contracts, Set.of("payment", "order")).clashes());
        assertEquals(1, RouteTable.of(contracts).clashes().size());
    }

    @Test
    void whoTakesNothingFromOthersIsServedBesideThem() {
        var table = RouteTable.of(List.of(
                contract("first", "GET /api/things/{id}/parts", "GET /api/things/by-name/{name}"),
                contract("second", "GET /api/things/{id}/reviews", "GET /api/things", "GET /api/others/{id}/parts")));
        assertEquals(List.of(), table.clashes());
        assertEquals(
                "first.op1",
                table.find("/api/things/by-name/reviews")
                        .resource()
                        .route("GET")
                        .id());
    }

    @Test
    void aContractMayNotClaimTheSameTwice() {
        var table = RouteTable.of(List.of(contract("first", "GET /api/things/{id}", "GET /api/things/{other}")));
        assertNull(table.find("/api/things/1"));
        assertEquals("first", table.clashes().get(0).service());
    }

    @Test
    void eachOperationOfASharedTemplateKeepsItsOwnParameterNames() {
        var both = RouteTable.of(
                List.of(contract("first", "GET /api/things/{id}"), contract("second", "PUT /api/things/{other}")));
        var resource = both.find("/api/things/1").resource();
        assertEquals(List.of("path.id"), resource.route("GET").pathHeaders());
        assertEquals(List.of("path.other"), resource.route("PUT").pathHeaders());
    }

    private String template(String method, String path) {
        return table.find(path).resource().route(method).operation().path();
    }

    /** A contract with an operation for each {@code METHOD /template}, named op0, op1, … */
    static Contract contract(String service, String... operations) {
        var paths = new LinkedHashMap<String, Map<String, Object>>();
        for (var i = 0; i < operations.length; i++) {
            var parts = operations[i].split(" ");
            var parameters = Arrays.stream(parts[1].split("/"))
                    .filter(Route::isParameter)
                    .map(segment -> Map.of(
                            "name",
                            segment.substring(1, segment.length() - 1),
                            "in",
                            "path",
                            "required",
                            true,
                            "schema",
                            Map.of("type", "string")))
                    .toList();
            paths.computeIfAbsent(parts[1], path -> new LinkedHashMap<>())
                    .put(
                            parts[0].toLowerCase(),
                            Map.of(
                                    "operationId",
                                    service + ".op" + i,
                                    "security",
                                    List.of(),
                                    "parameters",
                                    parameters,
                                    "responses",
                                    Map.of("200", Map.of("description", "Yes."))));
        }
        JsonNode document =
                Json.tree(Map.of("openapi", "3.1.0", "info", Map.of("title", service, "version", "1"), "paths", paths));
        return Contract.of(service, document);
    }
}
