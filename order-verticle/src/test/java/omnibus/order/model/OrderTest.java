package omnibus.order.model;

import static omnibus.order.OrderFixtures.CHANGED_MIND;
import static omnibus.order.OrderFixtures.anOrder;
import static omnibus.order.OrderFixtures.euros;
import static omnibus.order.OrderFixtures.line;
import static omnibus.order.OrderFixtures.orderOf;
import static omnibus.order.OrderFixtures.paid;
import static omnibus.order.model.OrderStatus.CANCELLED;
import static omnibus.order.model.OrderStatus.CONFIRMED;
import static omnibus.order.model.OrderStatus.DELIVERED;
import static omnibus.order.model.OrderStatus.PENDING;
import static omnibus.order.model.OrderStatus.REJECTED;
import static omnibus.order.model.OrderStatus.RESERVED;
import static omnibus.order.model.OrderStatus.RETURNED;
import static omnibus.order.model.OrderStatus.SHIPPED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.testkit.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OrderTest {
    private static final Reason SHORT = Reason.outOfStock("MUG-BLUE: 2 wanted, 1 available.");

    @ParameterizedTest
    @EnumSource(
            value = OrderStatus.class,
            names = {"PENDING", "RESERVED", "CONFIRMED"})
    void anOrderThatHasNotLeftTheHouseCanBeCancelled(OrderStatus status) {
        var order = anOrder(status).cancelled(CHANGED_MIND);

        assertEquals(CANCELLED, order.status());
        assertEquals(Optional.of(CHANGED_MIND), order.reason());
    }

    @ParameterizedTest
    @EnumSource(
            value = OrderStatus.class,
            names = {"SHIPPED", "DELIVERED", "RETURNED"})
    void aShippedOrderCannotBeCancelled(OrderStatus status) {
        var refusal = assertThrows(Problem.class, () -> anOrder(status).cancelled(CHANGED_MIND));

        assertEquals("order-already-shipped", refusal.code());
        assertEquals(Problem.Kind.CONFLICT, refusal.kind());
    }

    @Test
    void aRejectedOrderCannotBeCancelled() {
        var refusal = assertThrows(Problem.class, () -> anOrder(REJECTED).cancelled(CHANGED_MIND));

        assertEquals("order-already-rejected", refusal.code());
    }

    @Test
    void cancellingTwiceIsCancellingOnce() {
        var once = anOrder(CONFIRMED).cancelled(CHANGED_MIND);

        assertSame(once, once.cancelled(Reason.cancelled(false, "")));
    }

    @Test
    void whoCancelledIsToldInTheReason() {
        assertEquals("cancelled-by-customer", Reason.cancelled(true, "").code());
        assertEquals(
                "Cancelled by the shop: fraud", Reason.cancelled(false, "fraud").detail());
        assertEquals("Cancelled by the customer.", Reason.cancelled(true, "  ").detail());
    }

    @Test
    void staffShipsAndDelivers() {
        var delivered = anOrder(CONFIRMED).movedByStaff(SHIPPED).movedByStaff(DELIVERED);

        assertEquals(DELIVERED, delivered.status());
    }

    @ParameterizedTest
    @EnumSource(OrderStatus.class)
    void sayingThePresentStatusAgainChangesNothing(OrderStatus status) {
        var order = anOrder(status);

        assertSame(order, order.movedByStaff(status));
    }

    @ParameterizedTest
    @CsvSource({
        "PENDING, CONFIRMED",
        "RESERVED, CONFIRMED",
        "CONFIRMED, DELIVERED",
        "CONFIRMED, CANCELLED",
        "SHIPPED, CONFIRMED",
        "DELIVERED, RETURNED",
        "CANCELLED, SHIPPED",
        "REJECTED, PENDING"
    })
    void staffMovesNothingElse(OrderStatus from, OrderStatus to) {
        var refusal = assertThrows(Problem.class, () -> anOrder(from).movedByStaff(to));

        assertEquals("order-status-not-allowed", refusal.code());
    }

    @Test
    void anOrderUnderReviewShowsReservedAndWhy() {
        assertEquals(RESERVED, anOrder(PENDING).underReview().status());
        assertEquals(
                Optional.of(Reason.UNDER_REVIEW),
                anOrder(RESERVED).underReview().reason());
        assertEquals(
                Optional.empty(), anOrder(RESERVED).underReview().reserved().reason());
    }

    @Test
    void aCancelledOrderUnderReviewStaysCancelled() {
        var order = anOrder(CANCELLED);

        assertSame(order, order.underReview());
    }

    @Test
    void cancellingACapturedOrderWouldRefundWhatIsLeft() {
        var preview =
                paid(anOrder(CONFIRMED), PaymentStatus.PARTIALLY_REFUNDED, 470).previewCancel();

        assertEquals(CancelPreview.Effect.REFUND, preview.payment());
        assertEquals(euros(3 * 1_490 - 470), preview.amount());
        assertEquals(
                List.of(new CancelPreview.Restocked("MUG-BLUE", 2), new CancelPreview.Restocked("TEAPOT", 1)),
                preview.restock());
    }

    @Test
    void cancellingAnAuthorizedOrderWouldVoidAllOfIt() {
        var preview = paid(anOrder(RESERVED), PaymentStatus.AUTHORIZED, 0).previewCancel();

        assertEquals(CancelPreview.Effect.VOID, preview.payment());
        assertEquals(euros(3 * 1_490), preview.amount());
    }

    @Test
    void cancellingAFreshOrderWouldMoveNeitherMoneyNorStock() {
        assertEquals(CancelPreview.nothing("EUR"), anOrder(PENDING).previewCancel());
        assertEquals(CancelPreview.nothing("EUR"), anOrder(CANCELLED).previewCancel());
    }

    @Test
    void aPreviewRefusesWhatCancellingWouldRefuse() {
        assertThrows(Problem.class, () -> anOrder(SHIPPED).previewCancel());
    }

    @Test
    void anOrderHasOneCurrency() {
        var lines = List.of(line("MUG", 1, euros(100)), line("CUP", 1, new Money(100, "USD")));

        var refusal = assertThrows(Problem.class, () -> OrderLine.totalOf(lines));

        assertEquals("mixed-currencies", refusal.code());
        assertEquals(400, refusal.status());
    }

    @Test
    void aTotalBeyondAllMoneyIsRefused() {
        var lines = List.of(line("MUG", 99, euros(Long.MAX_VALUE / 2)));

        assertEquals(
                "amount-too-large",
                assertThrows(Problem.class, () -> OrderLine.totalOf(lines)).code());
    }

    @Test
    void lineTotalsSumToTheTotal() {
        Samples.forAll(200, draw -> {
            var lines = new ArrayList<OrderLine>();
            for (var i = 0; i <= draw.size() % 100; i++) {
                lines.add(line("SKU-" + i, draw.between(1, 99), euros(draw.between(0, 1_000_000))));
            }
            var sum = lines.stream()
                    .mapToLong(line -> line.unitPrice().amount() * line.quantity())
                    .sum();

            assertEquals(euros(sum), OrderLine.totalOf(lines));
            assertEquals(
                    orderOf(PENDING, lines.toArray(OrderLine[]::new)).total().amount(),
                    lines.stream().mapToLong(line -> line.lineTotal().amount()).sum());
        });
    }

    @Test
    void noStateIsReachedFromATerminalOne() {
        List<UnaryOperator<Order>> moves = List.of(
                Order::reserved,
                Order::confirmed,
                order -> order.rejected(SHORT),
                order -> order.cancelled(CHANGED_MIND),
                order -> order.movedByStaff(SHIPPED),
                order -> order.movedByStaff(DELIVERED),
                Order::underReview);
        Samples.forAll(300, draw -> {
            var order = anOrder(PENDING);
            for (var i = 0; i < draw.size(); i++) {
                var before = order;
                order = tried(before, moves.get(draw.between(0, moves.size() - 1)));
                assertTrue(
                        order.status() == before.status() || before.status().mayBecome(order.status()),
                        before.status() + " became " + order.status());
                if (before.status().terminal()) assertEquals(before, order);
            }
        });
    }

    private static Order tried(Order order, UnaryOperator<Order> move) {
        try {
            return move.apply(order);
        } catch (Problem refused) {
            assertEquals(Problem.Kind.CONFLICT, refused.kind());
            return order;
        }
    }

    @Test
    void onlyPendingAndReservedOrdersAreUnsettled() {
        for (var status : OrderStatus.values()) {
            assertEquals(status != PENDING && status != RESERVED, status.settled(), status.name());
        }
    }

    @Test
    void anEndedOrderOwesNothingToItsAddress() {
        for (var status : OrderStatus.values()) {
            var ended = List.of(DELIVERED, REJECTED, CANCELLED, RETURNED).contains(status);
            assertEquals(ended, status.ended(), status.name());
        }
    }

    @Test
    void aStatusOfPaymentsThatIsNotKnownIsNoNews() {
        assertEquals(Optional.of(PaymentStatus.CAPTURED), PaymentStatus.parse("CAPTURED"));
        assertEquals(Optional.empty(), PaymentStatus.parse("DISPUTED"));
    }
}
