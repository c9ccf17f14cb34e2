package omnibus.order.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An order with all that a reader sees besides. {@code shippingAddress} is empty once it has been erased. */
public record OrderRecord(
        Order order,
        Optional<ShippingAddress> shippingAddress,
        Instant createdAt,
        Instant updatedAt,
        List<TimelineEntry> timeline) {}
