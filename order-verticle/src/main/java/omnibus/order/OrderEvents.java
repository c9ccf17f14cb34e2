package omnibus.order;

import java.util.List;
import java.util.UUID;
import omnibus.order.model.CartVersion;
import omnibus.order.model.Order;
import omnibus.order.model.OrderLine;
import omnibus.order.model.OrderStatus;
import omnibus.order.model.Reason;
import omnibus.platform.Money;
import omnibus.platform.events.Event;

/** The events of this service's log. They carry the state after the change, and no free text: that may be about a person. */
final class OrderEvents {
    private record Line(String sku, String productId, int quantity, Money unitPrice) {
        static List<Line> of(List<OrderLine> lines) {
            return lines.stream()
                    .map(line -> new Line(line.sku(), line.productId(), line.quantity(), line.unitPrice()))
                    .toList();
        }
    }

    private record OrderPlaced(
            UUID orderId, String number, UUID userId, String cartId, Long cartVersion, List<Line> lines, Money total) {}

    private record OrderStatusChanged(
            UUID orderId,
            String number,
            UUID userId,
            OrderStatus previous,
            OrderStatus status,
            String reason,
            String cartId,
            List<Line> lines,
            Money total) {}

    private OrderEvents() {}

    static Event placed(Order order) {
        var data = new OrderPlaced(
                order.id(),
                order.number(),
                order.userId(),
                order.cart().map(CartVersion::cartId).orElse(null),
                order.cart().map(CartVersion::version).orElse(null),
                Line.of(order.lines()),
                order.total());
        return Event.of("OrderPlaced", order.id().toString(), order.version(), data);
    }

    /** @param version the order's version after the change, as its row has it */
    static Event statusChanged(OrderStatus previous, Order order, long version) {
        var data = new OrderStatusChanged(
                order.id(),
                order.number(),
                order.userId(),
                previous,
                order.status(),
                order.reason().map(Reason::code).orElse(null),
                order.cart().map(CartVersion::cartId).orElse(null),
                Line.of(order.lines()),
                order.total());
        return Event.of("OrderStatusChanged", order.id().toString(), version, data);
    }
}
