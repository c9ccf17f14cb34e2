package omnibus.order.model;

import java.time.Duration;
import java.util.Optional;

/**
 * One decided change of a saga, to be written behind its fence (order, epoch, step) together with everything it shows.
 *
 * @param saga the saga as it was when decided
 * @param pause how long it rests before the next try; empty to go on at once in the same hands
 * @param order the order as its owner sees it from now on; empty when nothing visible changes
 * @param detail the line this adds to the order's timeline; empty for none
 * @param payment news about the payment
 * @param error why the last try came to nothing; empty when it did not
 */
public record Move(
        Saga saga,
        Step to,
        Saga.State state,
        int failures,
        Optional<Duration> pause,
        Optional<Order> order,
        Optional<String> detail,
        Optional<Payment> payment,
        Optional<Reason> verdict,
        Optional<String> error) {

    /** The saga goes on at once with the command of the next step. */
    public boolean goesOn() {
        return pause.isEmpty() && (state == Saga.State.RUNNING || state == Saga.State.UNWINDING);
    }

    /** The status its owner sees becomes another one. */
    public boolean changesStatus() {
        return order.isPresent() && order.get().status() != saga.order().status();
    }

    static Move of(Saga saga, Step to) {
        return new Move(
                saga,
                to,
                to.state(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                saga.verdict(),
                Optional.empty());
    }

    Move showing(Order changed, String line) {
        return new Move(
                saga, to, state, failures, pause, Optional.of(changed), Optional.of(line), payment, verdict, error);
    }

    Move telling(String line) {
        return new Move(saga, to, state, failures, pause, order, Optional.of(line), payment, verdict, error);
    }

    Move because(Reason why) {
        return new Move(saga, to, state, failures, pause, order, detail, payment, Optional.of(why), error);
    }

    Move knowing(Optional<Payment> news) {
        return new Move(saga, to, state, failures, pause, order, detail, news, verdict, error);
    }

    Move resting(Duration span, int failing, String why) {
        return new Move(saga, to, state, failing, Optional.of(span), order, detail, payment, verdict, Optional.of(why));
    }

    Move forReview(int failing, String why) {
        return new Move(saga, to, Saga.State.REVIEW, failing, pause, order, detail, payment, verdict, Optional.of(why));
    }
}
