package omnibus.order;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import omnibus.order.model.Outcome;
import omnibus.order.model.Payment;
import omnibus.order.model.PaymentStatus;
import omnibus.order.model.Reason;
import omnibus.order.model.Saga;
import omnibus.platform.Money;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;

/** The saga's commands to payment: authorize, capture, cancel (which voids or refunds, as the case may be). */
final class PaymentClient implements Participant {
    private static final String UNDER_REVIEW = "under-review";

    private record Command(UUID orderId, long epoch, UUID userId, Money amount, String paymentMethod, String reason) {
        static Command of(Saga saga) {
            var order = saga.order();
            var reason = saga.cancelled() ? order.reason() : saga.verdict();
            return new Command(
                    order.id(),
                    saga.epoch(),
                    order.userId(),
                    order.total(),
                    order.paymentMethod(),
                    reason.map(Reason::code).orElse(null));
        }
    }

    private record Commands(List<Command> orders) {}

    private record Why(String code, String detail) {}

    private record Result(UUID orderId, String outcome, UUID paymentId, String status, Why reason) {}

    private record Results(List<Result> results) {}

    private final Caller caller;

    PaymentClient(Caller caller) {
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
                        .collect(Collectors.toMap(Result::orderId, PaymentClient::outcome, (first, same) -> first)));
    }

    private static Outcome outcome(Result result) {
        var outcome = switch (result.outcome()) {
            case "done" -> Outcome.done();
            case "refused" -> Outcome.refused(describe(result.reason()));
            case "pending" ->
                result.reason() != null && UNDER_REVIEW.equals(result.reason().code())
                        ? Outcome.stuck(describe(result.reason()))
                        : Outcome.pending();
            default -> Outcome.failed("payment answered " + result.outcome());
        };
        return payment(result).map(outcome::with).orElse(outcome);
    }

    private static Optional<Payment> payment(Result result) {
        if (result.paymentId() == null || result.status() == null) return Optional.empty();
        return PaymentStatus.parse(result.status()).map(status -> new Payment(result.paymentId(), status));
    }

    private static String describe(Why reason) {
        return reason == null || reason.detail() == null ? "The payment was declined." : reason.detail();
    }
}
