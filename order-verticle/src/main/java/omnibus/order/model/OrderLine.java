package omnibus.order.model;

import java.util.Collection;
import omnibus.platform.Money;
import omnibus.platform.Problem;

/** One article of an order at the price it had when the order was placed. A SKU occurs in one line only. */
public record OrderLine(String sku, String productId, String name, int quantity, Money unitPrice) {
    public static final int MAX_QUANTITY = 99;

    public Money lineTotal() {
        return unitPrice.times(quantity);
    }

    /**
     * The sum of all lines, exact. Throws {@link Problem} 400 {@code mixed-currencies}, or {@code amount-too-large} for
     * what no ledger could book.
     */
    public static Money totalOf(Collection<OrderLine> lines) {
        var currencies = lines.stream()
                .map(line -> line.unitPrice().currency())
                .distinct()
                .toList();
        if (currencies.size() > 1) {
            throw Problem.invalid(
                    "mixed-currencies",
                    "An order has one currency; these lines speak " + String.join(" and ", currencies) + ".");
        }
        try {
            return lines.stream().map(OrderLine::lineTotal).reduce(Money.zero(currencies.get(0)), Money::plus);
        } catch (ArithmeticException overflow) {
            throw Problem.invalid("amount-too-large", "The total of this order is larger than any payment can be.");
        }
    }
}
