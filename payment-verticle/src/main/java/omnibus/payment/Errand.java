package omnibus.payment;

import omnibus.payment.model.Payment;
import omnibus.payment.model.ProviderCall;

/** A call to be made, and the payment it is for as it was when the call was taken. */
record Errand(ProviderCall call, Payment payment, Age age) {
    /** The provider forgets an idempotency key after 24 h at the earliest; we trust one for an hour. */
    enum Age {
        /** May be sent again under its key. */
        FRESH,
        /** Is only asked about. */
        OLD,
        /** Old, and not sent for so long that no copy of the request can be on its way any more. */
        QUIET
    }

    static Errand fresh(ProviderCall call, Payment payment) {
        return new Errand(call, payment, Age.FRESH);
    }
}
