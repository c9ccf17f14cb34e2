package omnibus.order.model;

import static omnibus.order.OrderFixtures.CHANGED_MIND;
import static omnibus.order.OrderFixtures.overdue;
import static omnibus.order.OrderFixtures.sagaAt;
import static omnibus.order.OrderFixtures.waiting;
import static omnibus.order.model.Step.AUTHORIZE;
import static omnibus.order.model.Step.CAPTURE;
import static omnibus.order.model.Step.CLOSED;
import static omnibus.order.model.Step.COMMIT;
import static omnibus.order.model.Step.CONFIRMED;
import static omnibus.order.model.Step.RELEASE;
import static omnibus.order.model.Step.RESERVE;
import static omnibus.order.model.Step.VOID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.testkit.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each test is a script: what the participants answer, and the steps and statuses that follow. */
class OrderSagaTest {
    private static final Outcome DONE = Outcome.done();
    private static final Outcome PENDING = Outcome.pending();
    private static final Outcome DOWN = Outcome.unavailable("nobody there");
    private static final Outcome BROKEN = Outcome.failed("500");

    private static Outcome refused(String why) {
        return Outcome.refused(why);
    }

    /** Plays the answers to a saga and remembers the steps it went through. */
    private static final class Play {
        private Saga saga;
        private Move last;
        private final List<Step> steps = new ArrayList<>();

        private Play(Saga saga) {
            this.saga = saga;
            steps.add(saga.step());
        }

        static Play from(Step step) {
            return new Play(sagaAt(step));
        }

        Play answered(Outcome... outcomes) {
            for (var outcome : outcomes) follow(OrderSaga.next(saga, outcome));
            return this;
        }

        Play parked() {
            while (last == null || last.state() != Saga.State.REVIEW) answered(BROKEN);
            return this;
        }

        Play retried() {
            follow(OrderSaga.retry(saga));
            return this;
        }

        Play cancelled() {
            follow(OrderSaga.cancel(saga, CHANGED_MIND));
            return this;
        }

        private void follow(Move move) {
            last = move;
            var next = move.saga().after(move);
            if (next.step() != saga.step()) steps.add(next.step());
            saga = next;
        }

        Play wentThrough(Step... expected) {
            assertEquals(List.of(expected), steps);
            return this;
        }

        Play shows(OrderStatus status) {
            assertEquals(status, saga.order().status());
            return this;
        }

        Play because(String code) {
            assertEquals(code, saga.order().reason().orElseThrow().code());
            return this;
        }
    }

    @Test
    void anOrderIsReservedAuthorizedCommittedCapturedAndConfirmed() {
        Play.from(RESERVE)
                .answered(DONE, DONE, DONE, DONE)
                .wentThrough(RESERVE, AUTHORIZE, COMMIT, CAPTURE, CONFIRMED)
                .shows(OrderStatus.CONFIRMED);
    }

    @Test
    void confirmedIsShownOnlyWhenBothStoresAreDone() {
        Play.from(RESERVE)
                .answered(DONE)
                .shows(OrderStatus.RESERVED)
                .answered(DONE, DONE)
                .shows(OrderStatus.RESERVED);
    }

    @Test
    void aShortOrderIsRejectedBehindATombstone() {
        Play.from(RESERVE)
                .answered(refused("MUG-BLUE: 2 wanted, 1 available."))
                .shows(OrderStatus.PENDING)
                .answered(DONE)
                .wentThrough(RESERVE, RELEASE, CLOSED)
                .shows(OrderStatus.REJECTED)
                .because("out-of-stock");
    }

    @Test
    void aDeclinedCardGivesTheStockBackBeforeTheOrderIsRejected() {
        Play.from(RESERVE)
                .answered(DONE, refused("Your card was declined."))
                .shows(OrderStatus.RESERVED)
                .answered(DONE)
                .wentThrough(RESERVE, AUTHORIZE, RELEASE, CLOSED)
                .shows(OrderStatus.REJECTED)
                .because("payment-declined");
    }

    @Test
    void aReservationThatIsGoneVoidsTheAuthorization() {
        Play.from(COMMIT)
                .answered(refused("The stock for this order is no longer held."), DONE, DONE)
                .wentThrough(COMMIT, VOID, RELEASE, CLOSED)
                .because("out-of-stock");
    }

    @Test
    void aCaptureRefusedForCertainRestocks() {
        Play.from(CAPTURE)
                .answered(refused("The authorization has expired."), DONE)
                .wentThrough(CAPTURE, RELEASE, CLOSED)
                .shows(OrderStatus.REJECTED)
                .because("payment-declined");
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"AUTHORIZE", "CAPTURE", "VOID"})
    void aPendingAnswerIsWaitedForAndChangesNothing(Step step) {
        var play = Play.from(step).answered(PENDING).wentThrough(step);

        assertTrue(play.last.pause().isPresent());
        assertEquals(Optional.empty(), play.last.order());
        assertEquals(0, play.last.failures());
        play.answered(DONE);
        assertTrue(play.steps.size() > 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CONFIRMED", "CLOSED"},
            mode = EnumSource.Mode.EXCLUDE)
    void anUnknownOutcomeSendsTheSameCommandAgain(Step step) {
        var play = Play.from(step).answered(DOWN, BROKEN, DOWN);

        assertEquals(step, play.saga.step());
        assertEquals(OrderSaga.command(step), OrderSaga.command(play.last.to()));
        assertEquals(1, play.saga.failures());
    }

    @ParameterizedTest
    @CsvSource({
        "RESERVE, RELEASE, 1",
        "AUTHORIZE, VOID, 2",
        "COMMIT, VOID, 2",
        "CAPTURE, VOID, 2",
        "CONFIRMED, VOID, 2",
        "VOID, VOID, 2",
        "RELEASE, RELEASE, 1"
    })
    void aCancelUnwindsFromWhereTheSagaWas(Step at, Step first, int commands) {
        var play = Play.from(at).cancelled();

        assertEquals(first, play.saga.step());
        assertEquals(2, play.saga.epoch());
        play.shows(OrderStatus.CANCELLED).because("cancelled-by-customer");
        for (var i = 0; i < commands; i++) play.answered(DONE);
        play.shows(OrderStatus.CANCELLED);
        assertEquals(CLOSED, play.saga.step());
        assertEquals(Optional.of("Stock and money are back where they were"), play.last.detail());
        assertEquals(Optional.empty(), play.last.order());
    }

    @Test
    void stockIsNeverReleasedWhileACaptureMayLand() {
        Play.from(CAPTURE)
                .cancelled()
                .answered(PENDING, DOWN, PENDING)
                .wentThrough(CAPTURE, VOID)
                .answered(DONE)
                .wentThrough(CAPTURE, VOID, RELEASE);
    }

    @Test
    void anOrderThatIsShippedIsNotUnwound() {
        var saga = sagaAt(CONFIRMED);
        var shipped = new Saga(
                saga.order().movedByStaff(OrderStatus.SHIPPED),
                1,
                CONFIRMED,
                0,
                false,
                Optional.empty(),
                false,
                Duration.ZERO,
                false);

        assertThrows(Problem.class, () -> OrderSaga.cancel(shipped, CHANGED_MIND));
    }

    @ParameterizedTest
    @CsvSource({"RESERVE, RELEASE", "AUTHORIZE, VOID", "COMMIT, VOID"})
    void anOrderPastItsDeadlineIsUnwound(Step at, Step first) {
        var move = OrderSaga.insteadOfSending(overdue(sagaAt(at))).orElseThrow();

        assertEquals(first, move.to());
        assertEquals(Optional.of(Reason.EXPIRED), move.verdict());
        var play = new Play(move.saga().after(move));
        while (play.saga.step() != CLOSED) play.answered(DONE);
        play.shows(OrderStatus.REJECTED).because("expired");
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"CAPTURE", "VOID", "RELEASE"})
    void fromCaptureOnNoDeadlineCounts(Step step) {
        assertEquals(Optional.empty(), OrderSaga.insteadOfSending(overdue(sagaAt(step))));
    }

    @Test
    void anOrderInTimeIsSent() {
        assertEquals(Optional.empty(), OrderSaga.insteadOfSending(sagaAt(RESERVE)));
    }

    @Test
    void eightFailuresCallAPerson() {
        var play = Play.from(RESERVE);
        for (var i = 0; i < 7; i++) play.answered(BROKEN);
        assertEquals(Saga.State.RUNNING, play.last.state());

        play.answered(BROKEN).shows(OrderStatus.RESERVED).because("under-review");

        assertEquals(Saga.State.REVIEW, play.last.state());
        assertEquals(8, play.last.failures());
    }

    @ParameterizedTest
    @CsvSource({"RESERVE, AUTHORIZE", "AUTHORIZE, COMMIT", "COMMIT, CAPTURE", "CAPTURE, CONFIRMED", "RELEASE, CLOSED"})
    void aRetriedOrderGoesOnFromItsStepAndShowsNoReviewAnyMore(Step at, Step next) {
        var play = Play.from(at).parked().because("under-review");

        play.retried().shows(OrderStatus.RESERVED);

        assertEquals(at, play.saga.step());
        assertEquals(2, play.saga.epoch());
        assertEquals(0, play.saga.failures());
        assertEquals(at.state(), play.last.state());
        assertTrue(play.last.goesOn());
        assertEquals(Optional.empty(), play.saga.order().reason());
        play.answered(DONE);
        assertEquals(next, play.saga.step());
    }

    @Test
    void aRetriedOrderIsParkedAgainOnlyAfterAsManyFailures() {
        var play = Play.from(COMMIT).parked().retried();
        for (var i = 0; i < 7; i++) play.answered(BROKEN);
        assertEquals(Saga.State.RUNNING, play.last.state());

        play.answered(BROKEN).because("under-review");

        assertTrue(play.saga.parked());
    }

    @Test
    void aRetryPastTheDeadlineIsSentOnce() {
        var saga = overdue(Play.from(AUTHORIZE).parked().saga);

        var retried = OrderSaga.retry(saga);

        assertEquals(Optional.empty(), OrderSaga.insteadOfSending(retried.saga().after(retried)));
    }

    @Test
    void onlyWhatWaitsForAPersonIsRetried() {
        var refusal = assertThrows(Problem.class, () -> OrderSaga.retry(sagaAt(CAPTURE)));

        assertEquals("order-not-under-review", refusal.code());
    }

    @Test
    void aParkedOrderCanBeCancelled() {
        Play.from(COMMIT)
                .parked()
                .cancelled()
                .shows(OrderStatus.CANCELLED)
                .because("cancelled-by-customer")
                .answered(DONE, DONE)
                .wentThrough(COMMIT, VOID, RELEASE, CLOSED);
    }

    @Test
    void aCancelledOrderThatWaitsForAPersonStaysCancelledWhenItGoesOn() {
        var play = Play.from(CAPTURE).cancelled().parked().retried();

        play.shows(OrderStatus.CANCELLED).because("cancelled-by-customer").answered(DONE, DONE);

        assertEquals(CLOSED, play.saga.step());
        play.shows(OrderStatus.CANCELLED);
    }

    @Test
    void newsThatWakesAParkedOrderEndsItsReview() {
        var play = Play.from(AUTHORIZE).parked().answered(DONE);

        assertEquals(COMMIT, play.saga.step());
        assertEquals(Optional.empty(), play.saga.order().reason());
    }

    @Test
    void failuresRestLongerAndLonger() {
        var play = Play.from(CAPTURE);
        var pauses = new ArrayList<Duration>();
        for (var i = 0; i < 7; i++)
            pauses.add(play.answered(BROKEN).last.pause().orElseThrow());

        assertEquals(Duration.ofMillis(100), pauses.get(0));
        assertEquals(Duration.ofMillis(6_400), pauses.get(6));
    }

    @Test
    void anAbsentPeerIsNobodysFault() {
        var play = Play.from(RESERVE);
        for (var i = 0; i < 100; i++) play.answered(DOWN);

        assertEquals(Saga.State.RUNNING, play.last.state());
        assertEquals(0, play.saga.failures());
    }

    @Test
    void aCompensationThatIsRefusedIsTriedAgain() {
        var play = Play.from(VOID).answered(refused("no"));

        assertEquals(VOID, play.saga.step());
        assertEquals(1, play.saga.failures());
    }

    @Test
    void theLongerItWaitsTheLongerItRests() {
        var soon = OrderSaga.next(waiting(sagaAt(VOID), Duration.ofMillis(100)), PENDING);
        var later = OrderSaga.next(waiting(sagaAt(VOID), Duration.ofSeconds(20)), PENDING);
        var late = OrderSaga.next(waiting(sagaAt(VOID), Duration.ofMinutes(10)), PENDING);
        var down = OrderSaga.next(waiting(sagaAt(VOID), Duration.ofMinutes(10)), DOWN);

        assertEquals(Optional.of(Duration.ofMillis(500)), soon.pause());
        assertEquals(Optional.of(Duration.ofSeconds(10)), later.pause());
        assertEquals(Optional.of(Duration.ofSeconds(30)), late.pause());
        assertEquals(Optional.of(Duration.ofSeconds(5)), down.pause());
    }

    @Test
    void anAnswerThatDoesNotComeForAnHourCallsAPerson() {
        var move = OrderSaga.next(waiting(sagaAt(CAPTURE), Duration.ofHours(1)), PENDING);

        assertEquals(Saga.State.REVIEW, move.state());
        assertEquals(
                Optional.of(Reason.UNDER_REVIEW), move.order().orElseThrow().reason());
    }

    @Test
    void newsOfThePaymentIsPassedOn() {
        var payment = new Payment(Ids.next(), PaymentStatus.AUTHORIZED);

        assertEquals(
                Optional.of(payment),
                OrderSaga.next(sagaAt(AUTHORIZE), DONE.with(payment)).payment());
    }

    @Test
    void whateverIsAnsweredAndWheneverItIsCancelledEverySagaEndsWhole() {
        Samples.forAll(500, draw -> {
            var play = Play.from(RESERVE);
            var cancelAt = draw.between(0, 8);
            for (var i = 0; play.last == null || play.last.state() != Saga.State.DONE; i++) {
                if (i == cancelAt && !play.saga.order().status().terminal()) play.cancelled();
                var answer = draw.size() < 10 ? DONE : draw.oneOf(DONE, DONE, PENDING, DOWN, refused("no"));
                if (play.saga.failures() == 7 && answer.kind() == Outcome.Kind.REFUSED) answer = DONE;
                play.answered(answer);
            }
            var expected = play.saga.step() == CONFIRMED
                    ? OrderStatus.CONFIRMED
                    : play.saga.cancelled() ? OrderStatus.CANCELLED : OrderStatus.REJECTED;
            play.shows(expected);
            assertTrue(!play.steps.contains(CAPTURE) || play.steps.contains(COMMIT));
        });
    }
}
