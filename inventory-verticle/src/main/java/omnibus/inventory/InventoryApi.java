package omnibus.inventory;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import omnibus.inventory.model.Shortage;
import omnibus.inventory.model.StockCommand;
import omnibus.inventory.model.StockLevel;
import omnibus.inventory.model.StockOutcome;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.PageCursor;

/** The operations of inventory's contract: decode, delegate, view. */
final class InventoryApi {
    private final Inventory inventory;
    private final InventoryStore store;

    InventoryApi(Inventory inventory, InventoryStore store) {
        this.inventory = inventory;
        this.store = store;
    }

    record StockView(String sku, int onHand, int reserved, int available, int lowStockThreshold) {
        static StockView of(StockLevel level) {
            return new StockView(
                    level.sku(), level.onHand(), level.reserved(), level.available(), level.lowStockThreshold());
        }
    }

    record MovementView(
            String kind,
            int onHandDelta,
            int reservedDelta,
            int onHand,
            int reserved,
            UUID orderId,
            String reason,
            UUID userId,
            Instant at) {
        static MovementView of(InventoryStore.Posting posting) {
            var movement = posting.movement();
            return new MovementView(
                    movement.kind().name(),
                    movement.onHandDelta(),
                    movement.reservedDelta(),
                    movement.after().onHand(),
                    movement.after().reserved(),
                    movement.cause().orderId(),
                    movement.cause().reason(),
                    movement.cause().userId(),
                    posting.at());
        }
    }

    record CountBody(int onHand, Integer lowStockThreshold) {}

    record AdjustmentBody(int delta, String reason) {}

    record OrderBody(UUID orderId, long epoch, List<StockCommand.Line> lines) {}

    record OrdersBody(List<OrderBody> orders) {}

    record OutcomeView(UUID orderId, String outcome, List<Shortage> shortages) {
        static OutcomeView of(StockOutcome outcome) {
            return new OutcomeView(
                    outcome.orderId(),
                    outcome.result().name().toLowerCase(Locale.ROOT),
                    outcome.shortages().isEmpty() ? null : outcome.shortages());
        }
    }

    record OutcomesView(List<OutcomeView> results) {}

    Future<Answer> getStock(Call call) {
        return store.find(call.path("sku")).map(found -> view(found.orElseThrow(Problem::notFound)));
    }

    Future<Answer> listStock(Call call) {
        var low = call.query("lowStock").map(Boolean::valueOf);
        var after = call.query("cursor")
                .map(cursor -> PageCursor.parse(cursor, 1).get(0))
                .orElse("");
        return store.list(low, after, call.limit() + 1)
                .map(found -> page(call, found, StockView::of, last -> PageCursor.of(last.sku())));
    }

    Future<Answer> putStock(Call call) {
        var body = call.body(CountBody.class);
        var count = new Inventory.Count(body.onHand(), Optional.ofNullable(body.lowStockThreshold()));
        var by = call.identity().requireUser();
        return inventory
                .count(call.path("sku"), count, new IfMatch(call.header("if-match")), by)
                .map(InventoryApi::view);
    }

    Future<Answer> adjustStock(Call call) {
        var body = call.body(AdjustmentBody.class);
        return inventory
                .adjust(call, call.path("sku"), body.delta(), body.reason())
                .map(posted -> {
                    var answer = view(posted.level());
                    return posted.replayed() ? answer.header("Idempotency-Replayed", "true") : answer;
                });
    }

    Future<Answer> listMovements(Call call) {
        var sku = call.path("sku");
        var below = call.query("cursor").map(InventoryApi::version).orElse(Long.MAX_VALUE);
        return store.find(sku)
                .compose(found ->
                        store.movements(found.orElseThrow(Problem::notFound).sku(), below, call.limit() + 1))
                .map(found -> page(
                        call,
                        found,
                        MovementView::of,
                        last -> PageCursor.of(last.movement().after().version())));
    }

    Future<Answer> reserveStock(Call call) {
        return apply(call, order -> StockCommand.reserve(order.orderId(), order.epoch(), order.lines()));
    }

    Future<Answer> commitStock(Call call) {
        return apply(call, order -> StockCommand.commit(order.orderId(), order.epoch()));
    }

    Future<Answer> releaseStock(Call call) {
        return apply(call, order -> StockCommand.release(order.orderId(), order.epoch()));
    }

    private Future<Answer> apply(Call call, Function<OrderBody, StockCommand> command) {
        var commands =
                call.body(OrdersBody.class).orders().stream().map(command).toList();
        return inventory
                .apply(commands, call.deadline())
                .map(outcomes -> Answer.ok(
                        new OutcomesView(outcomes.stream().map(OutcomeView::of).toList())));
    }

    private static Answer view(StockLevel level) {
        return Answer.ok(StockView.of(level)).header("ETag", IfMatch.tag(level.version()));
    }

    /** One more item than asked for was read: it tells whether there is a next page. */
    private static <T> Answer page(Call call, List<T> found, Function<T, ?> view, Function<T, String> cursor) {
        var more = found.size() > call.limit();
        var items = more ? found.subList(0, call.limit()) : found;
        var next = more ? cursor.apply(items.get(items.size() - 1)) : null;
        return Answer.page(call, items.stream().map(view).toList(), next);
    }

    private static long version(String cursor) {
        try {
            return Long.parseLong(PageCursor.parse(cursor, 1).get(0));
        } catch (NumberFormatException notOurs) {
            throw PageCursor.invalid();
        }
    }
}
