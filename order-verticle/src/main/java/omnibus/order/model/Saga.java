package omnibus.order.model;

import java.time.Duration;
import java.util.Optional;

/**
 * How far one order's distributed transaction has come, as this instance holds it. Being at a step means that its command
 * <em>may have been sent</em>; whether it took effect is not known, so the same command is sent again.
 *
 * @param epoch rises with every change of hands; a write or command of a lower epoch is a zombie's
 * @param failures failing tries of this step, not counting those for which the peer was just not there
 * @param cancelled somebody cancelled the order: it is unwound and stays CANCELLED
 * @param verdict why the order is being unwound towards REJECTED; empty on the way forward
 * @param overdue the order's deadline has passed, by the database's clock
 * @param waited how long it has been at this step, by the database's clock
 * @param parked it waits for a person
 */
public record Saga(
        Order order,
        long epoch,
        Step step,
        int failures,
        boolean cancelled,
        Optional<Reason> verdict,
        boolean overdue,
        Duration waited,
        boolean parked) {

    /** A saga's first moment, in the hands of whoever placed the order. */
    public static Saga begin(Order order) {
        return new Saga(order, 1, Step.RESERVE, 0, false, Optional.empty(), false, Duration.ZERO, false);
    }

    /** The row's state: R2 of the reliability rules. */
    public enum State {
        RUNNING,
        UNWINDING,
        REVIEW,
        DONE
    }

    /** The same saga after a move of its own has been written. */
    public Saga after(Move move) {
        var changed = move.order().orElse(order);
        return new Saga(
                changed,
                epoch,
                move.to(),
                move.failures(),
                cancelled,
                move.verdict(),
                overdue,
                Duration.ZERO,
                move.state() == State.REVIEW);
    }

    /** The same saga in the hands of whoever cancels its order. */
    Saga seizedToCancel() {
        return seized(true, overdue);
    }

    /** The same saga in the hands of whoever has looked at it: it gets one more try, even past its deadline. */
    Saga seizedToRetry() {
        return seized(cancelled, false);
    }

    private Saga seized(boolean nowCancelled, boolean nowOverdue) {
        return new Saga(order, epoch + 1, step, 0, nowCancelled, verdict, nowOverdue, Duration.ZERO, false);
    }
}
