package omnibus.product;

import static omnibus.product.ProductFixtures.body;
import static omnibus.product.Shop.code;
import static omnibus.product.Shop.json;
import static omnibus.product.Shop.read;
import static omnibus.product.Shop.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import omnibus.platform.call.Answer;
import omnibus.testkit.Samples;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProductApiTest {
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = new Shop();
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static Answer list(String... namesAndValues) {
        var request = read("listProducts");
        for (var i = 0; i < namesAndValues.length; i += 2) request.query(namesAndValues[i], namesAndValues[i + 1]);
        return shop.call(request);
    }

    private static List<String> skus(Answer page) {
        assertEquals(200, page.status());
        return StreamSupport.stream(json(page).path("items").spliterator(), false)
                .map(item -> item.path("sku").asText())
                .toList();
    }

    @Test
    void aCreatedProductIsAnsweredWithItsPlaceAndItsTag() {
        var answer = shop.create(body("NEW-1"));
        assertEquals(201, answer.status());
        var product = json(answer);
        assertEquals(
                "/api/v1/products/" + product.path("id").asText(),
                answer.headers().get("Location"));
        assertEquals("\"1-0\"", answer.headers().get("ETag"));
        assertEquals(product, json(shop.get(product.path("id").asText())));
        assertEquals(product, json(shop.call(read("getProductBySku").path("sku", "NEW-1"))));
        assertEquals("{\"average\":0.0,\"count\":0}", product.path("rating").toString());
        assertEquals("OUT_OF_STOCK", product.path("availability").asText());
        assertEquals(List.of(), new ArrayList<>(product.path("images").findValues("x")));
        assertFalse(product.has("initialStock"));
    }

    @Test
    void whatWasLeftOutIsEmpty() {
        var small = body("NEW-2");
        small.remove("categories");
        small.remove("attributes");
        var product = json(shop.create(small));
        assertEquals("[]", product.path("categories").toString());
        assertEquals("{}", product.path("attributes").toString());
        assertEquals("[]", product.path("images").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "../x", "01981b8e-5c7a-7c3e-9a53-0f6f1b1d2a01", "{\"$gt\":\"\"}"})
    void whatIsNotThereIsTheSameNotFound(String id) {
        var answer = shop.get(id);
        assertEquals(404, answer.status());
        assertEquals("not-found", code(answer));
        assertEquals(404, shop.call(read("getProductBySku").path("sku", id)).status());
        assertEquals(404, shop.patch(id, null, Map.of()).status());
    }

    @Test
    void anUnchangedProductIsNotSentAgain() {
        var id = shop.aProduct("SAME-1");
        var answer = shop.call(read("getProduct").path("id", id).header("If-None-Match", "\"1-0\""));
        assertEquals(304, answer.status());
        assertEquals(0, answer.body().length());
    }

    @Test
    void onlyAnAdminWrites() {
        assertEquals(
                403,
                shop.call(Shop.writeAsCustomer("createProduct").body(body("NO-1")))
                        .status());
        assertEquals(401, shop.call(read("createProduct").body(body("NO-1"))).status());
        assertEquals(
                403,
                shop.call(Shop.writeAsCustomer("importProducts").body(body("NO-1")))
                        .status());
    }

    @Test
    void aTakenSkuIsAConflict() {
        shop.aProduct("TAKEN-1");
        var answer = shop.create(body("TAKEN-1"));
        assertEquals(409, answer.status());
        assertEquals("sku-taken", code(answer));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sku | \"lower-1\"",
                "sku | \"X\"",
                "sku | null",
                "name | \"\"",
                "name | \"   \"",
                "name | 7",
                "description | null",
                "price | {\"amount\":0,\"currency\":\"EUR\"}",
                "price | {\"amount\":-1,\"currency\":\"EUR\"}",
                "price | {\"amount\":1.5,\"currency\":\"EUR\"}",
                "price | {\"amount\":\"1\",\"currency\":\"EUR\"}",
                "price | {\"amount\":9223372036854775808,\"currency\":\"EUR\"}",
                "price | {\"amount\":1e400,\"currency\":\"EUR\"}",
                "price | {\"amount\":1,\"currency\":\"USD\"}",
                "price | {\"amount\":1,\"currency\":\"eur\"}",
                "price | {\"amount\":1,\"currency\":\"EUR\",\"discount\":1}",
                "price | {\"amount\":1}",
                "price | 19.99",
                "categories | [\"\"]",
                "categories | [\" padded\"]",
                "categories | [\"A\",\"A\"]",
                "categories | \"A\"",
                "attributes | {\"a\":1}",
                "attributes | {\"\":\"x\"}",
                "attributes | [\"a\"]",
                "images | [\"javascript:alert(1)\"]",
                "images | [\"data:text/html,x\"]",
                "images | [\"//evil.example/x.png\"]",
                "initialStock | -1",
                "initialStock | 1.5",
                "initialStock | 2147483648",
                "id | \"01981b8e-5c7a-7c3e-9a53-0f6f1b1d2a01\"",
                "version | 7",
                "availability | \"IN_STOCK\"",
                "rating | {\"average\":5,\"count\":1}",
            })
    void aFaultyFieldIsRefused(String field, String value) {
        var text = Shop.line(body("BAD-1"));
        var without = body("BAD-1");
        without.remove(field);
        text = Shop.line(without).strip();
        text = text.substring(0, text.length() - 1) + ",\"" + field + "\":" + value + "}";
        var answer = shop.call(write("createProduct").bytes(Buffer.buffer(text)));
        assertEquals(400, answer.status(), () -> answer.body().toString());
        assertTrue(json(answer).path("errors").size() > 0, () -> answer.body().toString());
        assertEquals(
                404, shop.call(read("getProductBySku").path("sku", "BAD-1")).status());
    }

    @Test
    void textsHaveTheirLimitsInCharacters() {
        var fits = body("LIMIT-1");
        fits.put("name", "ü".repeat(199) + "😀");
        fits.put("description", "é".repeat(20_000));
        fits.put("attributes", Map.of("n".repeat(80), "v".repeat(500)));
        assertEquals(201, shop.create(fits).status());
        for (var tooLong : List.<Map<String, Object>>of(
                Map.of("name", "x".repeat(201)),
                Map.of("description", "x".repeat(20_001)),
                Map.of("categories", List.of("x".repeat(81))),
                Map.of("attributes", Map.of("n".repeat(81), "v")),
                Map.of("attributes", Map.of("n", "v".repeat(501))),
                Map.of("attributes", numbered(51)))) {
            var body = body("LIMIT-2");
            body.putAll(tooLong);
            assertEquals(400, shop.create(body).status(), () -> tooLong.keySet().toString());
        }
    }

    private static Map<String, String> numbered(int count) {
        var attributes = new HashMap<String, String>();
        for (var i = 0; i < count; i++) attributes.put("a" + i, "v");
        return attributes;
    }

    @Test
    void anEditNeedsTheVersionThatWasRead() {
        var id = shop.aProduct("EDIT-1");
        assertEquals(428, shop.patch(id, null, Map.of("name", "A")).status());
        assertEquals(200, shop.patch(id, "\"1-0\"", Map.of("name", "A")).status());
        assertEquals(412, shop.patch(id, "\"1-0\"", Map.of("name", "B")).status());
        var answer = shop.patch(id, "*", Map.of("name", "C"));
        assertEquals("\"3-0\"", answer.headers().get("ETag"));
        assertEquals("C", json(answer).path("name").asText());
    }

    @Test
    void aPatchMergesAndRemoves() {
        var body = body("EDIT-2");
        body.put("attributes", new LinkedHashMap<>(Map.of("Colour", "blue")));
        var id = json(shop.create(body)).path("id").asText();
        var answer = shop.call(
                write("patchProduct")
                        .path("id", id)
                        .header("If-Match", "\"1-0\"")
                        .bytes(
                                Buffer.buffer(
                                        "{\"price\":{\"amount\":990},\"attributes\":{\"Colour\":null,\"Size\":\"L\"},\"categories\":null}")));
        assertEquals(200, answer.status(), () -> answer.body().toString());
        var product = json(answer);
        assertEquals(
                "{\"amount\":990,\"currency\":\"EUR\"}", product.path("price").toString());
        assertEquals("{\"Size\":\"L\"}", product.path("attributes").toString());
        assertEquals("[]", product.path("categories").toString());
        assertEquals("Stoneware Mug", product.path("name").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":null}",
                "{\"price\":null}",
                "{\"price\":{\"currency\":\"USD\"}}",
                "{\"price\":{\"amount\":null}}",
                "{\"price\":{\"net\":1}}",
                "{\"attributes\":{\"a\":{\"b\":\"c\"}}}",
                "{\"description\":null}",
                "{\"rating\":{\"average\":5}}",
                "{\"initialStock\":5}",
                "{\"version\":9}",
                "[]",
                "\"x\"",
                "null",
                "{",
            })
    void aPatchWhoseResultIsNoProductChangesNothing(String patch) {
        var answer0 = shop.call(read("getProductBySku").path("sku", "EDIT-3"));
        var id = answer0.status() == 200 ? json(answer0).path("id").asText() : shop.aProduct("EDIT-3");
        var answer = shop.call(
                write("patchProduct").path("id", id).header("If-Match", "*").bytes(Buffer.buffer(patch)));
        assertEquals(400, answer.status(), () -> answer.body().toString());
        assertEquals(1, json(shop.get(id)).path("version").asInt());
    }

    @Test
    void aPutReplacesEverythingButTheSku() {
        var id = shop.aProduct("PUT-1");
        var body = body("PUT-1");
        body.remove("attributes");
        body.put("initialStock", 99);
        var put = write("putProduct").path("id", id).header("If-Match", "*").body(body);
        var answer = shop.call(put);
        assertEquals(200, answer.status());
        assertEquals("{}", json(answer).path("attributes").toString());
        var other = write("putProduct").path("id", id).header("If-Match", "*").body(body("PUT-2"));
        var refused = shop.call(other);
        assertEquals(409, refused.status());
        assertEquals("sku-immutable", code(refused));
    }

    @Test
    void aDeletedProductIsGoneFromEverywhere() {
        var id = json(shop.create(body("DEL-1", "Gone Mug", 1, List.of("Gone"))))
                .path("id")
                .asText();
        assertEquals(428, shop.call(write("deleteProduct").path("id", id)).status());
        assertEquals(
                204,
                shop.call(write("deleteProduct").path("id", id).header("If-Match", "\"1-7\""))
                        .status());
        assertEquals(404, shop.get(id).status());
        assertEquals(
                404, shop.call(read("getProductBySku").path("sku", "DEL-1")).status());
        assertEquals(List.of(), skus(list("q", "gone")));
        assertFalse(json(shop.call(read("listCategories").query("limit", 100)))
                .path("items")
                .findValuesAsText("name")
                .contains("Gone"));
        assertEquals(
                404,
                shop.call(write("deleteProduct").path("id", id).header("If-Match", "*"))
                        .status());
        assertEquals(409, shop.create(body("DEL-1")).status());
    }

    @Test
    void aListIsPagedByCursor() {
        for (var i = 1; i <= 5; i++) shop.create(body("PAGE-" + i, "Paged " + i, i * 100, List.of("Paged")));
        var seen = new ArrayList<String>();
        String cursor = null;
        do {
            var page = cursor == null
                    ? list("category", "Paged", "sort", "price", "limit", "2")
                    : list("category", "Paged", "sort", "price", "limit", "2", "cursor", cursor);
            seen.addAll(skus(page));
            cursor = json(page).path("next").asText(null);
            assertEquals(cursor != null, page.headers().contains("Link"));
        } while (cursor != null);
        assertEquals(List.of("PAGE-1", "PAGE-2", "PAGE-3", "PAGE-4", "PAGE-5"), seen);
    }

    @Test
    void aListIsFilteredByWordsPriceAndStock() {
        shop.create(body("FIND-1", "Crème Brûlée Torch", 2500, List.of("Torches")));
        shop.create(body("FIND-2", "Camping Torch", 3500, List.of("Torches")));
        assertEquals(List.of("FIND-1"), skus(list("q", "TORCH creme")));
        assertEquals(List.of("FIND-2"), skus(list("q", "torch", "minPrice", "2501")));
        assertEquals(List.of("FIND-1"), skus(list("q", "torch", "minPrice", "2500", "maxPrice", "2500")));
        assertEquals(List.of(), skus(list("category", "Torches", "inStock", "true")));
        assertEquals(List.of("FIND-2", "FIND-1"), skus(list("category", "Torches", "sort", "-price")));
        assertEquals(List.of(), skus(list("q", "***")));
    }

    @ParameterizedTest
    @CsvSource({
        "limit, 0",
        "limit, 101",
        "limit, 1000000000",
        "limit, ten",
        "minPrice, -1",
        "minPrice, 1.5",
        "minPrice, ''",
        "maxPrice, 99999999999999999999",
        "inStock, maybe",
        "sort, cheapest",
        "q, ''",
        "category, ''",
        "cursor, rubbish",
        "cursor, bmV3ZXN0",
        "offset, 5",
    })
    void aParameterOutOfRangeIsRefused(String name, String value) {
        var answer = list(name, value);
        assertEquals(400, answer.status());
        assertEquals(name, json(answer).path("errors").path(0).path("parameter").asText());
    }

    @Test
    void aPriceRangeThatIsEmptyIsRefused() {
        var answer = list("minPrice", "2", "maxPrice", "1");
        assertEquals(400, answer.status());
        assertEquals(
                "minPrice",
                json(answer).path("errors").path(0).path("parameter").asText());
    }

    @Test
    void categoriesAreListedWithTheirCounts() {
        shop.create(body("CAT-1", "One", 1, List.of("Zoo", "Aquarium")));
        shop.create(body("CAT-2", "Two", 1, List.of("Zoo")));
        var page = json(shop.call(read("listCategories").query("limit", 100)));
        var counts = new HashMap<String, Long>();
        page.path("items")
                .forEach(item -> counts.put(
                        item.path("name").asText(), item.path("count").asLong()));
        assertEquals(2, counts.get("Zoo"));
        assertEquals(1, counts.get("Aquarium"));
        var first = json(shop.call(read("listCategories").query("limit", 1)));
        var second = json(shop.call(read("listCategories")
                .query("limit", 1)
                .query("cursor", first.path("next").asText())));
        var names = page.path("items").findValuesAsText("name");
        assertEquals(names.get(1), second.path("items").path(0).path("name").asText());
    }

    @Test
    void quotesNameWhatIsSoldAndLeaveOutTheRest() {
        shop.create(body("QUOTE-1", "One", 11, List.of()));
        shop.create(body("QUOTE-2", "Two", 22, List.of()));
        var answer = json(shop.call(read("quoteProducts")
                .body(Map.of("skus", List.of("QUOTE-2", "QUOTE-1", "QUOTE-3", "QUOTE-1"), "new", 1))));
        var prices = new HashMap<String, JsonNode>();
        answer.path("products").forEach(quote -> prices.put(quote.path("sku").asText(), quote));
        assertEquals(2, answer.path("products").size());
        assertEquals(22, prices.get("QUOTE-2").path("price").path("amount").asLong());
        assertEquals("OUT_OF_STOCK", prices.get("QUOTE-1").path("availability").asText());
        assertEquals("One", prices.get("QUOTE-1").path("name").asText());
        UUID.fromString(prices.get("QUOTE-1").path("productId").asText());
    }

    @Test
    void everyMutationOfAValidBodyIsAcceptedOrRefusedAndNeverABug() {
        var values =
                new Object[] {null, "", "x", -1, 1.5, true, List.of(), Map.of(), List.of(1), Map.of("$gt", ""), "\u0000"
                };
        Samples.forAll(150, draw -> {
            var body = body("FUZZ-" + draw.between(1, 1_000_000_000));
            var field = draw.oneOf(body.keySet().toArray(String[]::new));
            if (draw.between(0, 3) == 0) body.remove(field);
            else body.put(draw.between(0, 9) == 0 ? "odd" : field, draw.oneOf(values));
            var status = shop.create(body).status();
            assertTrue(status == 201 || status == 400 || status == 409, () -> status + " for " + body);
        });
    }
}
