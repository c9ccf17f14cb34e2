package omnibus.payment.model;

import java.util.UUID;

/**
 * What is known after the provider was asked. Answers speak of the provider's present state and not of the request, so
 * that it does not matter which request, repeat or event made us look.
 */
public sealed interface ProviderAnswer {
    enum IntentStatus {
        PROCESSING,
        AUTHORIZED,
        CAPTURED,
        CANCELLED,
        /** Not paid and waiting for a card or a customer that nobody will bring: for us, declined. */
        FAILED
    }

    /**
     * The payment as the provider has it.
     *
     * @param amount   minor units it was made for
     * @param received minor units that were taken
     * @param decline  why it failed, {@code null} unless it did
     */
    record Seen(String ref, IntentStatus status, long amount, String currency, long received, Reason decline)
            implements ProviderAnswer {}

    /** The payment and all that went back of it, in minor units, whoever sent it back. */
    record Looked(Seen intent, long refunded) implements ProviderAnswer {}

    record RefundSeen(String ref, Refund.Status status) implements ProviderAnswer {}

    /** Refused for certain; nothing was done. */
    record Refused(Reason reason) implements ProviderAnswer {}

    /** Asked long ago, and the provider knows nothing of it. */
    record NeverHappened() implements ProviderAnswer {}

    /** The provider contradicts our books: for a person. */
    record Contradiction(String detail) implements ProviderAnswer {}

    /**
     * No answer.
     *
     * @param sent false when the request certainly did not reach the provider
     */
    record Lost(boolean sent, String why) implements ProviderAnswer {}

    /** An answer and the call it answers. */
    record Answered(ProviderCall call, ProviderAnswer answer) {
        public UUID orderId() {
            return call.orderId();
        }
    }
}
