package omnibus.order.model;

import java.util.Optional;

/**
 * What a participant said about one order of a batch, or what the attempt to ask came to.
 *
 * @param detail why, for people: of a refusal (in the customer's words), a failure or an outage
 * @param payment what the answer told about the payment, if anything
 */
public record Outcome(Kind kind, String detail, Optional<Payment> payment) {
    /** The five ways a command can end. */
    public enum Kind {
        /** It is so, now or since an earlier try. */
        DONE,
        /** It will not be, for certain. */
        REFUSED,
        /** Accepted; the participant's log will tell how it ended. */
        PENDING,
        /** Something is wrong with this order or with somebody's code. Counted. */
        FAILED,
        /** Nobody was there to ask, or no answer came; that is not the order's fault. */
        UNAVAILABLE
    }

    public static Outcome done() {
        return new Outcome(Kind.DONE, "", Optional.empty());
    }

    public static Outcome refused(String detail) {
        return new Outcome(Kind.REFUSED, detail, Optional.empty());
    }

    public static Outcome pending() {
        return new Outcome(Kind.PENDING, "", Optional.empty());
    }

    /** Accepted, but only a person can bring it to an end. */
    public static Outcome stuck(String why) {
        return new Outcome(Kind.PENDING, why, Optional.empty());
    }

    public static Outcome failed(String error) {
        return new Outcome(Kind.FAILED, error, Optional.empty());
    }

    public static Outcome unavailable(String error) {
        return new Outcome(Kind.UNAVAILABLE, error, Optional.empty());
    }

    public Outcome with(Payment news) {
        return new Outcome(kind, detail, Optional.of(news));
    }
}
