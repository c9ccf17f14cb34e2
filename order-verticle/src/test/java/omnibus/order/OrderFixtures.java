package omnibus.order;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import omnibus.order.model.CartVersion;
import omnibus.order.model.Order;
import omnibus.order.model.OrderLine;
import omnibus.order.model.OrderStatus;
import omnibus.order.model.Payment;
import omnibus.order.model.PaymentStatus;
import omnibus.order.model.Placement;
import omnibus.order.model.Reason;
import omnibus.order.model.Saga;
import omnibus.order.model.ShippingAddress;
import omnibus.order.model.Step;
import omnibus.platform.Ids;
import omnibus.platform.Money;

/** The vocabulary of this service's tests. */
public final class OrderFixtures {
    public static final ShippingAddress HOME =
            new ShippingAddress("Ada Lovelace", "12 St James's Square", null, "London", "SW1Y 4JH", null, "GB");
    public static final Reason CHANGED_MIND = Reason.cancelled(true, "changed my mind");

    private OrderFixtures() {}

    public static Money euros(long minor) {
        return new Money(minor, "EUR");
    }

    public static OrderLine line(String sku, int quantity) {
        return line(sku, quantity, euros(1_490));
    }

    public static OrderLine line(String sku, int quantity, Money price) {
        return new OrderLine(sku, "product-of-" + sku, sku.toLowerCase(java.util.Locale.ROOT), quantity, price);
    }

    public static Order anOrder(OrderStatus status) {
        return orderOf(status, line("MUG-BLUE", 2), line("TEAPOT", 1));
    }

    public static Order orderOf(OrderStatus status, OrderLine... lines) {
        return new Order(
                Ids.next(),
                "O-2026-000123",
                Ids.next(),
                status,
                List.of(lines),
                OrderLine.totalOf(List.of(lines)),
                "pm_card_visa",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                1);
    }

    public static Order paid(Order order, PaymentStatus status, long refundedMinor) {
        return new Order(
                order.id(),
                order.number(),
                order.userId(),
                order.status(),
                order.lines(),
                order.total(),
                order.paymentMethod(),
                order.cart(),
                Optional.of(new Payment(Ids.next(), status, refundedMinor)),
                order.reason(),
                order.version());
    }

    public static Placement aPlacement(UUID user) {
        return aPlacement(user, Optional.empty());
    }

    public static Placement aPlacement(UUID user, Optional<CartVersion> cart) {
        var lines = List.of(line("MUG-BLUE", 2), line("TEAPOT", 1));
        return new Placement(Ids.next(), user, lines, OrderLine.totalOf(lines), HOME, "pm_card_visa", cart);
    }

    /** A saga at a step, its order showing what it shows then. */
    public static Saga sagaAt(Step step) {
        var status = switch (step) {
            case RESERVE -> OrderStatus.PENDING;
            case AUTHORIZE, COMMIT, CAPTURE, VOID, RELEASE -> OrderStatus.RESERVED;
            case CONFIRMED -> OrderStatus.CONFIRMED;
            case CLOSED -> OrderStatus.REJECTED;
        };
        var verdict = step == Step.VOID || step == Step.RELEASE || step == Step.CLOSED
                ? Optional.of(Reason.paymentDeclined("Your card has insufficient funds."))
                : Optional.<Reason>empty();
        return new Saga(anOrder(status), 1, step, 0, false, verdict, false, Duration.ZERO, false);
    }

    public static Saga overdue(Saga saga) {
        return new Saga(
                saga.order(),
                saga.epoch(),
                saga.step(),
                saga.failures(),
                saga.cancelled(),
                saga.verdict(),
                true,
                saga.waited(),
                saga.parked());
    }

    public static Saga waiting(Saga saga, Duration waited) {
        return new Saga(
                saga.order(),
                saga.epoch(),
                saga.step(),
                saga.failures(),
                saga.cancelled(),
                saga.verdict(),
                saga.overdue(),
                waited,
                saga.parked());
    }
}
