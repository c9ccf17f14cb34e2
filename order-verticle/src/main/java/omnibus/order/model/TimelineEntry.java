package omnibus.order.model;

import java.time.Instant;

/** One thing that happened to an order, in words for its owner. */
public record TimelineEntry(Instant at, OrderStatus status, String detail) {}
