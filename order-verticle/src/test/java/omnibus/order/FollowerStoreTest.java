package omnibus.order;

import static omnibus.order.OrderFixtures.CHANGED_MIND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import omnibus.order.model.Move;
import omnibus.order.model.Order;
import omnibus.order.model.OrderSaga;
import omnibus.order.model.OrderStatus;
import omnibus.order.model.Outcome;
import omnibus.order.model.Payment;
import omnibus.order.model.PaymentStatus;
import omnibus.order.model.Saga;
import omnibus.platform.Ids;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the logs of payment and user do to orders. */
class FollowerStoreTest {
    private static StoreBench bench;
    private static SagaStore mine;
    private static SagaStore theirs;

    @BeforeAll
    static void open() {
        bench = new StoreBench();
        mine = bench.sagas("mine");
        theirs = bench.sagas("theirs");
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    /** Nothing of an earlier test is due. */
    @BeforeEach
    void finishWhatIsLeft() {
        bench.sql("update saga set next_run_at = 'infinity', lease_owner = null, lease_until = null");
    }

    private static <T> T await(Future<T> future) {
        return bench.kit.await(future);
    }

    private static Set<UUID> write(SagaStore store, Move... moves) {
        return await(store.write(List.of(moves)));
    }

    private static Move answered(Saga saga, Outcome outcome) {
        return OrderSaga.next(saga, outcome);
    }

    /** Moves a saga on by as many answers. */
    private static Saga after(Saga saga, Outcome... outcomes) {
        for (var outcome : outcomes) {
            var move = answered(saga, outcome);
            assertEquals(Set.of(saga.order().id()), write(mine, move));
            saga = saga.after(move);
        }
        return saga;
    }

    private static Order stored(Saga saga) {
        return await(bench.orders.find(saga.order().id())).orElseThrow().order();
    }

    private static Object of(Saga saga, String column) {
        return bench.one(
                "select " + column + " from saga where order_id = $1",
                saga.order().id());
    }

    private static void userDeleted(UUID user) {
        advance(bench.followers.userLog(), Event.of("UserDeleted", user.toString(), 1, Map.of("userId", user)));
    }

    private static boolean hasAddress(Saga saga) {
        return await(bench.orders.find(saga.order().id()))
                .orElseThrow()
                .shippingAddress()
                .isPresent();
    }

    private static boolean paymentTells(Saga saga, UUID payment, PaymentStatus status, long refunded) {
        var woken = new boolean[1];
        var data = Map.of(
                "orderId", saga.order().id(),
                "paymentId", payment,
                "status", status.name(),
                "refunded", Map.of("amount", refunded, "currency", "EUR"));
        advance(
                bench.followers.paymentLog(() -> woken[0] = true),
                Event.of("PaymentStatusChanged", payment.toString(), 1, data));
        return woken[0];
    }

    private static void advance(omnibus.platform.events.Cursor cursor, Event event) {
        var from = await(cursor.claim("me")).orElseThrow();
        var to = new Position("log", from.position() + 1);
        await(cursor.advance(from, to, List.of(new LoggedEvent(to.position(), event))));
    }

    @Test
    void olderNewsOfAPaymentFallsAway() {
        var saga = bench.placed("mine");
        var payment = Ids.next();

        for (var status : List.of(PaymentStatus.CAPTURED, PaymentStatus.AUTHORIZED, PaymentStatus.PENDING)) {
            paymentTells(saga, payment, status, 0);
        }

        assertEquals(
                Optional.of(new Payment(payment, PaymentStatus.CAPTURED)),
                stored(saga).payment());
        assertEquals(2, stored(saga).version());
    }

    @Test
    void refundsAreShownOnTheOrder() {
        var saga = bench.placed("mine");
        var payment = Ids.next();

        paymentTells(saga, payment, PaymentStatus.PARTIALLY_REFUNDED, 500);
        paymentTells(saga, payment, PaymentStatus.PARTIALLY_REFUNDED, 900);

        assertEquals(900, stored(saga).payment().orElseThrow().refundedMinor());
    }

    @Test
    void newsWakesTheSagaThatWaitsForIt() {
        var saga = after(bench.placed("mine"), Outcome.done());
        write(mine, answered(saga, Outcome.pending()));
        assertEquals(List.of(), await(mine.claim(10)));

        assertTrue(paymentTells(saga, Ids.next(), PaymentStatus.AUTHORIZED, 0));

        assertEquals(1, await(mine.claim(10)).size());
    }

    @Test
    void newsLeavesASagaInSomebodysHandsAlone() {
        var saga = after(bench.placed("mine"), Outcome.done());

        assertEquals(false, paymentTells(saga, Ids.next(), PaymentStatus.AUTHORIZED, 0));

        assertEquals("mine", of(saga, "lease_owner"));
    }

    @Test
    void theAddressOfAnEndedOrderGoesWithItsOwnersAccount() {
        var user = Ids.next();
        var ended = after(bench.placed("mine", user, Optional.empty()), Outcome.refused("none left"), Outcome.done());
        var stranger = bench.placed("mine");

        userDeleted(user);

        assertEquals(false, hasAddress(ended));
        assertTrue(hasAddress(stranger));
    }

    @Test
    void theAddressOfAnOrderUnderWayGoesWhenItEnds() {
        var user = Ids.next();
        var rejected = bench.placed("mine", user, Optional.empty());
        var delivered = after(
                bench.placed("mine", user, Optional.empty()),
                Outcome.done(),
                Outcome.done(),
                Outcome.done(),
                Outcome.done());
        userDeleted(user);
        assertTrue(hasAddress(rejected));
        assertTrue(hasAddress(delivered));

        after(rejected, Outcome.refused("none left"), Outcome.done());
        for (var status : List.of(OrderStatus.SHIPPED, OrderStatus.DELIVERED)) {
            assertTrue(hasAddress(delivered));
            await(bench.orders.change(delivered.order().id(), order -> order.movedByStaff(status), "moved"));
        }

        assertEquals(false, hasAddress(rejected));
        assertEquals(false, hasAddress(delivered));
    }

    @Test
    void whatACustomerWroteGoesToo() {
        var user = Ids.next();
        var saga = bench.placed("mine", user, Optional.empty());
        await(mine.seize(saga.order().id(), held -> Optional.of(OrderSaga.cancel(held, CHANGED_MIND))));

        userDeleted(user);

        assertEquals(
                "Cancelled by the customer.",
                stored(saga).reason().orElseThrow().detail());
    }
}
