package omnibus.chaos.check;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import omnibus.chaos.facts.EventLog;
import omnibus.chaos.facts.EventLog.Event;
import omnibus.chaos.facts.OrderFacts.Order;
import omnibus.chaos.facts.PaymentFacts.Payment;
import omnibus.chaos.facts.StockFacts.Stock;

/**
 * I9. Each service's log tells everything that happened to what is its own, once and in order, and what others show of it
 * is what it is.
 */
final class EverybodyHasHeard implements Invariant {
    private static final Set<String> MONEY_BACK = Set.of("DECLINED", "VOIDED", "REFUNDED");

    @Override
    public String id() {
        return "I9";
    }

    @Override
    public String promise() {
        return "events tell all, and their followers have heard";
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        var facts = subjects.facts();
        judgePositions("order", facts.orders().log(), findings);
        judgePositions("inventory", facts.stock().log(), findings);
        judgePositions("payment", facts.payments().log(), findings);
        judgeOrders(subjects, findings);
        judgePayments(subjects, findings);
        judgeStock(facts.stock().stock(), facts.stock().log(), findings);
        judgeCursors(subjects, findings);
    }

    private static void judgePositions(String service, EventLog log, Findings findings) {
        var seen = new HashSet<Long>();
        for (var event : log.events()) {
            findings.checked();
            if (event.position() <= 0) {
                findings.violated(
                        event.aggregate(), "a position in the log of " + service, event.type() + " without one");
            } else if (!seen.add(event.position())) {
                findings.violated(
                        event.aggregate(),
                        "positions in the log of " + service + " used once",
                        event.position() + " used again");
            }
        }
        for (long position = 1; position <= log.head(); position++) {
            if (seen.contains(position)) continue;
            findings.violated("log of " + service, "an event at each position", "none at " + position);
            return;
        }
    }

    /** In the order in which followers see them. */
    private static List<Event> inOrder(List<Event> events) {
        return events.stream().sorted(Comparator.comparingLong(Event::position)).toList();
    }

    private static void judgeOrders(Subjects subjects, Findings findings) {
        var events = Subjects.grouped(subjects.facts().orders().log().events(), Event::aggregate);
        for (var order : subjects.facts().orders().orders()) {
            findings.checked();
            judge(order, inOrder(events.getOrDefault(order.id().toString(), List.of())), findings);
            events.remove(order.id().toString());
            judgeShownPayment(order, subjects, findings);
        }
        events.forEach((order, told) -> findings.violated(order, "events of orders", told.size() + " of no order"));
    }

    private static void judge(Order order, List<Event> told, Findings findings) {
        var placed = told.stream()
                .filter(event -> event.type().equals("OrderPlaced"))
                .toList();
        findings.same(order.id(), "OrderPlaced events", 1, placed.size());
        placed.forEach(event -> findings.same(
                order.id(),
                "OrderPlaced with a total of",
                order.total(),
                event.amounts().get("total")));
        judgeVersions(order.id().toString(), told, findings);
        var status = "PENDING";
        for (var event : told) {
            if (!event.type().equals("OrderStatusChanged")) continue;
            findings.same(order.id(), "told of a change from", status, event.previous());
            status = event.status();
        }
        findings.same(order.id(), "told at last", order.status(), status);
    }

    private static void judgeVersions(String subject, List<Event> told, Findings findings) {
        long version = 0;
        for (var event : told) {
            if (event.version() <= version) {
                findings.violated(subject, "versions that rise in the log", event.version() + " after " + version);
            }
            version = event.version();
        }
    }

    private static void judgeShownPayment(Order order, Subjects subjects, Findings findings) {
        subjects.payment(order.id())
                // Nobody waits for news of a payment that was cancelled before it began, or that waits for a person.
                .filter(payment -> payment.userId() != null && !subjects.inReview(order.id()))
                .ifPresent(payment -> {
                    findings.same(order.id(), "shown with payment", payment.id(), order.paymentId());
                    findings.same(order.id(), "shown as refunded", payment.refunded(), order.refunded());
                    // What is shown never goes back, so a charge that came after a void and was refunded stays VOIDED.
                    var alike = order.paymentStatus() != null
                            && MONEY_BACK.contains(payment.status())
                            && MONEY_BACK.contains(order.paymentStatus());
                    if (!alike) findings.same(order.id(), "shown as", payment.status(), order.paymentStatus());
                });
    }

    private static void judgePayments(Subjects subjects, Findings findings) {
        var events = Subjects.grouped(subjects.facts().payments().log().events(), Event::aggregate);
        for (var payment : subjects.facts().payments().payments()) {
            findings.checked();
            var told = inOrder(events.getOrDefault(payment.id().toString(), List.of()));
            judgeVersions(payment.orderId().toString(), told, findings);
            if (payment.userId() != null) judge(payment, told, findings);
        }
    }

    private static void judge(Payment payment, List<Event> told, Findings findings) {
        if (told.isEmpty()) {
            findings.same(payment.orderId(), "told nothing of a payment", "PENDING", payment.status());
            return;
        }
        var last = told.get(told.size() - 1);
        findings.same(payment.orderId(), "told at last of a payment", payment.status(), last.status());
        findings.same(
                payment.orderId(),
                "told captured",
                payment.captured(),
                last.amounts().get("captured"));
        findings.same(
                payment.orderId(),
                "told refunded",
                payment.refunded(),
                last.amounts().get("refunded"));
    }

    private static void judgeStock(List<Stock> all, EventLog log, Findings findings) {
        var events = Subjects.grouped(log.events(), Event::aggregate);
        for (var stock : all) {
            findings.checked();
            var told = inOrder(events.getOrDefault(stock.sku(), List.of()));
            judgeVersions(stock.sku(), told, findings);
            var last = told.isEmpty() ? null : told.get(told.size() - 1).status();
            findings.same(stock.sku(), "told at last", stock.availability(), last);
        }
    }

    private static void judgeCursors(Subjects subjects, Findings findings) {
        var log = subjects.facts().payments().log();
        var places = subjects.facts().orders().cursors().stream()
                .filter(cursor -> cursor.source().equals("payment"))
                .toList();
        for (var cursor : places) {
            findings.checked();
            findings.same(
                    cursor.follower() + " in the log of payment",
                    "at position",
                    log.id() + ":" + log.head(),
                    cursor.logId() + ":" + cursor.position());
        }
    }
}
