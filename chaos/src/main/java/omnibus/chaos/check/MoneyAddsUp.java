package omnibus.chaos.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.chaos.facts.OrderFacts.Line;
import omnibus.chaos.facts.OrderFacts.Order;
import omnibus.chaos.facts.PaymentFacts.Journal;
import omnibus.chaos.facts.PaymentFacts.Payment;
import omnibus.chaos.facts.PaymentFacts.Posting;
import omnibus.chaos.facts.PaymentFacts.Refund;
import omnibus.chaos.facts.ProviderFacts.Effect;

/** I1. The order, the payment, the ledger and the provider tell the same story of each order's money. */
final class MoneyAddsUp implements Invariant {
    /** What was taken and what went back, in minor units. */
    private record Moved(long captured, long refunded) {
        static final Moved NOTHING = new Moved(0, 0);

        Moved plus(Moved more) {
            return new Moved(captured + more.captured, refunded + more.refunded);
        }
    }

    @Override
    public String id() {
        return "I1";
    }

    @Override
    public String promise() {
        return "money: orders, payments, ledger and provider agree";
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        for (var order : subjects.facts().orders().orders()) judge(order, subjects, findings);
        var refunds = Subjects.grouped(subjects.facts().payments().refunds(), Refund::paymentId);
        var booked = booked(subjects, findings);
        for (var payment : subjects.facts().payments().payments()) {
            findings.checked();
            judge(payment, subjects, findings);
            var known = refunds.getOrDefault(payment.id(), List.of());
            findings.same(payment.orderId(), "refunded", sum(known, "SUCCEEDED"), payment.refunded());
            findings.same(payment.orderId(), "on its way back", sum(known, "PENDING"), payment.refunding());
            var ledger = booked.getOrDefault(payment.id(), Moved.NOTHING);
            findings.same(payment.orderId(), "in the ledger captured", payment.captured(), ledger.captured());
            findings.same(payment.orderId(), "in the ledger refunded", payment.refunded(), ledger.refunded());
        }
        compareWithProvider(subjects, findings);
    }

    private static void judge(Order order, Subjects subjects, Findings findings) {
        findings.checked();
        var lines = order.lines().stream().mapToLong(MoneyAddsUp::total).sum();
        findings.same(order.id(), "a total of", lines, order.total());
        if (!subjects.ended(order.id())) return;
        var payment = subjects.payment(order.id());
        if (order.completed()) {
            findings.same(
                    order.id(),
                    "captured",
                    order.total(),
                    payment.map(Payment::captured).orElse(0L));
        } else {
            findings.same(
                    order.id(),
                    "of an order " + order.status() + " kept",
                    0L,
                    payment.map(Payment::kept).orElse(0L));
        }
    }

    private static long total(Line line) {
        return Math.multiplyExact(line.unit(), line.quantity());
    }

    private static void judge(Payment payment, Subjects subjects, Findings findings) {
        if (payment.captured() > payment.amount()) {
            findings.violated(
                    payment.orderId(), "at most " + payment.amount() + " captured", Long.toString(payment.captured()));
        }
        if (payment.refunded() + payment.refunding() > payment.captured()) {
            findings.violated(
                    payment.orderId(),
                    "at most " + payment.captured() + " refunded",
                    payment.refunded() + " refunded, " + payment.refunding() + " on its way");
        }
        // Without a user it stands for an order that was cancelled before it was to be paid.
        if (payment.userId() == null || payment.inReview()) return;
        subjects.order(payment.orderId()).ifPresent(order -> {
            findings.same(order.id(), "to be paid", order.total(), payment.amount());
            findings.same(order.id(), "to be paid in", order.currency(), payment.currency());
        });
    }

    private static long sum(List<Refund> refunds, String status) {
        return refunds.stream()
                .filter(refund -> refund.status().equals(status))
                .mapToLong(Refund::amount)
                .sum();
    }

    /** What the ledger says of each payment. */
    private static Map<UUID, Moved> booked(Subjects subjects, Findings findings) {
        Map<UUID, Moved> booked = new HashMap<>();
        for (var journal : subjects.facts().payments().journals()) {
            findings.checked();
            var sum = journal.postings().stream().mapToLong(Posting::amount).sum();
            if (sum != 0 || journal.postings().isEmpty()) {
                findings.violated(
                        journal.about(),
                        "postings that sum to 0",
                        journal.postings().isEmpty() ? "no posting" : Long.toString(sum));
            }
            var moved = new Moved(-posted(journal, "sales"), posted(journal, "refunds"));
            booked.merge(journal.paymentId(), moved, Moved::plus);
        }
        return booked;
    }

    private static long posted(Journal journal, String account) {
        return journal.postings().stream()
                .filter(posting -> posting.account().equals(account))
                .mapToLong(Posting::amount)
                .sum();
    }

    private static void compareWithProvider(Subjects subjects, Findings findings) {
        Map<UUID, Moved> provider = new HashMap<>();
        for (var effect : subjects.facts().provider().effects()) {
            // One without an order is nobody's money: I8 tells.
            if (effect.orderId() != null) provider.merge(effect.orderId(), moved(effect), Moved::plus);
        }
        var concerned = new HashSet<>(provider.keySet());
        subjects.facts().payments().payments().forEach(payment -> concerned.add(payment.orderId()));
        for (var order : concerned) {
            if (subjects.inReview(order)) continue;
            var theirs = provider.getOrDefault(order, Moved.NOTHING);
            var payment = subjects.payment(order);
            findings.checked();
            findings.same(
                    order,
                    "at the provider captured",
                    payment.map(Payment::captured).orElse(0L),
                    theirs.captured());
            findings.same(
                    order,
                    "at the provider refunded",
                    payment.map(Payment::refunded).orElse(0L),
                    theirs.refunded());
        }
    }

    private static Moved moved(Effect effect) {
        return switch (effect.kind()) {
            case CAPTURED -> new Moved(effect.amount(), 0);
            case REFUNDED -> new Moved(0, effect.amount());
            default -> Moved.NOTHING;
        };
    }
}
