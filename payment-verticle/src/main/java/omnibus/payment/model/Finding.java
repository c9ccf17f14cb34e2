package omnibus.payment.model;

import java.util.Locale;

/** What a comparison of the provider's books with ours has come to. */
public sealed interface Finding {
    record Agreed() implements Finding {}

    /** Something is under way that will change the picture. */
    record Later() implements Finding {}

    /** A difference that has one safe end. */
    record Repairable(Repair repair) implements Finding {}

    /** A difference that only a person can judge. */
    record Mismatch(Kind kind, String detail) implements Finding {}

    enum Repair {
        /** What is held for an order that is undone goes back. */
        RELEASE,
        /** What was taken is booked, and goes back if the payment was given up. */
        RECORD,
        /** The order has not heard that its money is here. */
        WAKE
    }

    enum Kind {
        /** Money at the provider of a payment we do not know. */
        UNKNOWN_PAYMENT,
        /** Two payments of one order have money. */
        SECOND_PAYMENT,
        /** The order service does not know the order. */
        UNKNOWN_ORDER,
        /** Another amount or currency than was asked for. */
        WRONG_AMOUNT,
        /** What was taken or given back according to our ledger is not what the provider says. */
        LEDGER_DIFFERS,
        /** The provider has given back money we know nothing of. */
        UNKNOWN_REFUND,
        /** The provider does not know a payment that has money according to our books. */
        MISSING_AT_PROVIDER,
        /** Held at the provider though the order is confirmed or the hold was released. */
        HOLD_LEFT,
        /** Taken and not given back though the order is undone. */
        CHARGE_LEFT,
        /** Marked for a person earlier, for another reason. */
        UNDER_REVIEW;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    Finding AGREED = new Agreed();
    Finding LATER = new Later();

    static Finding repairable(Repair repair) {
        return new Repairable(repair);
    }

    static Finding mismatch(Kind kind, String detail) {
        return new Mismatch(kind, detail);
    }
}
