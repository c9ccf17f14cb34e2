package omnibus.payment.model;

import java.util.List;
import java.util.UUID;

/**
 * One movement of money, written once and never changed: debits positive, credits negative, the sum 0. What is only held
 * on a card has not moved, so an authorization is no journal.
 *
 * @param about what moved it, unique: a capture or a refund is booked once
 */
public record Journal(UUID id, UUID paymentId, String about, String currency, List<Posting> postings) {
    /** What the provider holds for the shop. */
    public static final String PROVIDER = "provider";
    /** What customers have paid. */
    public static final String SALES = "sales";
    /** What went back to customers. */
    public static final String REFUNDS = "refunds";

    /** @param amount minor units, debit positive */
    public record Posting(String account, long amount) {}

    public Journal {
        postings = List.copyOf(postings);
        if (postings.stream().mapToLong(Posting::amount).reduce(0, Math::addExact) != 0) {
            throw new IllegalArgumentException("the journal about " + about + " does not sum to 0");
        }
    }

    static Journal captured(UUID id, Payment payment, long amount) {
        return move(id, payment, "capture:" + payment.id(), PROVIDER, SALES, amount);
    }

    static Journal refunded(UUID id, Payment payment, UUID refundId, long amount) {
        return move(id, payment, "refund:" + refundId, REFUNDS, PROVIDER, amount);
    }

    private static Journal move(UUID id, Payment payment, String about, String debit, String credit, long amount) {
        var postings = List.of(new Posting(debit, amount), new Posting(credit, -amount));
        return new Journal(id, payment.id(), about, payment.funds().currency(), postings);
    }
}
