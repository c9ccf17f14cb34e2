package omnibus.payment.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Instant;
import java.util.Optional;
import omnibus.payment.model.Finding.Kind;
import omnibus.payment.model.Finding.Mismatch;
import omnibus.payment.model.Finding.Repair;
import omnibus.payment.model.Finding.Repairable;
import omnibus.payment.model.ProviderAnswer.IntentStatus;
import omnibus.payment.model.ProviderAnswer.RefundSeen;
import omnibus.payment.model.ProviderAnswer.Seen;
import omnibus.platform.Ids;
import omnibus.platform.Money;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Authorization WANTED =
            new Authorization(Ids.next(), 3, Ids.next(), new Money(1999, "EUR"), "pm_card_visa");

    private static Listed listed(IntentStatus status, long received, long refunded) {
        return new Listed(new Seen("pi_1", status, 1999, "EUR", received, null), refunded, WANTED.orderId());
    }

    private static Listed held() {
        return listed(IntentStatus.AUTHORIZED, 0, 0);
    }

    private static Listed taken() {
        return listed(IntentStatus.CAPTURED, 1999, 0);
    }

    private static Listed gone() {
        return listed(IntentStatus.CANCELLED, 0, 0);
    }

    private static Payment pending() {
        return Payment.begin(Ids.next(), WANTED, NOW).payment();
    }

    private static Payment authorized() {
        return pending().observe(held().intent(), NOW).payment();
    }

    private static Payment captured() {
        return authorized()
                .capture(NOW)
                .payment()
                .observe(taken().intent(), NOW)
                .payment();
    }

    private static Payment voided() {
        return authorized().cancel(NOW).payment().observe(gone().intent(), NOW).payment();
    }

    private static Payment declined() {
        return pending().refused(Reason.declined("No."), NOW).payment();
    }

    /** The books of a payment whose ledger says what it says. */
    private static Books books(Payment payment) {
        return new Books(payment, payment.funds().captured(), payment.funds().refunded(), true);
    }

    private static void agree(Listed listed, Books books, SagaStanding saga) {
        assertEquals(Finding.AGREED, Comparison.of(listed, Optional.of(books), saga));
    }

    private static void repaired(Repair repair, Listed listed, Payment payment, SagaStanding saga) {
        var finding = Comparison.of(listed, Optional.of(books(payment)), saga);
        assertEquals(repair, assertInstanceOf(Repairable.class, finding).repair());
    }

    private static void told(Kind kind, Listed listed, Books books, SagaStanding saga) {
        var finding = Comparison.of(listed, Optional.ofNullable(books), saga);
        assertEquals(kind, assertInstanceOf(Mismatch.class, finding).kind());
    }

    @Test
    void whatIsAsItShouldBeAgrees() {
        agree(held(), books(authorized()), SagaStanding.OPEN);
        agree(taken(), books(captured()), SagaStanding.CONFIRMED);
        agree(gone(), books(voided()), SagaStanding.CLOSED);
        agree(gone(), books(declined()), SagaStanding.CLOSED);
    }

    @Test
    void aHoldIsReleasedOnlyForAnOrderThatIsUndone() {
        repaired(Repair.RELEASE, held(), authorized(), SagaStanding.CLOSED);
        repaired(Repair.RELEASE, held(), authorized(), SagaStanding.UNWINDING);
        repaired(Repair.RELEASE, held(), declined(), SagaStanding.CLOSED);
        repaired(Repair.RELEASE, held(), Payment.tombstone(Ids.next(), WANTED.orderId(), 1, NOW), SagaStanding.CLOSED);
        told(Kind.HOLD_LEFT, held(), books(authorized()), SagaStanding.CONFIRMED);
        told(Kind.HOLD_LEFT, held(), books(voided()), SagaStanding.CLOSED);
    }

    @Test
    void aCaptureIsDrivenForwardOnlyWhileItsOrderIsNotComplete() {
        repaired(Repair.RECORD, taken(), authorized(), SagaStanding.OPEN);
        repaired(Repair.RECORD, taken(), authorized(), SagaStanding.UNWINDING);
        repaired(Repair.WAKE, taken(), captured(), SagaStanding.OPEN);
        repaired(Repair.WAKE, taken(), captured(), SagaStanding.UNWINDING);
        told(Kind.LEDGER_DIFFERS, taken(), books(authorized()), SagaStanding.CONFIRMED);
        told(Kind.CHARGE_LEFT, taken(), books(authorized()), SagaStanding.CLOSED);
        told(Kind.CHARGE_LEFT, taken(), books(captured()), SagaStanding.CLOSED);
    }

    @Test
    void aCaptureOfWhatWasGivenUpGoesBackOnceItsOrderIsUndone() {
        repaired(Repair.RECORD, taken(), voided(), SagaStanding.CLOSED);
        repaired(Repair.RECORD, taken(), declined(), SagaStanding.UNWINDING);
        assertEquals(Finding.LATER, Comparison.of(taken(), Optional.of(books(declined())), SagaStanding.OPEN));
        told(Kind.LEDGER_DIFFERS, taken(), books(declined()), SagaStanding.CONFIRMED);
    }

    @Test
    void amountsAreCompared() {
        var other = new Listed(new Seen("pi_1", IntentStatus.AUTHORIZED, 2000, "EUR", 0, null), 0, WANTED.orderId());
        told(Kind.WRONG_AMOUNT, other, books(authorized()), SagaStanding.CLOSED);
        var dollars = new Listed(new Seen("pi_1", IntentStatus.CAPTURED, 1999, "USD", 1999, null), 0, WANTED.orderId());
        told(Kind.WRONG_AMOUNT, dollars, books(captured()), SagaStanding.CONFIRMED);
        told(Kind.WRONG_AMOUNT, listed(IntentStatus.CAPTURED, 500, 0), books(authorized()), SagaStanding.OPEN);
    }

    @Test
    void theLedgerIsComparedWithBoth() {
        told(Kind.LEDGER_DIFFERS, taken(), new Books(captured(), 1998, 0, true), SagaStanding.CONFIRMED);
        told(Kind.LEDGER_DIFFERS, taken(), new Books(captured(), 1999, 1, true), SagaStanding.CONFIRMED);
        told(Kind.LEDGER_DIFFERS, gone(), books(captured()), SagaStanding.CONFIRMED);
        told(Kind.LEDGER_DIFFERS, held(), books(captured()), SagaStanding.CONFIRMED);
    }

    @Test
    void refundsAreCompared() {
        told(Kind.UNKNOWN_REFUND, listed(IntentStatus.CAPTURED, 1999, 1), books(captured()), SagaStanding.CONFIRMED);
        var move = captured().refund(Ids.next(), 500L, "x", NOW);
        var refunded = move.payment()
                .refundAnswered(move.calls().get(0), new RefundSeen("re", Refund.Status.SUCCEEDED), NOW)
                .payment();
        agree(listed(IntentStatus.CAPTURED, 1999, 500), books(refunded), SagaStanding.CONFIRMED);
        told(Kind.LEDGER_DIFFERS, listed(IntentStatus.CAPTURED, 1999, 499), books(refunded), SagaStanding.CONFIRMED);
    }

    @Test
    void moneyOfAnotherPaymentIsToldUntilItIsGone() {
        told(Kind.UNKNOWN_PAYMENT, held(), null, SagaStanding.NONE);
        assertEquals(Finding.AGREED, Comparison.of(gone(), Optional.empty(), SagaStanding.NONE));
        var second = new Listed(new Seen("pi_2", IntentStatus.CAPTURED, 1999, "EUR", 1999, null), 0, WANTED.orderId());
        told(Kind.SECOND_PAYMENT, second, books(captured()), SagaStanding.CONFIRMED);
        var returned = new Listed(second.intent(), 1999, WANTED.orderId());
        agree(returned, books(captured()), SagaStanding.CONFIRMED);
    }

    @Test
    void whatTheProviderLostIsToldIfThereWasMoneyInIt() {
        assertEquals(
                Kind.MISSING_AT_PROVIDER,
                assertInstanceOf(Mismatch.class, Comparison.ofMissing(books(captured())))
                        .kind());
        assertEquals(Finding.AGREED, Comparison.ofMissing(books(voided())));
        assertEquals(Finding.LATER, Comparison.ofMissing(new Books(captured(), 1999, 0, false)));
    }

    @Test
    void whatIsUnderWayIsNotJudged() {
        assertEquals(
                Finding.LATER,
                Comparison.of(
                        listed(IntentStatus.CAPTURED, 500, 0),
                        Optional.of(new Books(authorized(), 0, 0, false)),
                        SagaStanding.CLOSED));
    }

    @Test
    void whatIsUnderReviewIsNeverRepaired() {
        var odd = authorized().contradicted("something odd", NOW).payment();
        told(Kind.UNDER_REVIEW, held(), books(odd), SagaStanding.CLOSED);
    }

    @Test
    void anOrderNobodyKnowsIsTold() {
        told(Kind.UNKNOWN_ORDER, held(), books(authorized()), SagaStanding.NONE);
    }
}
