package omnibus.payment;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import omnibus.payment.model.Payment;
import omnibus.payment.model.PaymentStatus;
import omnibus.payment.model.Reason;
import omnibus.platform.Money;
import omnibus.platform.events.Event;

/** What the log tells of a transaction's changes. */
final class PaymentEvents {
    /** The data of {@code PaymentStatusChanged}. */
    record Changed(
            UUID paymentId,
            UUID orderId,
            UUID userId,
            PaymentStatus previous,
            PaymentStatus status,
            Money captured,
            Money refunded,
            Reason reason) {}

    private PaymentEvents() {}

    static List<Event> of(Changes changes) {
        var events = new ArrayList<Event>();
        for (var payment : changes.created()) {
            if (payment.status() != PaymentStatus.PENDING) add(events, PaymentStatus.PENDING, payment);
        }
        for (var payment : changes.updated()) {
            var before = changes.previous(payment);
            var news = changes.isToldAgain(payment)
                    || payment.status() != before.status()
                    || payment.funds().captured() != before.funds().captured()
                    || payment.funds().refunded() != before.funds().refunded();
            if (news) add(events, before.status(), payment);
        }
        return events;
    }

    /** A tombstone has no customer and no money: nobody waits for its news. */
    private static void add(List<Event> events, PaymentStatus previous, Payment payment) {
        if (payment.userId() == null) return;
        var funds = payment.funds();
        var changed = new Changed(
                payment.id(),
                payment.orderId(),
                payment.userId(),
                previous,
                payment.status(),
                new Money(funds.captured(), funds.currency()),
                new Money(funds.refunded(), funds.currency()),
                payment.reason());
        events.add(Event.of("PaymentStatusChanged", payment.id().toString(), payment.version(), changed));
    }
}
