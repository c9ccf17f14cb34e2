package omnibus.payment.model;

/**
 * A payment and what the ledger says of it.
 *
 * @param captured minor units booked as taken
 * @param refunded minor units booked as given back
 * @param atRest   nothing is being asked about it and it has not changed lately: what differs will not agree by itself
 */
public record Books(Payment payment, long captured, long refunded, boolean atRest) {}
