package omnibus.inventory;

import static omnibus.inventory.InventoryFixtures.anOrder;
import static omnibus.inventory.InventoryFixtures.commit;
import static omnibus.inventory.InventoryFixtures.line;
import static omnibus.inventory.InventoryFixtures.release;
import static omnibus.inventory.InventoryFixtures.reserve;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import omnibus.inventory.model.StockCommand;
import omnibus.inventory.model.StockCommand.Line;
import omnibus.inventory.model.StockLevel;
import omnibus.inventory.model.StockOutcome;
import omnibus.inventory.model.StockOutcome.Result;
import omnibus.testkit.Samples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Races, as between instances: each {@link Inventory} gathers for itself, the database alone keeps them apart. */
class InventoryStoreTest {
    @RegisterExtension
    static final InventoryFixtures shop = new InventoryFixtures();

    @AfterEach
    void theBooksBalance() {
        shop.assertTheBooksBalance();
        assertEquals(0, shop.number("select deadlocks from pg_stat_database where datname = current_database()"));
    }

    /** As many instances as are needed, so that transactions do meet. */
    private static List<Inventory> instances(int count) {
        return Stream.generate(() -> new Inventory(shop.store)).limit(count).toList();
    }

    private static Future<Result> at(Inventory instance, StockCommand command) {
        return instance.apply(List.of(command), InventoryFixtures.soon())
                .map(outcomes -> outcomes.get(0).result());
    }

    @Test
    void overlappingSkusInOppositeOrderDoNotDeadlock() {
        var one = shop.aSkuWith(150);
        var other = shop.aSkuWith(150);
        var instances = instances(6);
        var results = shop.allAtOnce(IntStream.range(0, 200).mapToObj(n -> {
            var lines =
                    n % 2 == 0 ? new Line[] {line(one, 1), line(other, 1)} : new Line[] {line(other, 1), line(one, 1)};
            return at(instances.get(n % 6), reserve(anOrder(), lines));
        }));
        assertEquals(150, results.stream().filter(Result.RESERVED::equals).count());
        assertEquals(0, shop.level(one).available());
        assertEquals(0, shop.level(other).available());
    }

    @Test
    void theSameOrderSentToManyInstancesIsReservedOnce() {
        var sku = shop.aSkuWith(50);
        for (var round = 0; round < 10; round++) {
            var command = reserve(anOrder(), line(sku, 1));
            var results = shop.allAtOnce(instances(6).stream().map(instance -> at(instance, command)));
            assertEquals(Set.of(Result.RESERVED), Set.copyOf(results));
        }
        assertEquals(10, shop.level(sku).reserved());
    }

    @Test
    void reserveAndReleaseOfOneOrderAtOnceLeaveNothingHeld() {
        var sku = shop.aSkuWith(50);
        for (var round = 0; round < 20; round++) {
            var order = anOrder();
            var instances = instances(2);
            var results = shop.allAtOnce(Stream.of(
                    at(instances.get(0), reserve(order, line(sku, 1))), at(instances.get(1), release(order))));
            assertEquals(Result.RELEASED, results.get(1));
        }
        assertEquals(new StockLevel(sku, 50, 0, 5, shop.level(sku).version()), shop.level(sku));
    }

    @Test
    void anyInterleavingOfManyInstancesKeepsTheBooks() {
        Samples.forAll(12, draw -> {
            var skus = List.of(shop.aSkuWith(5), shop.aSkuWith(3), shop.aSkuWith(0));
            var orders = IntStream.range(0, 8).mapToObj(n -> anOrder()).toList();
            var instances = instances(4);
            var begun = new ArrayList<Future<Result>>();
            for (var n = 0; n < 60; n++) {
                var order = orders.get(draw.between(0, 7));
                var lines = IntStream.rangeClosed(0, draw.between(0, 2))
                        .mapToObj(i -> line(skus.get(draw.between(0, 2)), draw.between(1, 2)))
                        .toArray(Line[]::new);
                var command = switch (draw.between(0, 2)) {
                    case 0 -> reserve(order, lines);
                    case 1 -> commit(order);
                    default -> release(order);
                };
                begun.add(at(instances.get(n % 4), command));
            }
            shop.allAtOnce(begun.stream());
            shop.assertTheBooksBalance();
        });
    }

    @Test
    void theDatabaseItselfRefusesToOversell() {
        var sku = shop.aSkuWith(2);
        for (var change : List.of("reserved = 3", "reserved = -1", "on_hand = -1")) {
            var refused = assertThrows(
                    PgException.class, () -> shop.sql("update stock set " + change + " where sku = $1", sku));
            assertEquals("23514", refused.getSqlState());
        }
    }

    @Test
    void theLedgerCannotBeRewritten() {
        var sku = shop.aSkuWith(2);
        assertThrows(PgException.class, () -> shop.sql("delete from movement where sku = $1", sku));
        assertThrows(PgException.class, () -> shop.sql("update movement set on_hand_delta = 1 where sku = $1", sku));
    }

    @Test
    void theStoredAvailabilityIsTheModels() {
        for (var units : List.of(0, 1, 5, 6)) {
            var sku = shop.aSkuWith(units);
            var stored = shop.sql("select availability from stock where sku = $1", sku)
                    .iterator()
                    .next()
                    .getString(0);
            assertEquals(shop.level(sku).availability().name(), stored);
        }
    }

    @Test
    void anOrderOfManyBatchesCostsFewTransactions() {
        var sku = shop.aSkuWith(10_000);
        var before = commits();
        shop.allAtOnce(IntStream.range(0, 1_000).mapToObj(n -> shop.begin(reserve(anOrder(), line(sku, 1)))));
        assertTrue(commits() - before < 100, "1,000 orders of a hot SKU share their transactions");
        assertEquals(1_000, shop.level(sku).reserved());
    }

    private static long commits() {
        return shop.number("select count(distinct xmin::text) from movement");
    }

    @Test
    void tenThousandSkusAreMadeInPagesAndOnce() {
        for (var page = 0; page < 20; page++) {
            var units = new LinkedHashMap<String, Integer>();
            for (var n = 0; n < 500; n++) units.put("BULK-" + (page * 500 + n), n);
            shop.create(units);
            shop.create(units);
        }
        assertEquals(10_000, shop.number("select count(*) from stock where sku like 'BULK-%'"));
        assertEquals(10_000, shop.number("select count(*) from movement where sku like 'BULK-%'"));
        assertEquals(10_000, shop.number("select count(*) from event_log where aggregate like 'BULK-%'"));
    }

    @Test
    void aStockRowThatExistsKeepsItsUnits() {
        var sku = shop.aSkuWith(4);
        shop.create(Map.of(sku, 99));
        assertEquals(4, shop.level(sku).onHand());
        assertEquals(1, shop.eventsOf(sku).size());
    }

    @Test
    void anOrderOfManyLinesIsReadBackWithAllOfThem() {
        var skus = IntStream.range(0, 20).mapToObj(n -> shop.aSkuWith(3)).toList();
        UUID order = anOrder();
        StockOutcome reserved =
                shop.apply(reserve(order, skus.stream().map(sku -> line(sku, 2)).toArray(Line[]::new)));
        assertEquals(Result.RESERVED, reserved.result());
        shop.apply(commit(order));
        assertTrue(skus.stream().allMatch(sku -> shop.level(sku).onHand() == 1));
    }
}
