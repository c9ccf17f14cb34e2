package omnibus.product;

import static omnibus.product.Catalogue.ANY;
import static omnibus.product.ProductFixtures.content;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.product.Listing.Sort;
import omnibus.product.Products.StockWord;
import omnibus.product.model.Availability;
import omnibus.product.model.Content;
import omnibus.product.model.Product;
import omnibus.product.model.StockMark;
import omnibus.product.model.Words;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProductStoreTest {
    private Catalogue catalogue;

    @BeforeEach
    void open() {
        catalogue = new Catalogue();
    }

    @AfterEach
    void close() {
        catalogue.close();
    }

    private Product create(String sku, String name, long amount, String... categories) {
        return catalogue.run(() -> catalogue.products.create(sku, content(name, amount, categories), 0));
    }

    private static Listing all(Sort sort) {
        return new Listing(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), sort);
    }

    private List<String> names(Listing listing) {
        return catalogue.run(() -> catalogue.store.list(listing, Optional.empty(), 100)).items().stream()
                .map(product -> product.get("name").toString())
                .toList();
    }

    private List<String> called(String q) {
        return names(new Listing(
                Optional.of(Words.asked(q)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Sort.NAME));
    }

    @Test
    void preparingTwiceIsHarmless() {
        catalogue.run(() -> catalogue.store.prepare().compose(done -> catalogue.log.prepare()));
    }

    @Test
    void listsSortAsAsked() {
        create("A-1", "Émile", 300);
        create("A-2", "zebra", 100);
        create("A-3", "Apple", 200);
        assertEquals(List.of("Apple", "zebra", "Émile"), names(all(Sort.NEWEST)));
        assertEquals(List.of("zebra", "Apple", "Émile"), names(all(Sort.PRICE)));
        assertEquals(List.of("Émile", "Apple", "zebra"), names(all(Sort.DEAREST)));
        assertEquals(List.of("Apple", "Émile", "zebra"), names(all(Sort.NAME)));
        assertEquals(3, names(all(Sort.RATING)).size());
    }

    @Test
    void filtersCombine() {
        create("F-1", "Stone Mug", 1000, "Kitchen");
        create("F-2", "Stone Mug", 3000, "Kitchen");
        create("F-3", "Stone Lamp", 2000, "Light", "Kitchen");
        create("F-4", "Stone Mug", 2000, "Garden");
        catalogue.run(() -> catalogue.products.hear(
                List.of(new StockWord("F-1", Availability.LOW_STOCK, new StockMark("log", 1)))));
        assertEquals(3, called("mug STONE").size());
        assertEquals(List.of(), called("mug wood"));
        var kitchen = new Listing(
                Optional.of(Set.of("stone")),
                Optional.of("Kitchen"),
                Optional.of(1000L),
                Optional.of(2000L),
                Optional.empty(),
                Sort.PRICE);
        assertEquals(List.of("Stone Mug", "Stone Lamp"), names(kitchen));
        var inStock = new Listing(
                Optional.empty(),
                Optional.of("Kitchen"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(true),
                Sort.NAME);
        assertEquals(List.of("Stone Mug"), names(inStock));
        var soldOut = new Listing(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(false), Sort.NAME);
        assertEquals(3, names(soldOut).size());
    }

    @ParameterizedTest
    @EnumSource(Sort.class)
    void pagesSurviveInsertsAndTies(Sort sort) {
        for (var i = 0; i < 9; i++) create("P-" + i, "Mug " + i / 3, 100 + i / 3);
        var expected = skus(all(sort), Optional.empty(), 100).items();
        var seen = new ArrayList<String>();
        var cursor = Optional.<String>empty();
        do {
            var page = skus(all(sort), cursor, 2);
            seen.addAll(page.items());
            cursor = page.next();
            if (seen.size() == 4) create("P-NEW", "Mug 1", 101);
        } while (cursor.isPresent());
        seen.remove("P-NEW");
        assertEquals(expected, seen);
    }

    private ProductStore.Page<String> skus(Listing listing, Optional<String> cursor, int limit) {
        var page = catalogue.run(() -> catalogue.store.list(listing, cursor, limit));
        return new ProductStore.Page<>(
                page.items().stream().map(p -> p.get("sku").toString()).toList(), page.next());
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        create("C-1", "One", 1);
        create("C-2", "Two", 2);
        var cursor = skus(all(Sort.PRICE), Optional.empty(), 1).next();
        assertEquals(
                "invalid-cursor",
                assertThrows(Problem.class, () -> all(Sort.NAME).filter(cursor)).code());
        var forged = omnibus.platform.call.PageCursor.of("price", "cheap", "id");
        assertEquals(
                400,
                assertThrows(Problem.class, () -> all(Sort.PRICE).filter(Optional.of(forged)))
                        .status());
    }

    @Test
    void categoriesAreCountedAsTheyAre() {
        var lamp = create("K-1", "Lamp", 1, "Light", "Home");
        create("K-2", "Mug", 1, "Home");
        var gone = create("K-3", "Vase", 1, "Home", "Gone");
        catalogue.run(() -> catalogue.products.delete(gone.id(), ANY));
        catalogue.run(() -> catalogue.products.edit(
                lamp.id(), ANY, p -> p.edited(p.sku(), content("Lamp", 1, "Garden", "Home"), p.updatedAt())));
        var first = catalogue.run(() -> catalogue.store.categories("", 1));
        assertEquals(List.of(new ProductStore.Category("Garden", 1)), first.items());
        var rest = catalogue.run(() -> catalogue.store.categories(first.next().orElseThrow(), 1));
        assertEquals(List.of(new ProductStore.Category("Home", 2)), rest.items());
        assertTrue(rest.next().isEmpty());
    }

    @Test
    void whatMongoHasItsOwnMeaningForIsKeptLiterally() {
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("Weight (approx.)", "1.5 kg");
        attributes.put("$where", "1 == 1");
        attributes.put("a.b.$c", "{\"$gt\":\"\"}");
        attributes.put("_id", "x");
        var odd = new Content(
                "{\"$gt\":\"\"}", "$set", new Money(9_999_999_999L, "EUR"), List.of("$ne"), attributes, List.of());
        var product = catalogue.run(() -> catalogue.products.create("ODD-1", odd, 0));
        assertEquals(product, catalogue.run(() -> catalogue.store.get(product.id())));
        var view = catalogue.run(() -> catalogue.store.view(product.id().toString()));
        assertEquals(attributes, view.body().get("attributes"));
        assertEquals(
                List.copyOf(attributes.keySet()),
                List.copyOf(((Map<?, ?>) view.body().get("attributes")).keySet()));
        assertEquals("1-0", view.tag());
    }

    @Test
    void aQuestionForNoIdAtAllIsNotFound() {
        for (var id : List.of("", "x", "{\"$gt\":\"\"}", "01981b8e-5c7a-7c3e-9a53-0f6f1b1d2a01")) {
            var refusal = assertThrows(Problem.class, () -> catalogue.run(() -> catalogue.store.view(id)));
            assertEquals(404, refusal.status());
        }
    }

    @Test
    void anOlderWordDoesNotOverwriteANewerOneThatChangedNothingToBeToldOf() {
        var before = create("WORD-1", "Mug", 1);
        var newer = before.stocked(before.availability(), new StockMark("log", 8));
        assertEquals(before.revision(), newer.revision());
        var older = before.stocked(Availability.LOW_STOCK, new StockMark("log", 7));
        var silent = ProductStore.Change.silent(before, newer);
        var late = ProductStore.Change.of(before, older, ProductEvents.updated(older));

        assertEquals(List.of(), catalogue.run(() -> catalogue.store.save(List.of(silent))));
        assertEquals(List.of(late), catalogue.run(() -> catalogue.store.save(List.of(late))));
        assertEquals(newer, catalogue.run(() -> catalogue.store.get(before.id())));
    }

    @Test
    void aBatchTellsWhichOfItsChangesCameTooLate() {
        var taken = create("B-1", "Taken", 1);
        var fresh = catalogue.products.creation("B-2", content("Fresh"), 0);
        var tooLate = catalogue.products.creation("B-1", content("Too late"), 0);
        var stale = ProductStore.Change.silent(
                taken.edited("B-1", content("Never written"), taken.updatedAt()), taken.deleted(taken.updatedAt()));
        var late = catalogue.run(() -> catalogue.store.save(List.of(fresh, tooLate, stale)));
        assertEquals(List.of(tooLate, stale), late);
        assertEquals(taken, catalogue.run(() -> catalogue.store.get(taken.id())));
        assertEquals(
                Set.of("B-1", "B-2"),
                catalogue
                        .run(() -> catalogue.store.bySku(List.of("B-1", "B-2", "B-3")))
                        .keySet());
    }
}
