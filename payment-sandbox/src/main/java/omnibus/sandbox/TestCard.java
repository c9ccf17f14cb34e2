package omnibus.sandbox;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The payment methods this provider knows, and what becomes of a charge to each. */
enum TestCard {
    VISA("pm_card_visa"),
    MASTERCARD("pm_card_mastercard"),
    DECLINED("pm_card_chargeDeclined", "card_declined", "generic_decline", "Your card was declined."),
    INSUFFICIENT_FUNDS(
            "pm_card_chargeDeclinedInsufficientFunds",
            "card_declined",
            "insufficient_funds",
            "Your card has insufficient funds."),
    EXPIRED("pm_card_chargeDeclinedExpiredCard", "expired_card", null, "Your card has expired."),
    PROCESSING_ERROR(
            "pm_card_chargeDeclinedProcessingError",
            "processing_error",
            null,
            "An error occurred while processing your card. Try again in a little bit."),
    AUTHENTICATION_REQUIRED(
            "pm_card_authenticationRequired",
            "authentication_required",
            "authentication_required",
            "Your card was declined. This transaction requires authentication."),
    /** Approves, but answers late. */
    SLOW("pm_card_slow"),
    /** Approves, but the answer is lost: whoever asked learns of it only by asking again. */
    NO_ANSWER("pm_card_noAnswer");

    private static final Map<String, TestCard> BY_TOKEN =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(card -> card.token, Function.identity()));

    private final String token;
    private final String code;
    private final String declineCode;
    private final String message;

    TestCard(String token) {
        this(token, null, null, null);
    }

    TestCard(String token, String code, String declineCode, String message) {
        this.token = token;
        this.code = code;
        this.declineCode = declineCode;
        this.message = message;
    }

    /** Every token is known with and without {@code _visa}: {@code pm_card_visa_chargeDeclined} names the same card. */
    static Optional<TestCard> of(String token) {
        var card = BY_TOKEN.get(token);
        if (card == null && token.startsWith("pm_card_visa_")) {
            card = BY_TOKEN.get("pm_card_" + token.substring("pm_card_visa_".length()));
        }
        if (card == null && token.endsWith("_visa")) {
            card = BY_TOKEN.get(token.substring(0, token.length() - "_visa".length()));
        }
        return Optional.ofNullable(card);
    }

    boolean declines() {
        return code != null;
    }

    String code() {
        return code;
    }

    String declineCode() {
        return declineCode;
    }

    String message() {
        return message;
    }
}
