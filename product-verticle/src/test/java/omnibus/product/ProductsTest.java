package omnibus.product;

import static omnibus.product.Catalogue.ANY;
import static omnibus.product.ProductFixtures.content;
import static omnibus.product.model.Availability.IN_STOCK;
import static omnibus.product.model.Availability.LOW_STOCK;
import static omnibus.product.model.Availability.OUT_OF_STOCK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import omnibus.platform.Problem;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;
import omnibus.product.Products.StockWord;
import omnibus.product.model.Availability;
import omnibus.product.model.Content;
import omnibus.product.model.IfMatch;
import omnibus.product.model.Product;
import omnibus.product.model.StockMark;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProductsTest {
    private static Catalogue catalogue;

    @BeforeAll
    static void open() {
        catalogue = new Catalogue();
    }

    @AfterAll
    static void close() {
        catalogue.close();
    }

    private static Product create(String sku) {
        return catalogue.run(() -> catalogue.products.create(sku, content("Mug " + sku), 7));
    }

    private static Product edit(Product product, IfMatch match, Content content) {
        return catalogue.run(
                () -> catalogue.products.edit(product.id(), match, p -> p.edited(p.sku(), content, p.updatedAt())));
    }

    private static Product load(Product product) {
        return catalogue.run(() -> catalogue.store.get(product.id()));
    }

    private static IfMatch version(long version) {
        return IfMatch.of(Optional.of("\"" + version + "-0\""));
    }

    private static void hear(Availability availability, long version, String... skus) {
        var words = new ArrayList<StockWord>();
        for (var sku : skus) words.add(new StockWord(sku, availability, new StockMark("log", version)));
        catalogue.run(() -> catalogue.products.hear(words));
    }

    private static List<Event> eventsOf(Product product) {
        catalogue.run(() -> catalogue.events.move(List.of(product.id().toString())));
        return catalogue.run(() -> catalogue.log.read(0, 100_000)).events().stream()
                .map(LoggedEvent::event)
                .filter(event -> event.aggregate().equals(product.id().toString()))
                .toList();
    }

    @Test
    void whatWasCreatedIsKeptAndTold() {
        var mug = create("KEPT-1");
        assertEquals(mug, load(mug));
        var told = eventsOf(mug);
        assertEquals(1, told.size());
        assertEquals("ProductCreated", told.get(0).type());
        assertEquals("KEPT-1", told.get(0).data().path("sku").asText());
        assertEquals(7, told.get(0).data().path("initialStock").asInt());
        assertEquals(1490, told.get(0).data().path("price").path("amount").asLong());
        assertEquals(mug.id().toString(), told.get(0).data().path("productId").asText());
    }

    @Test
    void aTakenSkuIsAConflict() {
        create("TAKEN-1");
        assertEquals(
                "sku-taken",
                assertThrows(Problem.class, () -> create("TAKEN-1")).code());
    }

    @Test
    void theSkuOfADeletedProductStaysTaken() {
        var mug = create("TAKEN-2");
        catalogue.run(() -> catalogue.products.delete(mug.id(), ANY));
        assertEquals(
                "sku-taken",
                assertThrows(Problem.class, () -> create("TAKEN-2")).code());
    }

    @Test
    void ofManyWhoTakeOneSkuAtOnceOneGetsIt() {
        var tries = new ArrayList<Future<Boolean>>();
        for (var i = 0; i < 20; i++) {
            tries.add(catalogue.begin(() -> catalogue
                    .products
                    .create("RACE-1", content("Mug"), 1)
                    .map(true)
                    .otherwise(false)));
        }
        catalogue.platform.await(Future.all(tries));
        assertEquals(1, tries.stream().filter(Future::result).count());
    }

    @Test
    void anEditOfAnotherVersionIsStaleAndChangesNothing() {
        var mug = create("STALE-1");
        edit(mug, version(1), content("Second"));
        var refusal = assertThrows(Problem.class, () -> edit(mug, version(1), content("Third")));
        assertEquals(412, refusal.status());
        assertEquals("Second", load(mug).content().name());
    }

    @Test
    void ofManyEditsOfOneVersionOneWins() {
        var mug = create("RACE-2");
        var edits = new ArrayList<Future<Boolean>>();
        for (var i = 0; i < 20; i++) {
            var name = "Name " + i;
            edits.add(catalogue.begin(() -> catalogue
                    .products
                    .edit(mug.id(), version(1), p -> p.edited(p.sku(), content(name), p.updatedAt()))
                    .map(true)
                    .otherwise(false)));
        }
        catalogue.platform.await(Future.all(edits));
        assertEquals(1, edits.stream().filter(Future::result).count());
        assertEquals(2, load(mug).version());
    }

    @Test
    void editsOfAnyVersionAreAllDoneOneAfterTheOther() {
        var mug = create("RACE-3");
        var edits = new ArrayList<Future<Product>>();
        for (var i = 0; i < 5; i++) {
            var category = "C" + i;
            edits.add(catalogue.begin(() -> catalogue.products.edit(mug.id(), ANY, p -> {
                var categories = new ArrayList<>(p.content().categories());
                categories.add(category);
                return p.edited(p.sku(), content("Mug", 1490, categories.toArray(String[]::new)), p.updatedAt());
            })));
        }
        catalogue.platform.await(Future.all(edits));
        assertEquals(
                Set.of("Kitchen", "C0", "C1", "C2", "C3", "C4"),
                Set.copyOf(load(mug).content().categories()));
        assertEquals(6, load(mug).version());
    }

    @Test
    void anEditThatChangesNothingTellsNobody() {
        var mug = create("SAME-1");
        assertEquals(1, edit(mug, ANY, mug.content()).version());
        assertEquals(1, eventsOf(mug).size());
    }

    @Test
    void aDeletedProductIsNotFoundByAnybody() {
        var mug = create("GONE-1");
        catalogue.run(() -> catalogue.products.delete(mug.id(), version(1)));
        assertEquals(404, assertThrows(Problem.class, () -> load(mug)).status());
        assertEquals(
                404,
                assertThrows(Problem.class, () -> edit(mug, ANY, content("x"))).status());
        assertEquals(
                404,
                assertThrows(Problem.class, () -> catalogue.run(() -> catalogue.products.delete(mug.id(), ANY)))
                        .status());
        assertEquals(List.of(), catalogue.run(() -> catalogue.store.quotes(List.of("GONE-1"))));
        assertEquals("ProductDeleted", eventsOf(mug).get(1).type());
    }

    @Test
    void anAbsentProductIsNotFoundBeforeTheConditionIsLookedAt() {
        var mug = create("GONE-2");
        catalogue.run(() -> catalogue.products.delete(mug.id(), ANY));
        var refusal = assertThrows(Problem.class, () -> edit(mug, IfMatch.of(Optional.empty()), content("x")));
        assertEquals(404, refusal.status());
    }

    @Test
    void availabilityFollowsInventoryAndLeavesTheVersion() {
        var mug = create("STOCK-1");
        hear(IN_STOCK, 1, "STOCK-1");
        assertEquals(IN_STOCK, load(mug).availability());
        assertEquals(1, load(mug).version());
        assertEquals(1, load(mug).facts());
        edit(mug, version(1), content("Edited though stock moved"));
        var told = eventsOf(mug);
        assertEquals(List.of(1L, 2L, 3L), told.stream().map(Event::version).toList());
        assertEquals("IN_STOCK", told.get(2).data().path("availability").asText());
    }

    @Test
    void anOldWordOfInventoryIsDropped() {
        var mug = create("STOCK-2");
        hear(LOW_STOCK, 5, "STOCK-2");
        hear(IN_STOCK, 4, "STOCK-2");
        assertEquals(LOW_STOCK, load(mug).availability());
    }

    @Test
    void ofSeveralWordsTheLastCounts() {
        var mug = create("STOCK-3");
        catalogue.run(() -> catalogue.products.hear(List.of(
                new StockWord("STOCK-3", IN_STOCK, new StockMark("log", 1)),
                new StockWord("STOCK-3", LOW_STOCK, new StockMark("log", 2)),
                new StockWord("STOCK-3", OUT_OF_STOCK, new StockMark("log", 3)))));
        assertEquals(OUT_OF_STOCK, load(mug).availability());
        assertEquals(3, load(mug).stock().version());
    }

    @Test
    void aWordAboutAnUnknownOrDeletedProductIsPassedOver() {
        var mug = create("STOCK-4");
        catalogue.run(() -> catalogue.products.delete(mug.id(), ANY));
        hear(IN_STOCK, 1, "STOCK-4", "NEVER-HEARD-OF");
        assertEquals(2, eventsOf(mug).size());
    }

    @Test
    void editsAndWordsAtOnceAreAllKept() {
        var mug = create("RACE-4");
        var work = new ArrayList<Future<?>>();
        for (var i = 1; i <= 8; i++) {
            var name = "Name " + i;
            var word = new StockWord("RACE-4", i % 2 == 0 ? IN_STOCK : LOW_STOCK, new StockMark("log", i));
            work.add(catalogue.begin(() -> catalogue.products.hear(List.of(word))));
            if (i > 4) continue;
            work.add(catalogue.begin(() ->
                    catalogue.products.edit(mug.id(), ANY, p -> p.edited(p.sku(), content(name), p.updatedAt()))));
        }
        catalogue.platform.await(Future.all(work));
        var after = load(mug);
        assertEquals(5, after.version());
        assertEquals(IN_STOCK, after.availability());
        var told = eventsOf(mug).stream().map(Event::version).toList();
        assertEquals(after.revision(), told.get(told.size() - 1));
        assertEquals(told.stream().sorted().toList(), told);
        assertEquals(after.revision(), told.size());
    }
}
