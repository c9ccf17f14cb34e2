package omnibus.chaos.facts;

import java.util.List;
import java.util.UUID;

/** What the payment provider knows, from its own log: all payments as they are, and everything that took effect. */
public record ProviderFacts(List<Intent> intents, List<Effect> effects) {

    /** @param orderId from its metadata, null where there is none */
    public record Intent(
            String id, UUID orderId, String status, long amount, long received, long refunded, String currency) {
        /** Money is held on the card. */
        public boolean live() {
            return status.equals("requires_capture");
        }
    }

    public enum Kind {
        AUTHORIZED,
        CAPTURED,
        VOIDED,
        REFUNDED,
        DECLINED
    }

    /** @param at as the log has it */
    public record Effect(String intent, UUID orderId, Kind kind, long amount, String at) {}
}
