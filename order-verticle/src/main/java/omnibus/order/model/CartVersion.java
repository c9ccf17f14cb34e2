package omnibus.order.model;

/** The one state of one cart that an order was made of. It becomes at most one order. */
public record CartVersion(String cartId, long version) {}
