package omnibus.product;

import static omnibus.product.ProductFixtures.body;
import static omnibus.product.Shop.json;
import static omnibus.product.Shop.line;
import static omnibus.product.Shop.read;
import static omnibus.product.Shop.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import omnibus.platform.call.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProductImportTest {
    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = new Shop();
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    private static ProductImport.Summary load(String lines) {
        var answer = shop.importLines(lines);
        assertEquals(200, answer.status(), () -> answer.body().toString());
        return answer.as(ProductImport.Summary.class);
    }

    private static String counts(ProductImport.Summary summary) {
        return summary.received() + " received, " + summary.created() + " created, " + summary.updated() + " updated, "
                + summary.unchanged() + " unchanged, " + summary.failed() + " failed";
    }

    private static Answer bySku(String sku) {
        return shop.call(read("getProductBySku").path("sku", sku));
    }

    @Test
    void linesCreateUpdateOrChangeNothing() {
        var lines = line(body("IMP-1")) + line(body("IMP-2")) + line(body("IMP-3"));
        assertEquals("3 received, 3 created, 0 updated, 0 unchanged, 0 failed", counts(load(lines)));
        assertEquals("3 received, 0 created, 0 updated, 3 unchanged, 0 failed", counts(load(lines)));
        var changed = body("IMP-2");
        changed.put("name", "Better Mug");
        assertEquals(
                "3 received, 0 created, 1 updated, 2 unchanged, 0 failed",
                counts(load(line(body("IMP-1")) + line(changed) + line(body("IMP-3")))));
        assertEquals(2, json(bySku("IMP-2")).path("version").asInt());
        assertEquals("Better Mug", json(bySku("IMP-2")).path("name").asText());
    }

    @Test
    void theStockToBeginWithCountsOnceAndIsNoChange() {
        var first = body("IMP-STOCK");
        first.put("initialStock", 5);
        var second = body("IMP-STOCK");
        second.put("initialStock", 9);
        assertEquals("1 received, 1 created, 0 updated, 0 unchanged, 0 failed", counts(load(line(first))));
        assertEquals("1 received, 0 created, 0 updated, 1 unchanged, 0 failed", counts(load(line(second))));
    }

    @Test
    void badLinesAreNamedAndTheRestIsLoaded() {
        var free = body("IMP-BAD-1");
        free.put("price", Map.of("amount", 0, "currency", "EUR"));
        var foreign = body("IMP-BAD-2");
        foreign.put("price", Map.of("amount", 1, "currency", "USD"));
        var long64 = body("IMP-BAD-3");
        long64.put("description", "x".repeat(70_000));
        var lines = line(body("IMP-GOOD-1"))
                + line(free)
                + "\n  \r\n"
                + "{not json\n"
                + line(foreign)
                + line(long64)
                + "[]\n"
                + line(body("IMP-GOOD-2")).strip();
        var request = write("importProducts").header("first-line", "101").bytes(Buffer.buffer(lines));
        var summary = shop.call(request).as(ProductImport.Summary.class);
        assertEquals("7 received, 2 created, 0 updated, 0 unchanged, 5 failed", counts(summary));
        assertEquals(
                List.of(102L, 105L, 106L, 107L, 108L),
                summary.errors().stream().map(ProductImport.LineError::line).toList());
        assertEquals("IMP-BAD-1", summary.errors().get(0).sku());
        assertTrue(summary.errors().get(0).detail().startsWith("/price/amount "));
        assertEquals(null, summary.errors().get(1).sku());
        assertEquals("IMP-BAD-2", summary.errors().get(2).sku());
        assertEquals("the line is longer than 64 KiB", summary.errors().get(3).detail());
        assertEquals(200, bySku("IMP-GOOD-2").status());
    }

    @Test
    void ofTwoLinesWithOneSkuTheLaterCounts() {
        var later = body("IMP-TWICE");
        later.put("name", "Later");
        var summary = load(line(body("IMP-TWICE")) + line(body("IMP-ONCE")) + line(later) + line(later));
        assertEquals("4 received, 2 created, 1 updated, 1 unchanged, 0 failed", counts(summary));
        assertEquals("Later", json(bySku("IMP-TWICE")).path("name").asText());
    }

    @Test
    void aDeletedProductIsNotBroughtBack() {
        var id = shop.aProduct("IMP-GONE");
        shop.call(write("deleteProduct").path("id", id).header("If-Match", "*"));
        var summary = load(line(body("IMP-GONE")));
        assertEquals(1, summary.failed());
        assertEquals(404, bySku("IMP-GONE").status());
    }

    @Test
    void nothingAtAllIsNothingReceived() {
        assertEquals("0 received, 0 created, 0 updated, 0 unchanged, 0 failed", counts(load("\n\n")));
    }

    @Test
    void whatSeveralInstancesLoadAtOnceIsThereOnce() {
        var lines = new StringBuilder();
        for (var i = 0; i < 100; i++) lines.append(line(body("IMP-RACE-" + i)));
        try (var first = new Catalogue();
                var second = first.another();
                var third = first.another()) {
            var loads = new ArrayList<Future<ProductImport.Summary>>();
            for (var instance : List.of(first, second, third, first)) {
                loads.add(instance.begin(() -> instance.imports.load(Buffer.buffer(lines.toString()), 1)));
            }
            first.platform.await(Future.all(loads));
            var sum = new int[3];
            for (var load : loads) {
                sum[0] += load.result().created();
                sum[1] += load.result().unchanged();
                sum[2] += load.result().updated() + load.result().failed();
            }
            assertArrayEquals(new int[] {100, 300, 0}, sum);
            assertEquals(100, first.run(() -> first.log.read(0, 500)).head());
        }
    }
}
