package omnibus.payment.model;

import java.util.Locale;

/** The answer to a command of the order saga. A refusal is an answer: the saga compensates. */
public record Verdict(Outcome outcome, Reason reason) {
    public enum Outcome {
        DONE,
        REFUSED,
        /** Not known yet; the work goes on by itself and the log tells its end. */
        PENDING,
        /** The command comes from an instance that has lost the order to another; it has changed nothing. */
        STALE;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static final Verdict DONE = new Verdict(Outcome.DONE, null);
    public static final Verdict PENDING = new Verdict(Outcome.PENDING, null);
    public static final Verdict STALE = new Verdict(Outcome.STALE, null);
    private static final Verdict UNDER_REVIEW = new Verdict(Outcome.PENDING, Reason.UNDER_REVIEW);

    /** What an authorize command is answered now. */
    public static Verdict ofAuthorize(Payment payment, Authorization wanted) {
        if (payment.cancelRequested()) return refused(Reason.ORDER_CANCELLED);
        if (!payment.isFor(wanted)) return refused(Reason.ANOTHER_PAYMENT);
        if (payment.review() != null) return UNDER_REVIEW;
        if (payment.isOver()) return refused(payment.reason());
        return payment.status() == PaymentStatus.PENDING || payment.open() == Step.AUTHORIZE ? PENDING : DONE;
    }

    /** What a capture command is answered now. */
    public static Verdict ofCapture(Payment payment) {
        if (payment.review() != null) return UNDER_REVIEW;
        if (payment.wasCaptured()) return DONE;
        if (payment.isOver()) return refused(payment.reason());
        // With a reason the capture itself was refused, and its hold is being released first.
        return payment.cancelRequested() && payment.reason() == null ? refused(Reason.ORDER_CANCELLED) : PENDING;
    }

    /** What a cancel command is answered now. */
    public static Verdict ofCancel(Payment payment) {
        if (payment.isOver() || payment.status() == PaymentStatus.REFUNDED) return DONE;
        return payment.review() == null ? PENDING : UNDER_REVIEW;
    }

    public static Verdict refused(Reason reason) {
        return new Verdict(Outcome.REFUSED, reason);
    }
}
