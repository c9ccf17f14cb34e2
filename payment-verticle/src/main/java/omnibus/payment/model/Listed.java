package omnibus.payment.model;

import java.util.UUID;
import omnibus.payment.model.ProviderAnswer.IntentStatus;
import omnibus.payment.model.ProviderAnswer.Seen;

/**
 * A payment as the provider lists it.
 *
 * @param refunded minor units that went back
 * @param orderId  as we had it noted there, {@code null} if it is none of ours
 */
public record Listed(Seen intent, long refunded, UUID orderId) {
    public String ref() {
        return intent.ref();
    }

    boolean isHeld() {
        return intent.status() == IntentStatus.AUTHORIZED;
    }

    boolean isTaken() {
        return intent.status() == IntentStatus.CAPTURED;
    }

    /** Whether there is money of a customer in it; without any, nobody is harmed whatever else is wrong. */
    public boolean hasMoney() {
        return isHeld() || isTaken();
    }

    String amounts() {
        return (isTaken() ? "captured " + intent.received() + " of " : "authorized ") + intent.amount() + " "
                + intent.currency();
    }
}
