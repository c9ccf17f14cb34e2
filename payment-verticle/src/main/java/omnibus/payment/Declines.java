package omnibus.payment;

import java.util.Map;
import omnibus.payment.model.Reason;

/** The provider's decline codes as sentences a customer can act on. */
final class Declines {
    private static final String GENERIC = "The card was declined. Use another card, or ask your bank.";
    private static final Map<String, String> DETAILS = Map.ofEntries(
            Map.entry("insufficient_funds", "The card has not enough funds. Use another card."),
            Map.entry("withdrawal_count_limit_exceeded", "The card has reached its limit. Use another card."),
            Map.entry("card_velocity_exceeded", "The card has reached its limit. Use another card."),
            Map.entry("expired_card", "The card has expired. Use another card."),
            Map.entry("incorrect_cvc", "The card's security code is wrong. Check it, or use another card."),
            Map.entry("invalid_cvc", "The card's security code is wrong. Check it, or use another card."),
            Map.entry("incorrect_number", "The card number is wrong. Check it, or use another card."),
            Map.entry("card_not_supported", "The card does not support this kind of purchase. Use another card."),
            Map.entry("currency_not_supported", "The card does not support this currency. Use another card."),
            Map.entry(
                    "processing_error",
                    "The bank could not process the card just now. Try again in a while, or use another card."),
            Map.entry(
                    "issuer_not_available",
                    "The card's bank could not be reached. Try again in a while, or use another card."),
            Map.entry(
                    "authentication_required",
                    "The card's bank wants its holder to confirm the payment, which is not possible here."
                            + " Use another card."));

    private Declines() {}

    /**
     * The reason for a card error. Codes that hint at a suspicion (lost, stolen, fraudulent) are not told: the provider
     * asks for that.
     */
    static Reason reason(String code, String declineCode) {
        var detail = declineCode == null ? null : DETAILS.get(declineCode);
        if (detail == null && code != null) detail = DETAILS.get(code);
        return Reason.declined(detail == null ? GENERIC : detail);
    }

    static Reason unknownMethod() {
        return Reason.declined("The payment provider does not know this payment method. Use another card.");
    }

    static Reason impossible() {
        return Reason.declined("The payment provider cannot take this payment.");
    }
}
