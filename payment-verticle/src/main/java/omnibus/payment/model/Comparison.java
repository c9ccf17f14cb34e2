package omnibus.payment.model;

import static omnibus.payment.model.Finding.AGREED;
import static omnibus.payment.model.Finding.LATER;
import static omnibus.payment.model.Finding.mismatch;
import static omnibus.payment.model.Finding.repairable;

import java.util.Optional;
import omnibus.payment.model.Finding.Kind;
import omnibus.payment.model.Finding.Mismatch;
import omnibus.payment.model.Finding.Repair;

/**
 * The provider's word, our books and the order's saga held against each other. Two differences have a safe end and are
 * brought to it: money held for an order that is undone, and money taken for an order that does not know. In all others
 * either side may be wrong, and a machine that guesses would move money twice.
 */
public final class Comparison {
    private Comparison() {}

    public static Finding of(Listed listed, Optional<Books> found, SagaStanding saga) {
        if (found.isEmpty()) {
            return listed.hasMoney()
                    ? mismatch(Kind.UNKNOWN_PAYMENT, listed.amounts() + " for nothing we know")
                    : AGREED;
        }
        var books = found.get();
        var payment = books.payment();
        if (!books.atRest()) return LATER;
        var finding = payment.providerRef() != null && !payment.providerRef().equals(listed.ref())
                ? ofSecond(listed, payment)
                : ofOwn(listed, books, saga);
        return payment.review() == null || finding instanceof Mismatch
                ? finding
                : mismatch(Kind.UNDER_REVIEW, payment.review());
    }

    /** Of a payment the provider says it does not have. */
    public static Finding ofMissing(Books books) {
        if (!books.atRest()) return LATER;
        var payment = books.payment();
        var money =
                books.captured() > 0 || payment.funds().captured() > 0 || payment.status() == PaymentStatus.AUTHORIZED;
        return money
                ? mismatch(
                        Kind.MISSING_AT_PROVIDER,
                        payment.status() + " with " + books.captured() + " booked, and unknown there")
                : AGREED;
    }

    private static Finding ofSecond(Listed listed, Payment payment) {
        var returned = listed.isTaken() && listed.refunded() >= listed.intent().received();
        return listed.hasMoney() && !returned
                ? mismatch(Kind.SECOND_PAYMENT, listed.amounts() + " beside " + payment.providerRef())
                : AGREED;
    }

    private static Finding ofOwn(Listed listed, Books books, SagaStanding saga) {
        var payment = books.payment();
        if (!listed.hasMoney()) {
            return books.captured() > 0
                            || payment.wasCaptured() && payment.funds().captured() > 0
                    ? mismatch(Kind.LEDGER_DIFFERS, "booked " + books.captured() + ", the provider has taken nothing")
                    : AGREED;
        }
        if (saga == SagaStanding.NONE) return mismatch(Kind.UNKNOWN_ORDER, listed.amounts() + " for an unknown order");
        if (!payment.isOver() && !isAsAsked(listed, payment)) {
            return mismatch(
                    Kind.WRONG_AMOUNT,
                    listed.amounts() + ", asked for " + payment.funds().amount() + " "
                            + payment.funds().currency());
        }
        if (listed.isHeld()) return ofHeld(payment, saga, books);
        return payment.wasCaptured() ? ofBooked(listed, books, saga) : ofUnbooked(listed, payment, saga);
    }

    private static boolean isAsAsked(Listed listed, Payment payment) {
        var intent = listed.intent();
        return intent.amount() == payment.funds().amount()
                && intent.currency().equals(payment.funds().currency())
                && (!listed.isTaken() || intent.received() == intent.amount());
    }

    private static Finding ofHeld(Payment payment, SagaStanding saga, Books books) {
        if (payment.wasCaptured()) {
            return mismatch(Kind.LEDGER_DIFFERS, "booked " + books.captured() + ", the provider only holds it");
        }
        if (saga == SagaStanding.CONFIRMED) return mismatch(Kind.HOLD_LEFT, "the order is confirmed and not paid");
        if (saga == SagaStanding.OPEN) return AGREED;
        return payment.status() == PaymentStatus.VOIDED && payment.providerRef() != null
                ? mismatch(Kind.HOLD_LEFT, "released according to our books")
                : repairable(Repair.RELEASE);
    }

    private static Finding ofUnbooked(Listed listed, Payment payment, SagaStanding saga) {
        return switch (saga) {
            // The saga is going to be refused; once it is undone, the money goes back.
            case OPEN -> payment.isOver() ? LATER : repairable(Repair.RECORD);
            case UNWINDING -> repairable(Repair.RECORD);
            case CLOSED ->
                payment.isOver()
                        ? repairable(Repair.RECORD)
                        : mismatch(Kind.CHARGE_LEFT, listed.amounts() + " and not booked; the order is undone");
            default -> mismatch(Kind.LEDGER_DIFFERS, listed.amounts() + " and not booked; the order is confirmed");
        };
    }

    private static Finding ofBooked(Listed listed, Books books, SagaStanding saga) {
        var funds = books.payment().funds();
        var received = listed.intent().received();
        if (listed.refunded() > funds.refunded() + funds.refunding()) {
            return mismatch(Kind.UNKNOWN_REFUND, "given back " + listed.refunded() + ", known are " + funds.refunded());
        }
        if (received != books.captured()
                || received != funds.captured()
                || listed.refunded() < funds.refunded()
                || books.refunded() != funds.refunded()) {
            return mismatch(
                    Kind.LEDGER_DIFFERS,
                    "booked " + books.captured() + " taken and " + books.refunded() + " given back; the provider says "
                            + received + " and " + listed.refunded());
        }
        if (saga == SagaStanding.CONFIRMED || funds.refundable() == 0) return AGREED;
        return saga == SagaStanding.CLOSED
                ? mismatch(Kind.CHARGE_LEFT, "taken " + received + " and kept; the order is undone")
                : repairable(Repair.WAKE);
    }
}
