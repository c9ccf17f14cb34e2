package omnibus.order.model;

import java.util.Optional;
import java.util.function.Function;

/**
 * One row of {@link OrderSaga}'s table.
 *
 * @param shows the status the order's owner sees from this step on; empty when it stays what it was
 * @param told the line the timeline gets with it
 * @param command the participant's operation; empty at an end
 * @param done the step that follows
 * @param refused the way back after a refusal; empty where a refusal makes no sense and counts as a failure
 * @param undo where unwinding begins when the order is cancelled or expires at this step
 * @param expires the order's deadline ends this step
 */
record SagaRow(
        Step step,
        Optional<OrderStatus> shows,
        String told,
        Optional<String> command,
        Step done,
        Optional<WayBack> refused,
        Step undo,
        boolean expires) {

    /** Where a refusal leads, and what becomes of the participant's words. */
    record WayBack(Step to, Function<String, Reason> because) {}

    static SagaRow at(Step step) {
        return new SagaRow(step, Optional.empty(), "", Optional.empty(), step, Optional.empty(), step, false);
    }

    SagaRow showing(OrderStatus status, String line) {
        return new SagaRow(step, Optional.of(status), line, command, done, refused, undo, expires);
    }

    SagaRow sends(String operation) {
        return new SagaRow(step, shows, told, Optional.of(operation), done, refused, undo, expires);
    }

    SagaRow whenDone(Step next) {
        return new SagaRow(step, shows, told, command, next, refused, undo, expires);
    }

    SagaRow whenRefused(Step back, Function<String, Reason> because) {
        return new SagaRow(step, shows, told, command, done, Optional.of(new WayBack(back, because)), undo, expires);
    }

    SagaRow undoneBy(Step first) {
        return new SagaRow(step, shows, told, command, done, refused, first, expires);
    }

    SagaRow untilDeadline() {
        return new SagaRow(step, shows, told, command, done, refused, undo, true);
    }
}
