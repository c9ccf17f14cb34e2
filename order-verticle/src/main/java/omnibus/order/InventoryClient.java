package omnibus.order;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import omnibus.order.model.Outcome;
import omnibus.order.model.Saga;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;

/** The saga's commands to inventory: reserve, commit, release. */
final class InventoryClient implements Participant {
    private record Line(String sku, int quantity) {}

    private record Command(UUID orderId, long epoch, List<Line> lines) {
        static Command of(Saga saga) {
            var lines = saga.order().lines().stream()
                    .map(line -> new Line(line.sku(), line.quantity()))
                    .toList();
            return new Command(saga.order().id(), saga.epoch(), lines);
        }
    }

    private record Commands(List<Command> orders) {}

    private record Shortage(String sku, long requested, long available) {}

    private record Result(UUID orderId, String outcome, List<Shortage> shortages) {}

    private record Results(List<Result> results) {}

    private final Caller caller;

    InventoryClient(Caller caller) {
        this.caller = caller;
    }

    @Override
    public Future<Map<UUID, Outcome>> send(String command, List<Saga> sagas) {
        var request = Request.write(command, Deadline.in(SagaEngine.COMMAND_DEADLINE))
                .tryFor(SagaEngine.COMMAND_TRY_MILLIS)
                .retrySafe()
                .body(new Commands(sagas.stream().map(Command::of).toList()));
        return caller.call(request)
                .map(answer -> answer.as(Results.class).results().stream()
                        .collect(Collectors.toMap(Result::orderId, InventoryClient::outcome, (first, same) -> first)));
    }

    private static Outcome outcome(Result result) {
        return switch (result.outcome()) {
            case "reserved", "committed", "released" -> Outcome.done();
            case "short" -> Outcome.refused(describe(result.shortages()));
            case "cancelled", "missing" -> Outcome.refused("The stock for this order is no longer held.");
            default -> Outcome.failed("inventory answered " + result.outcome());
        };
    }

    private static String describe(List<Shortage> shortages) {
        if (shortages == null || shortages.isEmpty()) return "Not everything is in stock.";
        return shortages.stream()
                .map(one -> one.sku() + ": " + one.requested() + " wanted, " + one.available() + " available")
                .collect(Collectors.joining("; ", "", "."));
    }
}
