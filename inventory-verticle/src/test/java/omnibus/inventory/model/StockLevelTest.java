package omnibus.inventory.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.UUID;
import omnibus.platform.Problem;
import org.junit.jupiter.api.Test;

class StockLevelTest {
    private static final UUID ORDER = new UUID(1, 1);
    private static final Cause ADMIN = Cause.administrator(new UUID(2, 2), "counted");

    private static StockLevel level(int onHand, int reserved) {
        return new StockLevel("MUG", onHand, reserved, 5, 1);
    }

    @Test
    void whatIsNotReservedIsAvailable() {
        assertEquals(7, level(10, 3).available());
    }

    @Test
    void availabilityFollowsWhatIsAvailableAndNotWhatIsOnHand() {
        assertEquals(Availability.OUT_OF_STOCK, level(10, 10).availability());
        assertEquals(Availability.LOW_STOCK, level(10, 9).availability());
        assertEquals(Availability.LOW_STOCK, level(10, 5).availability());
        assertEquals(Availability.IN_STOCK, level(10, 4).availability());
        assertEquals(Availability.IN_STOCK, level(1, 0).withLowStockThreshold(0).availability());
    }

    @Test
    void aLevelThatIsOversoldCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> level(1, 2));
        assertThrows(IllegalArgumentException.class, () -> level(1, -1));
        assertThrows(IllegalArgumentException.class, () -> level(2, 0).reserve(ORDER, 3));
    }

    @Test
    void sellingTakesFromBothAndRestockingGivesBack() {
        var sold = level(10, 3).commit(ORDER, 3).after();
        assertEquals(new StockLevel("MUG", 7, 0, 5, 2), sold);
        assertEquals(10, sold.restock(ORDER, 3).after().onHand());
    }

    @Test
    void aCountBelowWhatIsReservedIsRefused() {
        assertEquals(
                "below-reserved",
                assertThrows(Problem.class, () -> level(10, 3).count(2, ADMIN)).code());
        assertEquals(0, level(10, 3).count(3, ADMIN).after().available());
    }

    @Test
    void anAdjustmentBelowWhatIsReservedIsRefused() {
        assertEquals(
                "below-reserved",
                assertThrows(Problem.class, () -> level(10, 3).adjust(-8, ADMIN))
                        .code());
        assertEquals(-7, level(10, 3).adjust(-7, ADMIN).onHandDelta());
    }

    @Test
    void anAdjustmentThatDoesNotFitIsRefusedAndDoesNotWrapAround() {
        var full = level(StockLevel.MAX_UNITS, 0);
        assertEquals(
                "stock-limit",
                assertThrows(Problem.class, () -> full.adjust(StockLevel.MAX_UNITS, ADMIN))
                        .code());
    }

    @Test
    void theSameThresholdAgainIsNoChange() {
        var level = level(10, 3);
        assertSame(level, level.withLowStockThreshold(5));
        assertEquals(2, level.withLowStockThreshold(6).version());
    }
}
