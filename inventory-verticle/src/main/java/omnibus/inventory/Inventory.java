package omnibus.inventory;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import omnibus.inventory.model.Cause;
import omnibus.inventory.model.StockBatch;
import omnibus.inventory.model.StockCommand;
import omnibus.inventory.model.StockLevel;
import omnibus.inventory.model.StockOutcome;
import omnibus.platform.Problem;
import omnibus.platform.call.Call;
import omnibus.platform.call.Deadline;

/** What can be done with stock: an administrator counts and adjusts it, orders reserve, commit and release it. */
final class Inventory {
    /** Some hundred orders a transaction: beyond that the commit is no longer what takes the time. */
    private static final int BATCH = 200;

    private static final int MOST_WAITING = 5_000;

    private final InventoryStore store;
    private final Gathering<StockCommand, StockOutcome> commands;

    Inventory(InventoryStore store) {
        this.store = store;
        this.commands = new Gathering<>(BATCH, MOST_WAITING, this::applyAll);
    }

    /** A count to be taken over; empty threshold: stays as it is. */
    record Count(int onHand, Optional<Integer> lowStockThreshold) {}

    /** One outcome per command, in their order. Commands of one call may end up in different transactions. */
    Future<List<StockOutcome>> apply(List<StockCommand> orders, Deadline deadline) {
        return Future.<StockOutcome>all(orders.stream()
                        .map(order -> commands.submit(order, deadline))
                        .toList())
                .map(done -> done.list());
    }

    private Future<List<StockOutcome>> applyAll(List<StockCommand> batch) {
        var skus = batch.stream()
                .flatMap(command -> command.lines().keySet().stream())
                .collect(Collectors.toSet());
        var orders = batch.stream().map(StockCommand::orderId).collect(Collectors.toSet());
        return store.change(
                skus, orders, locked -> batch.stream().map(locked::apply).toList());
    }

    /** Throws {@link Problem} 404 for an unknown SKU, 412 when {@code expected} does not hold, 409 {@code below-reserved}. */
    Future<StockLevel> count(String sku, Count count, IfMatch expected, UUID by) {
        return store.change(Set.of(sku), Set.of(), locked -> {
            var level = known(locked, sku);
            expected.check(level.version());
            count.lowStockThreshold().ifPresent(units -> locked.keep(level.withLowStockThreshold(units)));
            var now = known(locked, sku);
            if (count.onHand() != now.onHand()) locked.post(now.count(count.onHand(), Cause.administrator(by, null)));
            return known(locked, sku);
        });
    }

    /** Adjusts once per idempotency key. Throws {@link Problem} 404 for an unknown SKU, 409 {@code below-reserved}. */
    Future<InventoryStore.Posted> adjust(Call call, String sku, int delta, String reason) {
        var cause = Cause.administrator(call.identity().requireUser(), reason);
        return store.changeOnce(
                call, sku, locked -> locked.post(known(locked, sku).adjust(delta, cause)));
    }

    private static StockLevel known(StockBatch locked, String sku) {
        return locked.level(sku).orElseThrow(Problem::notFound);
    }
}
