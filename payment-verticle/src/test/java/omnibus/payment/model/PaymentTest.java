package omnibus.payment.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import omnibus.payment.model.ProviderAnswer.IntentStatus;
import omnibus.payment.model.ProviderAnswer.RefundSeen;
import omnibus.payment.model.ProviderAnswer.Seen;
import omnibus.payment.model.Verdict.Outcome;
import omnibus.platform.Ids;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.testkit.Samples;
import org.junit.jupiter.api.Test;

class PaymentTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Authorization WANTED =
            new Authorization(Ids.next(), 3, Ids.next(), new Money(1999, "EUR"), "pm_card_visa");
    private static final Seen ANOTHER = new Seen("pi_2", IntentStatus.AUTHORIZED, 1999, "EUR", 0, null);

    private static Payment pending() {
        return Payment.begin(Ids.next(), WANTED, NOW).payment();
    }

    private static Payment authorized() {
        return pending().observe(seen(IntentStatus.AUTHORIZED, 0), NOW).payment();
    }

    private static Payment capturing() {
        return authorized().capture(NOW).payment();
    }

    private static Payment captured() {
        return capturing().observe(seen(IntentStatus.CAPTURED, 1999), NOW).payment();
    }

    private static Seen seen(IntentStatus status, long received) {
        var decline = status == IntentStatus.FAILED ? Reason.declined("No funds.") : null;
        return new Seen("pi_1", status, 1999, "EUR", received, decline);
    }

    @Test
    void theKeyOfAStepIsMadeOfTheOrderAndTheStep() {
        var call = Payment.begin(Ids.next(), WANTED, NOW).calls().get(0);
        assertEquals(WANTED.orderId() + ":auth", call.key());
        assertEquals(
                WANTED.orderId() + ":capture",
                authorized().capture(NOW).calls().get(0).key());
        assertEquals(
                WANTED.orderId() + ":void",
                authorized().cancel(NOW).calls().get(0).key());
        var refundId = Ids.next();
        var refund = captured().refund(refundId, 1L, "x", NOW).calls().get(0);
        assertEquals(WANTED.orderId() + ":refund:" + refundId, refund.key());
    }

    @Test
    void aCaptureIsBookedOnceHoweverOftenItIsSeen() {
        var move = capturing().observe(seen(IntentStatus.CAPTURED, 1999), NOW);
        assertEquals(1, move.journals().size());
        assertEquals(
                0,
                move.payment()
                        .observe(seen(IntentStatus.CAPTURED, 1999), NOW)
                        .journals()
                        .size());
    }

    @Test
    void anAuthorizationOfAnotherAmountIsForAPerson() {
        var odd = new Seen("pi_1", IntentStatus.AUTHORIZED, 2000, "EUR", 0, null);
        var payment = pending().observe(odd, NOW).payment();
        assertEquals(PaymentStatus.UNKNOWN, payment.status());
        assertNotNull(payment.review());
        assertEquals(
                "under-review", Verdict.ofAuthorize(payment, WANTED).reason().code());
        assertEquals(List.of(), payment.cancel(NOW).calls());
    }

    @Test
    void anotherCurrencyIsForAPerson() {
        var odd = new Seen("pi_1", IntentStatus.AUTHORIZED, 1999, "USD", 0, null);
        assertNotNull(pending().observe(odd, NOW).payment().review());
    }

    @Test
    void moreThanAuthorizedIsForAPersonAndNotBooked() {
        var move = capturing().observe(seen(IntentStatus.CAPTURED, 2000), NOW);
        assertNotNull(move.payment().review());
        assertEquals(List.of(), move.journals());
    }

    @Test
    void lessThanAuthorizedIsBookedAndForAPerson() {
        var move = capturing().observe(seen(IntentStatus.CAPTURED, 1500), NOW);
        assertNotNull(move.payment().review());
        assertEquals(1500, move.payment().funds().captured());
        assertEquals(1, move.journals().size());
    }

    @Test
    void aSecondPaymentAtTheProviderIsForAPerson() {
        assertNotNull(authorized().observe(ANOTHER, NOW).payment().review());
    }

    @Test
    void aPaymentThatWasTakenStandsAfterItsReviewWhereItsMoneySays() {
        for (var taken : List.of(captured(), returned(500), returned(1999))) {
            var doubted = taken.observe(ANOTHER, NOW).payment();
            assertEquals(PaymentStatus.UNKNOWN, doubted.status());
            var refusal = assertThrows(Problem.class, () -> doubted.refund(Ids.next(), 1L, "x", NOW));
            assertEquals("payment-under-review", refusal.code());

            var move = doubted.retry(Step.CAPTURE, NOW);

            assertEquals(taken.status(), move.payment().status());
            assertEquals(taken.funds(), move.payment().funds());
            assertNull(move.payment().review());
            assertEquals(List.of(), move.calls());
        }
    }

    @Test
    void ofAnOrderThatIsCancelledDuringTheReviewWhatIsLeftGoesBack() {
        var returned = List.of(captured(), returned(500), returned(1999)).stream()
                .map(taken -> taken.observe(ANOTHER, NOW).payment())
                .map(doubted -> doubted.cancel(NOW).payment().retry(Step.CAPTURE, NOW))
                .map(move ->
                        move.calls().stream().mapToLong(ProviderCall::amount).sum())
                .toList();

        assertEquals(List.of(1999L, 1499L, 0L), returned);
    }

    private static Payment returned(long part) {
        var move = captured().refund(Ids.next(), part, "x", NOW);
        return move.payment()
                .refundAnswered(move.calls().get(0), new RefundSeen("re_1", Refund.Status.SUCCEEDED), NOW)
                .payment();
    }

    @Test
    void ofAPartThatWasTakenOnlyTheCancelledOrdersIsRetried() {
        var partial =
                capturing().observe(seen(IntentStatus.CAPTURED, 1500), NOW).payment();
        var refusal = assertThrows(Problem.class, () -> partial.retry(Step.CAPTURE, NOW));
        assertEquals("payment-under-review", refusal.code());
        var move = partial.cancel(NOW).payment().retry(Step.CAPTURE, NOW);
        assertEquals(1500, move.calls().get(0).amount());
    }

    @Test
    void aRefusedCaptureReleasesItsHoldBeforeItIsRefused() {
        var move = capturing().refused(Reason.declined("Blocked."), NOW);
        assertEquals(Step.VOID, move.calls().get(0).step());
        assertEquals(Outcome.PENDING, Verdict.ofCapture(move.payment()).outcome());
        var ended = move.payment().observe(seen(IntentStatus.CANCELLED, 0), NOW).payment();
        assertEquals(PaymentStatus.VOIDED, ended.status());
        assertEquals("Blocked.", Verdict.ofCapture(ended).reason().detail());
    }

    @Test
    void aCancelWaitsForWhatIsUnderWay() {
        assertEquals(List.of(), pending().cancel(NOW).calls());
        assertEquals(List.of(), capturing().cancel(NOW).calls());
    }

    @Test
    void aCaptureThatLandsAfterACancelIsGivenBack() {
        var cancelling = capturing().cancel(NOW).payment();
        var move = cancelling.observe(seen(IntentStatus.CAPTURED, 1999), NOW);
        assertEquals(Step.REFUND, move.calls().get(0).step());
        assertEquals(1999, move.payment().funds().refunding());
    }

    @Test
    void anAuthorizeThatLandsAfterACancelIsReleased() {
        var cancelling = pending().cancel(NOW).payment();
        assertEquals(Outcome.REFUSED, Verdict.ofAuthorize(cancelling, WANTED).outcome());
        var move = cancelling.observe(seen(IntentStatus.AUTHORIZED, 0), NOW);
        assertEquals(Step.VOID, move.calls().get(0).step());
    }

    @Test
    void aHoldThatAppearsAfterItWasGivenUpIsReleased() {
        var givenUp = pending().neverHappened(NOW).payment();
        assertEquals(PaymentStatus.DECLINED, givenUp.status());
        var move = givenUp.observe(seen(IntentStatus.AUTHORIZED, 0), NOW);
        assertEquals(Step.VOID, move.calls().get(0).step());
    }

    @Test
    void aHoldThatAppearsAfterItWasDeclinedIsReleased() {
        var declined = pending().observe(seen(IntentStatus.FAILED, 0), NOW).payment();
        assertEquals(PaymentStatus.DECLINED, declined.status());
        var move = declined.observe(seen(IntentStatus.AUTHORIZED, 0), NOW);
        assertEquals(Step.VOID, move.calls().get(0).step());
    }

    @Test
    void moneyTakenAfterThePaymentWasOverGoesBack() {
        var voided = authorized()
                .cancel(NOW)
                .payment()
                .observe(seen(IntentStatus.CANCELLED, 0), NOW)
                .payment();
        var givenUp = pending().neverHappened(NOW).payment();
        var tombstone = Payment.tombstone(Ids.next(), WANTED.orderId(), 9, NOW);
        for (var over : List.of(voided, givenUp, tombstone)) {
            var move = over.observe(seen(IntentStatus.CAPTURED, 1999), NOW);
            assertEquals(1, move.journals().size());
            assertEquals(Step.REFUND, move.calls().get(0).step());
            assertEquals(1999, move.payment().funds().refunding());
            var returned = move.payment()
                    .refundAnswered(move.calls().get(0), new RefundSeen("re_1", Refund.Status.SUCCEEDED), NOW);
            assertEquals(PaymentStatus.REFUNDED, returned.payment().status());
        }
    }

    @Test
    void whatAPersonHasToLookAtIsNotEndedByLaterNews() {
        var partial =
                capturing().observe(seen(IntentStatus.CAPTURED, 1500), NOW).payment();
        assertEquals(
                PaymentStatus.UNKNOWN,
                partial.observe(seen(IntentStatus.CANCELLED, 0), NOW).payment().status());
        assertEquals(
                PaymentStatus.UNKNOWN,
                partial.refused(Reason.declined("No."), NOW).payment().status());
        assertEquals(
                Outcome.PENDING, Verdict.ofCancel(partial.cancel(NOW).payment()).outcome());
    }

    @Test
    void aLateReadingOfAVoidedHoldChangesNothing() {
        var voided = authorized()
                .cancel(NOW)
                .payment()
                .observe(seen(IntentStatus.CANCELLED, 0), NOW)
                .payment();
        var move = voided.observe(seen(IntentStatus.AUTHORIZED, 0), NOW);
        assertEquals(voided, move.payment());
        assertEquals(List.of(), move.calls());
    }

    @Test
    void anUnansweredStepIsUnknownUntilItIsAnswered() {
        var unknown = capturing().unanswered(Step.CAPTURE, NOW).payment();
        assertEquals(PaymentStatus.UNKNOWN, unknown.status());
        assertEquals(Outcome.PENDING, Verdict.ofCapture(unknown).outcome());
        assertEquals(Outcome.DONE, Verdict.ofAuthorize(unknown, WANTED).outcome());
        assertEquals(
                PaymentStatus.CAPTURED,
                unknown.observe(seen(IntentStatus.CAPTURED, 1999), NOW)
                        .payment()
                        .status());
    }

    @Test
    void anAnswerLostToAStepThatIsOverChangesNothing() {
        assertEquals(
                PaymentStatus.CAPTURED,
                captured().unanswered(Step.CAPTURE, NOW).payment().status());
    }

    @Test
    void whatIsProcessingStaysOpen() {
        var payment = pending().observe(seen(IntentStatus.PROCESSING, 0), NOW).payment();
        assertEquals(Step.AUTHORIZE, payment.open());
        assertEquals("pi_1", payment.providerRef());
    }

    @Test
    void aFailedRefundIsForAPersonAndItsMoneyIsNotOnItsWay() {
        var refundId = Ids.next();
        var move = captured().refund(refundId, 500L, "x", NOW);
        var failed =
                move.payment().refundAnswered(move.calls().get(0), new RefundSeen("re_1", Refund.Status.FAILED), NOW);
        assertEquals(0, failed.payment().funds().refunding());
        assertNotNull(failed.payment().review());
        assertEquals(Refund.Status.FAILED, failed.refunds().get(0).status());
        assertEquals(PaymentStatus.CAPTURED, failed.payment().status());
    }

    @Test
    void refundsOnTheirWayCountAgainstWhatIsLeft() {
        var payment = captured().refund(Ids.next(), 1500L, "x", NOW).payment();
        var refusal = assertThrows(Problem.class, () -> payment.refund(Ids.next(), 500L, "x", NOW));
        assertEquals("refund-exceeds-captured", refusal.code());
        assertEquals(
                499, payment.refund(Ids.next(), null, "x", NOW).calls().get(0).amount());
    }

    @Test
    void refundsMadeAtTheProviderAreTakenOverOnce() {
        var move = captured().adoptRefunds(700, NOW);
        assertEquals(700, move.payment().funds().refunded());
        assertEquals(1, move.journals().size());
        assertEquals(List.of(), move.payment().adoptRefunds(700, NOW).journals());
    }

    @Test
    void aTombstoneRefusesTheLateAuthorize() {
        var tombstone = Payment.tombstone(Ids.next(), WANTED.orderId(), 9, NOW);
        assertEquals(Outcome.REFUSED, Verdict.ofAuthorize(tombstone, WANTED).outcome());
        assertEquals(Outcome.DONE, Verdict.ofCancel(tombstone).outcome());
        assertNull(tombstone.userId());
    }

    @Test
    void aJournalMustSumToZero() {
        var postings = List.of(new Journal.Posting("sales", 5), new Journal.Posting("provider", -4));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Journal(UUID.randomUUID(), UUID.randomUUID(), "x", "EUR", postings));
    }

    @Test
    void impossibleFundsCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> new Funds(10, "EUR", 11, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Funds(10, "EUR", 5, 3, 3));
        assertThrows(IllegalArgumentException.class, () -> new Funds(10, "EUR", 5, -1, 0));
    }

    /** Whatever is seen, asked and lost in whatever order: nothing goes back that was not taken, and nothing twice. */
    @Test
    void inAnyOrderOfEventsTheMoneyAddsUp() {
        Samples.forAll(2_000, draw -> {
            var payment = pending();
            var booked = 0L;
            for (var i = 0; i < 3 + draw.size() / 50; i++) {
                var move = anything(payment, draw);
                payment = move.payment();
                booked += move.journals().stream()
                        .flatMap(journal -> journal.postings().stream())
                        .filter(posting -> posting.account().equals(Journal.PROVIDER))
                        .mapToLong(Journal.Posting::amount)
                        .sum();
                var funds = payment.funds();
                assertEquals(funds.captured() - funds.refunded(), booked);
                assertTrue(funds.refundable() >= 0);
            }
        });
    }

    private static Move anything(Payment payment, Samples.Draw draw) {
        switch (draw.between(0, 11)) {
            case 0:
                return payment.capture(NOW);
            case 1:
                return payment.cancel(NOW);
            case 2:
                return payment.observe(seen(IntentStatus.AUTHORIZED, 0), NOW);
            case 3:
                return payment.observe(seen(IntentStatus.CAPTURED, draw.oneOf(1999L, 1999L, 700L, 3000L)), NOW);
            case 4:
                return payment.observe(seen(draw.oneOf(IntentStatus.CANCELLED, IntentStatus.FAILED), 0), NOW);
            case 5:
                return payment.refused(Reason.declined("No."), NOW);
            case 6:
                return payment.unanswered(draw.oneOf(Step.values()), NOW);
            case 7:
                return payment.adoptRefunds(draw.between(0, 2_500), NOW);
            case 8:
                return payment.neverHappened(NOW);
            case 9:
                return payment.observe(ANOTHER, NOW);
            case 10:
                return retried(payment);
            default:
                return refundAndAnswer(payment, draw);
        }
    }

    private static Move retried(Payment payment) {
        try {
            return payment.retry(Step.CAPTURE, NOW);
        } catch (Problem onlyAPartWasTaken) {
            return payment.unchanged();
        }
    }

    private static Move refundAndAnswer(Payment payment, Samples.Draw draw) {
        if (!payment.wasCaptured()
                || payment.review() != null
                || payment.funds().refundable() == 0) {
            return payment.unchanged();
        }
        var move = payment.refund(
                Ids.next(), 1L + draw.between(0, (int) payment.funds().refundable() - 1), "x", NOW);
        var status = draw.oneOf(Refund.Status.SUCCEEDED, Refund.Status.FAILED);
        return move.then(move.payment().refundAnswered(move.calls().get(0), new RefundSeen("re", status), NOW));
    }
}
