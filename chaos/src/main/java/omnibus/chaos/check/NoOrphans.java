package omnibus.chaos.check;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import omnibus.chaos.facts.OrderFacts.Line;
import omnibus.chaos.facts.OrderFacts.Order;
import omnibus.chaos.facts.PaymentFacts.Payment;

/** I8. Each order has the stock and the payment that its status promises, and neither is there without an order. */
final class NoOrphans implements Invariant {
    private static final Set<String> UNPAID = Set.of("DECLINED", "VOIDED", "REFUNDED");

    @Override
    public String id() {
        return "I8";
    }

    @Override
    public String promise() {
        return "each order has its stock and payment, and no one else";
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        for (var order : subjects.facts().orders().orders()) {
            findings.checked();
            if (subjects.saga(order.id()).isEmpty()) findings.violated(order.id(), "a saga", "none");
            if (order.lines().isEmpty()) findings.violated(order.id(), "lines", "none");
            if (order.completed()) judgeCompleted(order, subjects, findings);
            else if (order.rejected() || (order.cancelled() && subjects.ended(order.id()))) {
                judgeUndone(order, subjects, findings);
            }
            judgeSaga(order, subjects, findings);
        }
        judgeOrphans(subjects, findings);
    }

    private static void judgeCompleted(Order order, Subjects subjects, Findings findings) {
        var reservation = subjects.reservation(order.id());
        var wanted = order.status().equals("RETURNED") ? Set.of("COMMITTED", "RESTOCKED") : Set.of("COMMITTED");
        if (reservation.isEmpty() || !wanted.contains(reservation.get().state())) {
            findings.violated(
                    order.id(),
                    order.status() + " with a COMMITTED reservation",
                    reservation.map(it -> it.state() + " reservation").orElse("no reservation"));
        } else {
            findings.same(
                    order.id(),
                    "reserved units",
                    units(order),
                    reservation.get().lines());
        }
        var payment = subjects.payment(order.id());
        if (payment.map(it -> it.wasCaptured() || it.inReview()).orElse(false)) return;
        findings.violated(
                order.id(),
                order.status() + " with a captured payment",
                payment.map(it -> it.status() + " payment").orElse("no payment"));
    }

    private static Map<String, Integer> units(Order order) {
        return order.lines().stream().collect(Collectors.toMap(Line::sku, Line::quantity, Integer::sum));
    }

    private static void judgeUndone(Order order, Subjects subjects, Findings findings) {
        subjects.reservation(order.id())
                .filter(it -> it.holds())
                .ifPresent(it -> findings.violated(
                        order.id(), order.status() + " without stock", it.state() + " reservation of " + it.lines()));
        subjects.payment(order.id())
                .filter(it -> !UNPAID.contains(it.status()) && !it.inReview())
                .ifPresent(it -> findings.violated(
                        order.id(), order.status() + " without a payment in force", it.status() + " payment"));
    }

    /** What its owner is shown is what became of the saga. */
    private static void judgeSaga(Order order, Subjects subjects, Findings findings) {
        subjects.saga(order.id()).ifPresent(saga -> {
            var undone = order.rejected() || order.cancelled();
            if (saga.done() && saga.step().equals("CONFIRMED") && !order.completed()) {
                findings.violated(order.id(), "a completed order, as its saga says", order.status());
            }
            if (saga.done() && saga.step().equals("CLOSED") && !undone) {
                findings.violated(order.id(), "an order REJECTED or CANCELLED, as its saga says", order.status());
            }
        });
    }

    private static void judgeOrphans(Subjects subjects, Findings findings) {
        var facts = subjects.facts();
        facts.orders().sagas().forEach(it -> belongs(it.orderId(), "saga", subjects, findings));
        facts.orders().keys().forEach(it -> belongs(it.orderId(), "key " + it.key(), subjects, findings));
        facts.stock()
                .reservations()
                .forEach(it -> belongs(it.orderId(), it.state() + " reservation", subjects, findings));
        facts.payments().payments().forEach(it -> belongs(it.orderId(), it.status() + " payment", subjects, findings));
        for (var intent : facts.provider().intents()) {
            if (intent.orderId() == null) findings.violated(intent.id(), "an order's payment", "one of no order");
            else belongs(intent.orderId(), "payment " + intent.id() + " at the provider", subjects, findings);
        }
        var payments = facts.payments().payments().stream().map(Payment::id).collect(Collectors.toSet());
        for (var refund : facts.payments().refunds()) {
            findings.checked();
            if (!payments.contains(refund.paymentId())) {
                findings.violated(
                        refund.id(), "a refund of a payment", "payment " + refund.paymentId() + " is not there");
            }
        }
    }

    private static void belongs(UUID order, String what, Subjects subjects, Findings findings) {
        findings.checked();
        if (subjects.order(order).isEmpty()) findings.violated(order, "an order for its " + what, "no such order");
    }
}
