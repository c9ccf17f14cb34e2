package omnibus.order.model;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import omnibus.platform.Money;

/** An order about to be placed: everything about it that will never change. */
public record Placement(
        UUID id,
        UUID userId,
        List<OrderLine> lines,
        Money total,
        ShippingAddress shippingAddress,
        String paymentMethod,
        Optional<CartVersion> cart) {}
