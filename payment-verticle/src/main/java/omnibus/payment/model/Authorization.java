package omnibus.payment.model;

import java.util.UUID;
import omnibus.platform.Money;

/**
 * What the order saga wants held on a card.
 *
 * @param epoch of the saga's claim; a higher one has seen everything a lower one did
 * @param paymentMethod the provider's token of the card
 */
public record Authorization(UUID orderId, long epoch, UUID userId, Money amount, String paymentMethod) {}
