package omnibus.order;

import static omnibus.order.OrderFixtures.aPlacement;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.sqlclient.DatabaseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import omnibus.order.model.CartVersion;
import omnibus.order.model.Move;
import omnibus.order.model.OrderSaga;
import omnibus.order.model.OrderStatus;
import omnibus.order.model.Outcome;
import omnibus.order.model.Saga;
import omnibus.platform.Ids;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Placing, reading and what no code can do to an order. */
class OrderStoreTest {
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

    /** Moves a saga on by as many answers. */
    private static Saga after(Saga saga, Outcome... outcomes) {
        for (var outcome : outcomes) {
            var move = answered(saga, outcome);
            assertEquals(Set.of(saga.order().id()), write(mine, move));
            saga = saga.after(move);
        }
        return saga;
    }

    private static Set<UUID> write(SagaStore store, Move... moves) {
        return await(store.write(List.of(moves)));
    }

    private static Move answered(Saga saga, Outcome outcome) {
        return OrderSaga.next(saga, outcome);
    }

    private static Object of(Saga saga, String column) {
        return bench.one(
                "select " + column + " from saga where order_id = $1",
                saga.order().id());
    }

    @Test
    void placingWritesEverythingAtOnce() {
        var placement = aPlacement(Ids.next(), Optional.of(new CartVersion("cart-1", 7)));

        var placed = assertInstanceOf(PlacingStore.Placed.New.class, bench.place(placement, "key", "mine"));

        var record = placed.record();
        assertEquals(Optional.of(record), await(bench.orders.find(placement.id())));
        assertTrue(
                record.order().number().matches("O-\\d{4}-\\d{6,}"),
                record.order().number());
        assertEquals("Order placed", record.timeline().get(0).detail());
        var saga = Saga.begin(record.order());
        assertEquals("RESERVE", of(saga, "step"));
        assertEquals("mine", of(saga, "lease_owner"));
        var events = await(bench.log.read(0, 10_000)).events();
        var event = events.get(events.size() - 1).event();
        assertEquals("OrderPlaced", event.type());
        assertEquals("cart-1", event.data().path("cartId").asText());
        assertEquals(2, event.data().path("lines").size());
    }

    @Test
    void theSameKeyIsAnsweredByTheSameOrder() {
        var first = aPlacement(Ids.next());
        bench.place(first, "again", "mine");
        var second = aPlacement(first.userId());

        assertEquals(new PlacingStore.Placed.Earlier(first.id()), bench.place(second, "again", "mine"));
        assertEquals(Optional.empty(), await(bench.orders.find(second.id())));
    }

    @Test
    void aCartVersionBecomesOneOrder() {
        var cart = Optional.of(new CartVersion("cart-2", 3));
        var first = aPlacement(Ids.next(), cart);
        bench.place(first, "one", "mine");

        assertEquals(
                new PlacingStore.Placed.CartTaken(first.id()),
                bench.place(aPlacement(first.userId(), cart), "two", "mine"));
        var later = aPlacement(first.userId(), Optional.of(new CartVersion("cart-2", 4)));
        assertInstanceOf(PlacingStore.Placed.New.class, bench.place(later, "two", "mine"));
    }

    @Test
    void statusesOnlyMoveForwardWhateverTheCodeDoes() {
        var saga = after(bench.placed("mine"), Outcome.done());

        var refusal = assertThrows(
                DatabaseException.class,
                () -> bench.sql(
                        "update orders set status = 'PENDING' where id = $1",
                        saga.order().id()));

        assertEquals("23514", refusal.getSqlState());
    }

    @Test
    void theDatabaseDrawsTheSameTransitionsAsTheModel() {
        var saga = bench.placed("mine");
        for (var from : OrderStatus.values()) {
            for (var to : OrderStatus.values()) {
                if (from == to) continue;
                bench.sql("alter table orders disable trigger orders_status_moves_forward");
                bench.sql(
                        "update orders set status = $2 where id = $1",
                        saga.order().id(),
                        from.name());
                bench.sql("alter table orders enable trigger orders_status_moves_forward");
                assertEquals(from.mayBecome(to), databaseAllows(saga, to), from + " to " + to);
            }
        }
    }

    private static boolean databaseAllows(Saga saga, OrderStatus to) {
        try {
            bench.sql(
                    "update orders set status = $2 where id = $1", saga.order().id(), to.name());
            return true;
        } catch (DatabaseException refused) {
            return false;
        }
    }

    @Test
    void aListIsReadNewestFirstPageByPage() {
        var user = Ids.next();
        var placed = new ArrayList<UUID>();
        for (var i = 0; i < 5; i++)
            placed.add(0, bench.placed("mine", user, Optional.empty()).order().id());

        var first = await(bench.orders.list(user, Optional.empty(), Optional.empty(), 3));
        var last = first.get(2);
        bench.placed("mine", user, Optional.empty());
        var second = await(bench.orders.list(
                user,
                Optional.empty(),
                Optional.of(new OrderStore.Place(last.createdAt(), last.order().id())),
                3));

        var read = new ArrayList<UUID>();
        first.forEach(record -> read.add(record.order().id()));
        second.forEach(record -> read.add(record.order().id()));
        assertEquals(placed, read);
        assertEquals(List.of(), await(bench.orders.list(user, Optional.of(OrderStatus.SHIPPED), Optional.empty(), 3)));
    }
}
