package omnibus.inventory;

import static omnibus.inventory.InventoryFixtures.anOrder;
import static omnibus.inventory.InventoryFixtures.commit;
import static omnibus.inventory.InventoryFixtures.line;
import static omnibus.inventory.InventoryFixtures.release;
import static omnibus.inventory.InventoryFixtures.reserve;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import omnibus.inventory.model.Movement;
import omnibus.inventory.model.StockCommand;
import omnibus.inventory.model.StockLevel;
import omnibus.inventory.model.StockOutcome;
import omnibus.inventory.model.StockOutcome.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InventoryTest {
    @RegisterExtension
    static final InventoryFixtures shop = new InventoryFixtures();

    private static final UUID ADMIN = new UUID(0, 1);
    private static final IfMatch WHATEVER_IT_IS = new IfMatch(Optional.empty());

    @AfterEach
    void theBooksBalance() {
        shop.assertTheBooksBalance();
    }

    private static StockLevel count(String sku, int units) {
        return shop.await(
                shop.inventory.count(sku, new Inventory.Count(units, Optional.empty()), WHATEVER_IT_IS, ADMIN));
    }

    private static List<Movement.Kind> ledgerOf(String sku) {
        return shop.await(shop.store.movements(sku, Long.MAX_VALUE, 100)).stream()
                .map(posting -> posting.movement().kind())
                .toList();
    }

    @Test
    void reservedStockIsPromisedAndCommittedStockIsGone() {
        var sku = shop.aSkuWith(10);
        var order = anOrder();
        assertEquals(Result.RESERVED, shop.resultOf(reserve(order, line(sku, 4))));
        assertEquals(new StockLevel(sku, 10, 4, 5, 2), shop.level(sku));
        assertEquals(Result.COMMITTED, shop.resultOf(commit(order)));
        assertEquals(new StockLevel(sku, 6, 0, 5, 3), shop.level(sku));
        assertEquals(Result.RELEASED, shop.resultOf(release(order)));
        assertEquals(new StockLevel(sku, 10, 0, 5, 4), shop.level(sku));
        assertEquals(
                List.of(
                        Movement.Kind.RESTOCKED,
                        Movement.Kind.COMMITTED,
                        Movement.Kind.RESERVED,
                        Movement.Kind.INITIAL),
                ledgerOf(sku));
    }

    @Test
    void aRepeatedCommandIsAnsweredAlikeFromTheStore() {
        var sku = shop.aSkuWith(3);
        var order = anOrder();
        var tooMuch = reserve(anOrder(), line(sku, 4));
        for (var command : List.of(reserve(order, line(sku, 3)), tooMuch, commit(order), release(order))) {
            assertEquals(shop.apply(command), shop.apply(command));
        }
        assertEquals(new StockLevel(sku, 3, 0, 5, 4), shop.level(sku));
    }

    @Test
    void aShortOrderStaysShortWithItsFirstAnswer() {
        var sku = shop.aSkuWith(1);
        var tooMuch = reserve(anOrder(), line(sku, 2), line("NO-SUCH-SKU", 1));
        var answer = shop.apply(tooMuch);
        assertEquals(2, answer.shortages().size());
        count(sku, 50);
        assertEquals(answer, shop.apply(tooMuch));
    }

    @Test
    void aReleaseThatCameFirstLeavesATombstone() {
        var sku = shop.aSkuWith(3);
        var order = anOrder();
        assertEquals(Result.RELEASED, shop.resultOf(release(order)));
        assertEquals(Result.CANCELLED, shop.resultOf(reserve(order, line(sku, 1))));
        assertEquals(3, shop.level(sku).available());
    }

    @Test
    void aZombieIsStaleAcrossTransactions() {
        var sku = shop.aSkuWith(3);
        var order = anOrder();
        shop.apply(StockCommand.reserve(order, 7, List.of(line(sku, 1))));
        shop.apply(StockCommand.commit(order, 8));
        assertEquals(Result.STALE, shop.resultOf(StockCommand.release(order, 7)));
        assertEquals(2, shop.level(sku).onHand());
    }

    @Test
    void manyOrdersOfOneCallAreAnsweredInTheirOrder() {
        var sku = shop.aSkuWith(3);
        var orders = IntStream.range(0, 5)
                .mapToObj(n -> reserve(anOrder(), line(sku, 1)))
                .toList();
        var outcomes = shop.await(shop.inventory.apply(orders, InventoryFixtures.soon()));
        assertEquals(
                orders.stream().map(StockCommand::orderId).toList(),
                outcomes.stream().map(StockOutcome::orderId).toList());
        assertEquals(
                3,
                Collections.frequency(
                        outcomes.stream().map(StockOutcome::result).toList(), Result.RESERVED));
    }

    @Test
    void oneHundredBuyersOfTenUnitsMeanTenSales() {
        var sku = shop.aSkuWith(10);
        var orders = IntStream.range(0, 100).mapToObj(n -> anOrder()).toList();
        var outcomes = shop.allAtOnce(orders.stream().map(order -> shop.begin(reserve(order, line(sku, 1)))));
        var lucky = outcomes.stream()
                .filter(outcome -> outcome.result() == Result.RESERVED)
                .toList();
        assertEquals(10, lucky.size());
        assertEquals(
                90,
                outcomes.stream()
                        .filter(outcome -> outcome.result() == Result.SHORT)
                        .count());
        shop.allAtOnce(lucky.stream().map(outcome -> shop.begin(commit(outcome.orderId()))));
        assertEquals(0, shop.level(sku).onHand());
        assertEquals(0, shop.level(sku).reserved());
    }

    @Test
    void aCountSetsWhatIsOnHandAndOnlyARealChangeIsPosted() {
        var sku = shop.aSkuWith(10);
        assertEquals(new StockLevel(sku, 25, 0, 5, 2), count(sku, 25));
        assertEquals(new StockLevel(sku, 25, 0, 5, 2), count(sku, 25));
        assertEquals(List.of(Movement.Kind.COUNTED, Movement.Kind.INITIAL), ledgerOf(sku));
    }

    @Test
    void aCountBelowWhatIsReservedChangesNothing() {
        var sku = shop.aSkuWith(10);
        shop.apply(reserve(anOrder(), line(sku, 4)));
        var refusal = shop.refusalOf(
                shop.inventory.count(sku, new Inventory.Count(3, Optional.of(1)), WHATEVER_IT_IS, ADMIN));
        assertEquals("below-reserved", refusal.code());
        assertEquals(new StockLevel(sku, 10, 4, 5, 2), shop.level(sku));
    }

    @Test
    void aCountUnderAConditionThatNoLongerHoldsIsStale() {
        var sku = shop.aSkuWith(10);
        var seen =
                new IfMatch(Optional.of("\"7\", " + IfMatch.tag(shop.level(sku).version())));
        shop.apply(reserve(anOrder(), line(sku, 1)));
        var count = new Inventory.Count(20, Optional.empty());
        assertEquals(
                "stale-version",
                shop.refusalOf(shop.inventory.count(sku, count, seen, ADMIN)).code());
        shop.await(shop.inventory.count(sku, count, new IfMatch(Optional.of("*")), ADMIN));
        assertEquals(20, shop.level(sku).onHand());
    }

    @Test
    void aThresholdAloneMovesAvailabilityButNotTheLedger() {
        var sku = shop.aSkuWith(10);
        shop.await(shop.inventory.count(sku, new Inventory.Count(10, Optional.of(10)), WHATEVER_IT_IS, ADMIN));
        assertEquals(List.of("IN_STOCK", "LOW_STOCK"), shop.availabilitiesOf(sku));
        assertEquals(List.of(Movement.Kind.INITIAL), ledgerOf(sku));
    }

    @Test
    void availabilityIsToldWhenAThresholdIsCrossedAndOnlyThen() {
        var sku = shop.aSkuWith(8);
        var order = anOrder();
        shop.apply(reserve(anOrder(), line(sku, 1)));
        shop.apply(reserve(order, line(sku, 3)));
        shop.apply(reserve(anOrder(), line(sku, 4)));
        shop.apply(commit(order));
        shop.apply(release(order));
        assertEquals(List.of("IN_STOCK", "LOW_STOCK", "OUT_OF_STOCK", "LOW_STOCK"), shop.availabilitiesOf(sku));
    }

    @Test
    void anUnknownSkuCannotBeCounted() {
        var count = new Inventory.Count(1, Optional.empty());
        assertEquals(
                "not-found",
                shop.refusalOf(shop.inventory.count("NO-SUCH-SKU", count, WHATEVER_IT_IS, ADMIN))
                        .code());
    }
}
