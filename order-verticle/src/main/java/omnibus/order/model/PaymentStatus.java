package omnibus.order.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * A payment as its order shows it. News about it comes twice (in a participant's answer and by payment's log) and in any
 * order, so the shown status only ever rises in the order of these constants: what is older news falls away. The database
 * type {@code payment_status} has the same order.
 */
public enum PaymentStatus {
    PENDING,
    UNKNOWN,
    AUTHORIZED,
    CAPTURED,
    PARTIALLY_REFUNDED,
    REFUNDED,
    DECLINED,
    VOIDED;

    /** The status a peer wrote; one that this version does not know is no news to it. */
    public static Optional<PaymentStatus> parse(String text) {
        return Arrays.stream(values())
                .filter(status -> status.name().equals(text))
                .findFirst();
    }
}
