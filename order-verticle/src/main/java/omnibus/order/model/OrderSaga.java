package omnibus.order.model;

import static omnibus.order.model.SagaRow.at;
import static omnibus.order.model.Step.AUTHORIZE;
import static omnibus.order.model.Step.CAPTURE;
import static omnibus.order.model.Step.CLOSED;
import static omnibus.order.model.Step.COMMIT;
import static omnibus.order.model.Step.CONFIRMED;
import static omnibus.order.model.Step.RELEASE;
import static omnibus.order.model.Step.RESERVE;
import static omnibus.order.model.Step.VOID;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import omnibus.platform.Problem;

/**
 * The distributed transaction behind every order, as a table of steps and compensations. The stores of two other services
 * have to agree, and any process may die between any two instructions; so there is a way forward and a way back, being at
 * a step means that its command may have been sent, and every command may be sent again.
 *
 * <pre>
 *   RESERVE ────▶ AUTHORIZE ────▶ COMMIT ────▶ CAPTURE ════▶ CONFIRMED
 *      │ short       │ declined      │ gone       │ refused      ┊
 *      │             ▼               ▼            ▼              ┊ cancelled
 *      └─────────▶ RELEASE ◀─────── VOID ┄┄┄┄ RELEASE            ▼
 *                    │                                    VOID ─▶ RELEASE ─▶ CLOSED
 *                    ▼
 *                  CLOSED (shown as REJECTED, or CANCELLED and now undone)
 * </pre>
 *
 * <p>Stock comes first, because it is scarce and cheap to undo. CAPTURE is the point of no return: up to COMMIT an order
 * that takes too long is unwound, from CAPTURE on only an answer ends the waiting. RELEASE follows a refused RESERVE too,
 * although nothing was written: its tombstone keeps a reservation that was sent twice and arrives late from holding stock
 * for ever. VOID ends with the money where it came from whatever had happened to it, and only then is stock let go.
 *
 * <p>Pure: what it is told and what it says is data. Time, batches and rows are the engine's business.
 */
public final class OrderSaga {
    /** Failing tries of one step after which a person has to look. */
    public static final int MAX_FAILURES = 8;

    private static final Duration LONGEST_PENDING = Duration.ofHours(1);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE_FOR_NEWS = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE_FOR_PEER = Duration.ofSeconds(5);

    private static final Map<Step, SagaRow> TABLE = table(
            at(RESERVE)
                    .showing(OrderStatus.PENDING, "Order placed")
                    .sends("inventory.reserveStock")
                    .whenDone(AUTHORIZE)
                    .whenRefused(RELEASE, Reason::outOfStock)
                    .undoneBy(RELEASE)
                    .untilDeadline(),
            at(AUTHORIZE)
                    .showing(OrderStatus.RESERVED, "Stock reserved")
                    .sends("payment.authorizePayments")
                    .whenDone(COMMIT)
                    .whenRefused(RELEASE, Reason::paymentDeclined)
                    .undoneBy(VOID)
                    .untilDeadline(),
            at(COMMIT)
                    .sends("inventory.commitStock")
                    .whenDone(CAPTURE)
                    .whenRefused(VOID, Reason::outOfStock)
                    .undoneBy(VOID)
                    .untilDeadline(),
            at(CAPTURE)
                    .sends("payment.capturePayments")
                    .whenDone(CONFIRMED)
                    .whenRefused(RELEASE, Reason::paymentDeclined)
                    .undoneBy(VOID),
            at(CONFIRMED).showing(OrderStatus.CONFIRMED, "Paid and confirmed").undoneBy(VOID),
            at(VOID).sends("payment.cancelPayments").whenDone(RELEASE),
            at(RELEASE).sends("inventory.releaseStock").whenDone(CLOSED),
            at(CLOSED).showing(OrderStatus.REJECTED, "Stock and money are back where they were"));

    private OrderSaga() {}

    /** The command that a saga at this step sends; none at the two ends. */
    public static Optional<String> command(Step step) {
        return TABLE.get(step).command();
    }

    /** What to do instead of sending the step's command: an order past its deadline is unwound. */
    public static Optional<Move> insteadOfSending(Saga saga) {
        var row = TABLE.get(saga.step());
        if (!saga.overdue() || !row.expires()) return Optional.empty();
        return Optional.of(goingOn(Move.of(saga, row.undo()).because(Reason.EXPIRED)));
    }

    /** What follows from what the participant said. */
    public static Move next(Saga saga, Outcome outcome) {
        var row = TABLE.get(saga.step());
        var move = switch (outcome.kind()) {
            case DONE -> entering(row.done(), saga);
            case REFUSED ->
                row.refused()
                        .map(back ->
                                Move.of(saga, back.to()).because(back.because().apply(outcome.detail())))
                        .orElseGet(() -> afterFailure(saga, "refused: " + outcome.detail()));
            case PENDING -> outcome.detail().isEmpty() ? whilePending(saga) : forReview(saga, outcome.detail());
            case FAILED -> afterFailure(saga, outcome.detail());
            case UNAVAILABLE -> resting(saga, LONGEST_PAUSE_FOR_PEER, outcome.detail());
        };
        return goingOn(move).knowing(outcome.payment());
    }

    /**
     * Cancels the order: it shows CANCELLED at once, and the saga, seized with a new epoch so that whatever is under way
     * for it is a zombie's from now on, unwinds from where it was. Throws {@link Problem} when the order is too far.
     */
    public static Move cancel(Saga saga, Reason why) {
        var cancelled = saga.order().cancelled(why);
        return Move.of(saga.seizedToCancel(), TABLE.get(saga.step()).undo()).showing(cancelled, "Cancelled");
    }

    /**
     * Takes an order that waits for a person up again at the step where it was parked, whose command may have taken effect
     * and is sent again like any other. Past its deadline this is the one try it gets: from the next rest on it is
     * unwound. Throws {@link Problem} when the order waits for nobody.
     */
    public static Move retry(Saga saga) {
        if (!saga.parked()) {
            throw Problem.conflict(
                    "order-not-under-review",
                    "This order is " + saga.order().status() + " and does not wait for a person.");
        }
        return goingOn(Move.of(saga.seizedToRetry(), saga.step()));
    }

    /** What goes on no longer shows that it waits for a person. */
    private static Move goingOn(Move move) {
        var order = move.saga().order();
        if (!order.isUnderReview() || !move.goesOn() || move.order().isPresent()) return move;
        return move.showing(order.reserved(), "Looked at, and going on");
    }

    private static Move entering(Step step, Saga saga) {
        var row = TABLE.get(step);
        var move = Move.of(saga, step);
        if (step == CLOSED && saga.cancelled()) return move.telling(row.told());
        return row.shows()
                .map(status -> move.showing(shown(saga, status), row.told()))
                .orElse(move);
    }

    private static Order shown(Saga saga, OrderStatus status) {
        var order = saga.order();
        return switch (status) {
            case RESERVED -> order.reserved();
            case CONFIRMED -> order.confirmed();
            case REJECTED -> order.rejected(saga.verdict().orElseThrow());
            default -> throw new IllegalStateException("the saga shows no " + status);
        };
    }

    private static Move whilePending(Saga saga) {
        if (saga.waited().compareTo(LONGEST_PENDING) < 0) return resting(saga, LONGEST_PAUSE_FOR_NEWS, "");
        return forReview(
                saga,
                "the participant has not come to an end for " + saga.waited().toMinutes() + " minutes");
    }

    /** Rests half as long as it has waited already, so that it neither hammers nor sleeps through the answer. */
    private static Move resting(Saga saga, Duration longest, String why) {
        var half = saga.waited().dividedBy(2);
        var pause = half.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : half.compareTo(longest) > 0 ? longest : half;
        return Move.of(saga, saga.step()).resting(pause, saga.failures(), why);
    }

    private static Move afterFailure(Saga saga, String error) {
        var failures = saga.failures() + 1;
        if (failures >= MAX_FAILURES) return forReview(saga, error);
        var pause = Duration.ofMillis(100L << saga.failures());
        return Move.of(saga, saga.step()).resting(pause, failures, error);
    }

    private static Move forReview(Saga saga, String error) {
        var move = Move.of(saga, saga.step()).forReview(saga.failures() + 1, error);
        var order = saga.order().underReview();
        return order.equals(saga.order()) ? move : move.showing(order, Reason.UNDER_REVIEW.detail());
    }

    private static Map<Step, SagaRow> table(SagaRow... rows) {
        var table = new EnumMap<Step, SagaRow>(Step.class);
        for (var row : rows) table.put(row.step(), row);
        return table;
    }
}
