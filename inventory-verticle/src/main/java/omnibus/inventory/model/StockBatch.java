package omnibus.inventory.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import omnibus.inventory.model.Reservation.State;
import omnibus.inventory.model.StockOutcome.Result;

/**
 * The stock and reservations that one transaction holds locked, and what commands make of them. Commands are tried in
 * order of arrival against running totals, so that many orders for a hot SKU are one transaction and still each gets its
 * own answer: all of its lines, or none and the reason.
 */
public final class StockBatch {
    private final Map<String, StockLevel> levelsBefore;
    private final Map<UUID, Reservation> reservationsBefore;
    private final Map<String, StockLevel> levels;
    private final Map<UUID, Reservation> reservations;
    private final List<Movement> movements = new ArrayList<>();

    public StockBatch(Map<String, StockLevel> levels, Map<UUID, Reservation> reservations) {
        this.levelsBefore = Map.copyOf(levels);
        this.reservationsBefore = Map.copyOf(reservations);
        this.levels = new HashMap<>(levels);
        this.reservations = new HashMap<>(reservations);
    }

    public Optional<StockLevel> level(String sku) {
        return Optional.ofNullable(levels.get(sku));
    }

    /** The same command again changes nothing and gets the same answer; one of a lower epoch than seen is stale. */
    public StockOutcome apply(StockCommand command) {
        var known = reservations.get(command.orderId());
        if (known == null) return applyFirst(command);
        if (command.epoch() < known.epoch()) return StockOutcome.of(command, Result.STALE);
        var seen = known.seen(command.epoch());
        keep(seen);
        switch (command.step()) {
            case RESERVE:
                return reserveAgain(command, seen);
            case COMMIT:
                return commit(command, seen);
            default:
                return release(command, seen);
        }
    }

    /** Takes over a movement made outside the order steps: a count or an adjustment. */
    public void post(Movement movement) {
        movements.add(movement);
        levels.put(movement.after().sku(), movement.after());
    }

    /** Takes over a level whose units did not move. */
    public void keep(StockLevel level) {
        levels.put(level.sku(), level);
    }

    private StockOutcome applyFirst(StockCommand command) {
        switch (command.step()) {
            case RESERVE:
                return reserve(command);
            case COMMIT:
                return StockOutcome.of(command, Result.MISSING);
            default:
                keep(Reservation.tombstone(command));
                return StockOutcome.of(command, Result.RELEASED);
        }
    }

    private StockOutcome reserve(StockCommand command) {
        var shortages = new ArrayList<Shortage>();
        command.lines().forEach((sku, quantity) -> {
            var available = level(sku).map(StockLevel::available).orElse(0);
            if (available < quantity) shortages.add(new Shortage(sku, quantity, available));
        });
        if (!shortages.isEmpty()) {
            keep(Reservation.shortOf(command, shortages));
            return StockOutcome.shortOf(command, shortages);
        }
        var active = Reservation.active(command);
        keep(active);
        moveLines(active, (level, quantity) -> level.reserve(active.orderId(), quantity));
        return StockOutcome.of(command, Result.RESERVED);
    }

    private static StockOutcome reserveAgain(StockCommand command, Reservation known) {
        if (known.state() == State.SHORT) return StockOutcome.shortOf(command, known.shortages());
        return StockOutcome.of(command, known.state().isOver() ? Result.CANCELLED : Result.RESERVED);
    }

    private StockOutcome commit(StockCommand command, Reservation known) {
        if (known.state() == State.SHORT) return StockOutcome.of(command, Result.MISSING);
        if (known.state().isOver()) return StockOutcome.of(command, Result.CANCELLED);
        if (known.state() == State.ACTIVE) {
            keep(known.in(State.COMMITTED));
            moveLines(known, (level, quantity) -> level.commit(known.orderId(), quantity));
        }
        return StockOutcome.of(command, Result.COMMITTED);
    }

    private StockOutcome release(StockCommand command, Reservation known) {
        if (known.state() == State.ACTIVE) {
            keep(known.in(State.RELEASED));
            moveLines(known, (level, quantity) -> level.release(known.orderId(), quantity));
        } else if (known.state() == State.COMMITTED) {
            keep(known.in(State.RESTOCKED));
            moveLines(known, (level, quantity) -> level.restock(known.orderId(), quantity));
        } else if (known.state() == State.SHORT) {
            keep(known.in(State.CANCELLED));
        }
        return StockOutcome.of(command, Result.RELEASED);
    }

    private void moveLines(Reservation reservation, BiFunction<StockLevel, Integer, Movement> move) {
        reservation.lines().forEach((sku, quantity) -> post(move.apply(levels.get(sku), quantity)));
    }

    private void keep(Reservation reservation) {
        reservations.put(reservation.orderId(), reservation);
    }

    /** Levels to be written, in the order of their SKUs. */
    public List<StockLevel> changedLevels() {
        return levels.values().stream()
                .filter(level -> !level.equals(levelsBefore.get(level.sku())))
                .sorted((one, other) -> one.sku().compareTo(other.sku()))
                .toList();
    }

    /** The version a changed level had when it was locked. */
    public long versionBefore(StockLevel level) {
        return levelsBefore.get(level.sku()).version();
    }

    public List<Reservation> newReservations() {
        return changed(false);
    }

    public List<Reservation> changedReservations() {
        return changed(true);
    }

    private List<Reservation> changed(boolean known) {
        return reservations.values().stream()
                .filter(reservation -> known == reservationsBefore.containsKey(reservation.orderId()))
                .filter(reservation -> !reservation.equals(reservationsBefore.get(reservation.orderId())))
                .sorted((one, other) -> one.orderId().compareTo(other.orderId()))
                .toList();
    }

    /** The ledger's new entries, oldest first. */
    public List<Movement> movements() {
        return List.copyOf(movements);
    }

    /** Levels whose availability is another one than before the batch. */
    public List<StockLevel> crossings() {
        return changedLevels().stream()
                .filter(level ->
                        level.availability() != levelsBefore.get(level.sku()).availability())
                .toList();
    }
}
