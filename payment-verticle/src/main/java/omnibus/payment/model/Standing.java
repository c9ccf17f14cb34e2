package omnibus.payment.model;

/**
 * How far a payment has come.
 *
 * @param providerRef     the provider's id, {@code null} until it has answered
 * @param open            the step under way at the provider, {@code null} when there is none
 * @param cancelRequested nothing may be taken any more, and what was taken goes back
 * @param reason          why it ended, or is ending, as it does; {@code null} while all is well
 * @param review          what a person has to look at; {@code null} when all is well
 */
public record Standing(
        PaymentStatus status, String providerRef, Step open, boolean cancelRequested, Reason reason, String review) {

    static Standing at(PaymentStatus status, Step open) {
        return new Standing(status, null, open, false, null, null);
    }

    Standing to(PaymentStatus next, Step step) {
        return new Standing(next, providerRef, step, cancelRequested, reason, review);
    }

    Standing known(String ref) {
        return new Standing(status, ref, open, cancelRequested, reason, review);
    }

    Standing cancelling() {
        return new Standing(status, providerRef, open, true, reason, review);
    }

    Standing because(Reason why) {
        return new Standing(status, providerRef, open, cancelRequested, why, review);
    }

    /** A person has looked. */
    Standing settled() {
        return new Standing(status, providerRef, open, cancelRequested, null, null);
    }

    Standing reviewed(String what) {
        return new Standing(status, providerRef, open, cancelRequested, Reason.UNDER_REVIEW, what);
    }
}
