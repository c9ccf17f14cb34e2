package omnibus.chaos.check;

import java.util.List;
import omnibus.chaos.facts.StockFacts.Movement;

/** I4. At no moment are more units promised than there are, nor more sold than ever came in. */
final class NothingOversold implements Invariant {
    @Override
    public String id() {
        return "I4";
    }

    @Override
    public String promise() {
        return "nothing is oversold, at any moment";
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        var facts = subjects.facts().stock();
        for (var stock : facts.stock()) judge(stock.sku(), stock.onHand(), stock.reserved(), findings);
        // The ledger remembers every moment that there was.
        for (var movement : facts.movements()) {
            judge(movement.sku(), movement.onHand(), movement.reserved(), findings);
        }
        Subjects.grouped(facts.movements(), Movement::sku).forEach((sku, ledger) -> {
            var sold = -sum(ledger, true);
            var came = sum(ledger, false);
            if (sold > came) findings.violated(sku, "at most " + came + " sold, which is what came in", sold + " sold");
        });
    }

    private static void judge(String sku, int onHand, int reserved, Findings findings) {
        findings.checked();
        if (reserved < 0 || reserved > onHand) {
            findings.violated(sku, "0 <= reserved <= on hand", reserved + " reserved of " + onHand);
        }
    }

    private static long sum(List<Movement> ledger, boolean byOrders) {
        return ledger.stream()
                .filter(movement -> byOrders == (movement.orderId() != null))
                .mapToLong(Movement::onHandDelta)
                .sum();
    }
}
