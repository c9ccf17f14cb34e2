package omnibus.inventory.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import omnibus.inventory.model.Reservation.State;
import omnibus.inventory.model.StockCommand.Line;
import omnibus.inventory.model.StockOutcome.Result;
import omnibus.testkit.Samples;
import omnibus.testkit.Samples.Draw;
import org.junit.jupiter.api.Test;

class StockBatchTest {
    private static final UUID ORDER = new UUID(1, 1);
    private static final UUID OTHER = new UUID(1, 2);

    private static StockBatch stock(int mugs, int pots) {
        return new StockBatch(
                Map.of("MUG", new StockLevel("MUG", mugs, 0, 5, 1), "POT", new StockLevel("POT", pots, 0, 5, 1)),
                Map.of());
    }

    private static StockCommand reserve(UUID order, long epoch, Line... lines) {
        return StockCommand.reserve(order, epoch, List.of(lines));
    }

    private static Line mugs(int quantity) {
        return new Line("MUG", quantity);
    }

    private static Line pots(int quantity) {
        return new Line("POT", quantity);
    }

    private static int availableMugs(StockBatch batch) {
        return batch.level("MUG").orElseThrow().available();
    }

    @Test
    void anOrderGetsAllOfItsLinesOrNone() {
        var batch = stock(10, 1);
        var outcome = batch.apply(reserve(ORDER, 1, mugs(2), pots(2)));
        assertEquals(Result.SHORT, outcome.result());
        assertEquals(List.of(new Shortage("POT", 2, 1)), outcome.shortages());
        assertEquals(10, availableMugs(batch));
        assertTrue(batch.movements().isEmpty());
    }

    @Test
    void twoLinesOfOneSkuAreOneSum() {
        var batch = stock(3, 0);
        assertEquals(
                List.of(new Shortage("MUG", 4, 3)),
                batch.apply(reserve(ORDER, 1, mugs(2), mugs(2))).shortages());
        assertEquals(
                Result.RESERVED,
                batch.apply(reserve(OTHER, 1, mugs(2), mugs(1))).result());
        assertEquals(0, availableMugs(batch));
    }

    @Test
    void anUnknownSkuHasNothingAvailable() {
        assertEquals(
                List.of(new Shortage("NONE", 1, 0)),
                stock(1, 1).apply(reserve(ORDER, 1, new Line("NONE", 1))).shortages());
    }

    @Test
    void aShortOrderLeavesTheOthersOfItsBatchAlone() {
        var batch = stock(3, 0);
        var results = List.of(
                batch.apply(reserve(new UUID(0, 1), 1, mugs(2))).result(),
                batch.apply(reserve(new UUID(0, 2), 1, mugs(2))).result(),
                batch.apply(reserve(new UUID(0, 3), 1, mugs(1))).result());
        assertEquals(List.of(Result.RESERVED, Result.SHORT, Result.RESERVED), results);
    }

    @Test
    void theSameCommandAgainGetsTheSameAnswerAndMovesNothing() {
        var batch = stock(3, 0);
        for (var command : List.of(
                reserve(ORDER, 1, mugs(2)),
                reserve(OTHER, 1, mugs(2)),
                StockCommand.commit(ORDER, 1),
                StockCommand.release(ORDER, 2))) {
            var first = batch.apply(command);
            var movements = batch.movements();
            assertEquals(first, batch.apply(command));
            assertEquals(movements, batch.movements());
        }
    }

    @Test
    void aShortOrderStaysShortWhenStockHasComeBack() {
        var batch = stock(1, 0);
        batch.apply(reserve(ORDER, 1, mugs(1)));
        var answer = batch.apply(reserve(OTHER, 1, mugs(1)));
        batch.apply(StockCommand.release(ORDER, 1));
        assertEquals(answer, batch.apply(reserve(OTHER, 2, mugs(1))));
    }

    @Test
    void aReleaseOfNothingRefusesTheReserveThatComesLate() {
        var batch = stock(3, 0);
        assertEquals(
                Result.RELEASED, batch.apply(StockCommand.release(ORDER, 1)).result());
        assertEquals(Result.CANCELLED, batch.apply(reserve(ORDER, 1, mugs(1))).result());
        assertEquals(
                Result.CANCELLED, batch.apply(StockCommand.commit(ORDER, 1)).result());
        assertEquals(3, availableMugs(batch));
    }

    @Test
    void releasedAndRestockedOrdersCannotBeCommittedAnyMore() {
        var batch = stock(3, 0);
        batch.apply(reserve(ORDER, 1, mugs(1)));
        batch.apply(StockCommand.release(ORDER, 1));
        assertEquals(
                Result.CANCELLED, batch.apply(StockCommand.commit(ORDER, 1)).result());
        batch.apply(reserve(OTHER, 1, mugs(2)));
        batch.apply(StockCommand.commit(OTHER, 1));
        batch.apply(StockCommand.release(OTHER, 1));
        assertEquals(
                Result.CANCELLED, batch.apply(StockCommand.commit(OTHER, 1)).result());
        assertEquals(Result.CANCELLED, batch.apply(reserve(OTHER, 1, mugs(2))).result());
        assertEquals(3, availableMugs(batch));
    }

    @Test
    void aCommitWithoutAReservationIsMissing() {
        var batch = stock(1, 0);
        assertEquals(Result.MISSING, batch.apply(StockCommand.commit(ORDER, 1)).result());
        batch.apply(reserve(OTHER, 1, mugs(2)));
        assertEquals(Result.MISSING, batch.apply(StockCommand.commit(OTHER, 1)).result());
    }

    @Test
    void aShortOrderThatIsReleasedHoldsNothingForEver() {
        var batch = stock(1, 0);
        batch.apply(reserve(ORDER, 1, mugs(2)));
        assertEquals(
                Result.RELEASED, batch.apply(StockCommand.release(ORDER, 1)).result());
        assertEquals(Result.CANCELLED, batch.apply(reserve(ORDER, 1, mugs(1))).result());
    }

    @Test
    void aZombieOfALowerEpochIsStaleWhateverItWants() {
        var batch = stock(3, 0);
        batch.apply(reserve(ORDER, 5, mugs(1)));
        batch.apply(StockCommand.commit(ORDER, 6));
        assertEquals(Result.STALE, batch.apply(StockCommand.release(ORDER, 5)).result());
        assertEquals(Result.STALE, batch.apply(StockCommand.commit(ORDER, 5)).result());
        assertEquals(Result.STALE, batch.apply(reserve(ORDER, 5, mugs(1))).result());
        assertEquals(2, batch.level("MUG").orElseThrow().onHand());
    }

    @Test
    void aHigherEpochIsRememberedEvenIfNothingElseChanges() {
        var known = new Reservation(ORDER, State.COMMITTED, 1, Map.of("MUG", 1), List.of());
        var batch = new StockBatch(Map.of(), Map.of(ORDER, known));
        batch.apply(StockCommand.commit(ORDER, 4));
        assertEquals(4, batch.changedReservations().get(0).epoch());
        assertTrue(batch.newReservations().isEmpty());
    }

    @Test
    void onlyACrossedThresholdIsToldAndOnlyOncePerBatch() {
        var batch = stock(7, 20);
        batch.apply(reserve(ORDER, 1, mugs(1), pots(1)));
        assertTrue(batch.crossings().isEmpty());
        batch.apply(reserve(OTHER, 1, mugs(6)));
        assertEquals(
                List.of(Availability.OUT_OF_STOCK),
                batch.crossings().stream().map(StockLevel::availability).toList());
        batch.apply(StockCommand.release(OTHER, 1));
        assertTrue(batch.crossings().isEmpty(), "it is as it was when the batch began");
    }

    /** The law of this service, under any interleaving of its steps, cut into batches anywhere. */
    @Test
    void stockIsNeverNegativeAndAlwaysTheSumOfItsParts() {
        Samples.forAll(300, draw -> {
            var world = new World(draw);
            for (var step = 0; step < draw.size(); step++) world.step();
            world.check();
        });
    }

    /** Some SKUs, some orders, and commands at random; every batch starts from what the one before has left. */
    private static final class World {
        private final Draw draw;
        private final Map<String, StockLevel> levels = new HashMap<>();
        private final Map<UUID, Reservation> reservations = new HashMap<>();
        private final Map<String, Integer> initial = new HashMap<>();
        private final List<Movement> ledger = new ArrayList<>();

        World(Draw draw) {
            this.draw = draw;
            for (var sku : List.of("A", "B", "C")) {
                initial.put(sku, draw.between(0, 8));
                levels.put(sku, new StockLevel(sku, initial.get(sku), 0, draw.between(0, 3), 1));
            }
        }

        void step() {
            var batch = new StockBatch(levels, reservations);
            IntStream.rangeClosed(0, draw.between(0, 4)).forEach(n -> batch.apply(command()));
            ledger.addAll(batch.movements());
            batch.changedLevels().forEach(level -> levels.put(level.sku(), level));
            batch.newReservations().forEach(fresh -> reservations.put(fresh.orderId(), fresh));
            batch.changedReservations().forEach(changed -> reservations.put(changed.orderId(), changed));
        }

        private StockCommand command() {
            var order = new UUID(9, draw.between(1, 6));
            var epoch = draw.between(1, 3);
            return switch (draw.between(0, 2)) {
                case 0 -> StockCommand.reserve(order, epoch, lines());
                case 1 -> StockCommand.commit(order, epoch);
                default -> StockCommand.release(order, epoch);
            };
        }

        private List<Line> lines() {
            return IntStream.rangeClosed(1, draw.between(1, 4))
                    .mapToObj(n -> new Line(draw.oneOf("A", "B", "C", "UNKNOWN"), draw.between(1, 3)))
                    .toList();
        }

        void check() {
            levels.values().forEach(level -> {
                assertTrue(level.available() >= 0 && level.reserved() >= 0);
                assertEquals(level.onHand(), level.available() + level.reserved());
                assertEquals(held(level.sku(), State.ACTIVE), level.reserved());
                assertEquals(initial.get(level.sku()) - held(level.sku(), State.COMMITTED), level.onHand());
                assertEquals(level.onHand(), initial.get(level.sku()) + sum(level.sku(), Movement::onHandDelta));
                assertEquals(level.reserved(), sum(level.sku(), Movement::reservedDelta));
            });
        }

        private int held(String sku, State state) {
            return reservations.values().stream()
                    .filter(reservation -> reservation.state() == state)
                    .collect(Collectors.summingInt(
                            reservation -> reservation.lines().getOrDefault(sku, 0)));
        }

        private int sum(String sku, Function<Movement, Integer> delta) {
            return ledger.stream()
                    .filter(movement -> movement.after().sku().equals(sku))
                    .mapToInt(delta::apply)
                    .sum();
        }
    }
}
