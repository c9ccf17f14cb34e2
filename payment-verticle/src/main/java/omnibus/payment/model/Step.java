package omnibus.payment.model;

import java.util.UUID;

/** What can be asked of the provider. */
public enum Step {
    AUTHORIZE("auth"),
    CAPTURE("capture"),
    VOID("void"),
    REFUND("refund"),
    /** A read: what does the provider say about this payment now? */
    LOOK("look");

    private final String word;

    Step(String word) {
        this.word = word;
    }

    /**
     * The idempotency key at the provider, made of the order and the step and never of the attempt: however often and
     * from whichever instance a step is sent, it takes effect once.
     *
     * @param part tells the refunds of one order apart; {@code null} for the steps an order has once
     */
    public String key(UUID orderId, Object part) {
        return orderId + ":" + word + (part == null ? "" : ":" + part);
    }
}
