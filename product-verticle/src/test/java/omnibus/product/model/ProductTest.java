package omnibus.product.model;

import static omnibus.product.ProductFixtures.NOW;
import static omnibus.product.ProductFixtures.aMug;
import static omnibus.product.ProductFixtures.content;
import static omnibus.product.model.Availability.IN_STOCK;
import static omnibus.product.model.Availability.LOW_STOCK;
import static omnibus.product.model.Availability.OUT_OF_STOCK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.testkit.Samples;
import org.junit.jupiter.api.Test;

class ProductTest {
    private static final StockMark FIRST = new StockMark("log-a", 1);
    private static final StockMark SECOND = new StockMark("log-a", 2);

    @Test
    void aNewProductHasNothingToBuyYet() {
        var mug = aMug();
        assertEquals(OUT_OF_STOCK, mug.availability());
        assertEquals(1, mug.version());
        assertEquals(0, mug.facts());
        assertTrue(mug.active());
    }

    @Test
    void anEditRaisesTheVersionAndLeavesTheFacts() {
        var later = NOW.plus(Duration.ofHours(1));
        var edited = aMug().stocked(IN_STOCK, FIRST).edited("MUG-350", content("Better Mug"), later);
        assertEquals(2, edited.version());
        assertEquals(1, edited.facts());
        assertEquals(later, edited.updatedAt());
        assertEquals(NOW, edited.createdAt());
    }

    @Test
    void anEditThatChangesNothingIsNone() {
        var mug = aMug();
        assertSame(mug, mug.edited("MUG-350", aMug().content(), NOW.plusSeconds(9)));
    }

    @Test
    void aSkuCannotChange() {
        var refusal = assertThrows(Problem.class, () -> aMug().edited("MUG-500", content("Mug"), NOW));
        assertEquals("sku-immutable", refusal.code());
    }

    @Test
    void aDeletedProductKeepsItsSkuAndRisesInVersion() {
        var gone = aMug().deleted(NOW);
        assertFalse(gone.active());
        assertEquals("MUG-350", gone.sku());
        assertEquals(2, gone.version());
    }

    @Test
    void aWordFromInventoryMovesTheFacts() {
        var stocked = aMug().stocked(IN_STOCK, FIRST);
        assertEquals(IN_STOCK, stocked.availability());
        assertEquals(1, stocked.facts());
        assertEquals(1, stocked.version());
    }

    @Test
    void anOlderWordSaysNothing() {
        var stocked = aMug().stocked(LOW_STOCK, SECOND);
        assertSame(stocked, stocked.stocked(IN_STOCK, FIRST));
        assertSame(stocked, stocked.stocked(IN_STOCK, SECOND));
    }

    @Test
    void aNewLogOfInventoryCountsItsVersionsAnew() {
        var stocked = aMug().stocked(LOW_STOCK, new StockMark("log-a", 70));
        assertEquals(
                IN_STOCK, stocked.stocked(IN_STOCK, new StockMark("log-b", 1)).availability());
    }

    @Test
    void theSameAvailabilityAgainIsNoNews() {
        var stocked = aMug().stocked(IN_STOCK, FIRST).stocked(IN_STOCK, SECOND);
        assertEquals(1, stocked.facts());
        assertEquals(SECOND, stocked.stock());
    }

    @Test
    void attributesKeepTheirOrder() {
        var attributes = new java.util.LinkedHashMap<String, String>();
        for (var name : List.of("z", "a", "m", "b")) attributes.put(name, "1");
        var content = new Content("Mug", "", new Money(1, "EUR"), List.of(), attributes, List.of());
        assertEquals(
                List.of("z", "a", "m", "b"), List.copyOf(content.attributes().keySet()));
    }

    @Test
    void whoeverHearsInventoryTwiceOrOutOfOrderEndsAtItsLastWord() {
        Samples.forAll(200, draw -> {
            Map<Long, Availability> said = new HashMap<>();
            var words = new ArrayList<Long>();
            for (long version = 1; version <= 1 + draw.size() % 20; version++) {
                said.put(version, draw.oneOf(Availability.values()));
                for (var times = draw.between(1, 3); times > 0; times--) {
                    words.add(draw.between(0, words.size()), version);
                }
            }
            var product = aMug();
            var revision = product.revision();
            for (var version : words) {
                product = product.stocked(said.get(version), new StockMark("log", version));
                assertTrue(product.revision() >= revision);
                revision = product.revision();
            }
            assertEquals(said.get((long) said.size()), product.availability());
        });
    }
}
