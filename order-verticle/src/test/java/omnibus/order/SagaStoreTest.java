package omnibus.order;

import static omnibus.order.OrderFixtures.CHANGED_MIND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.sqlclient.DatabaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
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
import omnibus.order.model.Step;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims, leases, fences: who may write what, when several want to. */
class SagaStoreTest {
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

    @Test
    void manyOrdersMoveInOneWrite() {
        var sagas = new ArrayList<Saga>();
        for (var i = 0; i < 20; i++) sagas.add(bench.placed("mine"));
        var moves = new ArrayList<>(
                sagas.stream().map(saga -> answered(saga, Outcome.done())).toList());
        moves.set(3, answered(sagas.get(3), Outcome.refused("none left")));
        moves.set(4, answered(sagas.get(4), Outcome.pending()));

        assertEquals(20, write(mine, moves.toArray(Move[]::new)).size());

        assertEquals("AUTHORIZE", of(sagas.get(0), "step"));
        assertEquals("RELEASE", of(sagas.get(3), "step"));
        assertEquals("out-of-stock", of(sagas.get(3), "verdict_code"));
        assertEquals("RESERVE", of(sagas.get(4), "step"));
        assertNull(of(sagas.get(4), "lease_owner"));
        var rest = bench.sql(
                "select note from saga_log where order_id = $1 order by id desc limit 1",
                sagas.get(4).order().id());
        assertEquals("waits for news", rest.get(0).getString("note"), "who rests is held by nobody");
        assertEquals(OrderStatus.RESERVED, stored(sagas.get(19)).status());
    }

    @Test
    void aMoveWritesOrderTimelineLogAndEvent() {
        var payment = new Payment(Ids.next(), PaymentStatus.AUTHORIZED);
        var saga = after(bench.placed("mine"), Outcome.done(), Outcome.done().with(payment));

        assertEquals(OrderStatus.RESERVED, stored(saga).status());
        assertEquals(Optional.of(payment), stored(saga).payment());
        assertEquals(3, stored(saga).version());
        assertEquals("COMMIT", of(saga, "step"));
        var log = bench.sql(
                "select \"from\", \"to\" from saga_log where order_id = $1 order by id",
                saga.order().id());
        assertEquals(
                List.of("RESERVE", "AUTHORIZE", "COMMIT"),
                log.stream().map(row -> row.getString("to")).toList());
        var events = await(bench.log.read(0, 10_000)).events();
        var event = events.get(events.size() - 1).event();
        assertEquals("OrderStatusChanged", event.type());
        assertEquals("RESERVED", event.data().path("status").asText());
        assertEquals("PENDING", event.data().path("previous").asText());
        assertEquals(2, event.version());
    }

    @Test
    void twoInstancesNeverHoldTheSameSaga() {
        var placed = new HashSet<UUID>();
        for (var i = 0; i < 40; i++) placed.add(bench.placed("fallen").order().id());
        bench.sql(
                "update saga set lease_until = now() - interval '1 second', next_run_at = now() where lease_owner = 'fallen'");

        var claims = List.of(mine.claim(25), theirs.claim(25), mine.claim(25), theirs.claim(25));

        var claimed = claims.stream().flatMap(claim -> await(claim).stream()).toList();
        assertEquals(40, claimed.size());
        var ids = new HashSet<UUID>();
        claimed.forEach(saga -> ids.add(saga.order().id()));
        assertEquals(placed, ids);
        claimed.forEach(saga -> assertEquals(2, saga.epoch()));
        assertEquals(List.of(), await(mine.claim(25)));
    }

    @Test
    void aClaimedSagaKnowsItsOrder() {
        var saga = after(bench.placed("mine"), Outcome.done(), Outcome.refused("Your card was declined."));
        bench.hoursPassFor(saga);

        var claimed = await(theirs.claim(10)).stream()
                .filter(one -> one.order().id().equals(saga.order().id()))
                .findFirst()
                .orElseThrow();

        assertEquals(Step.RELEASE, claimed.step());
        assertEquals("Your card was declined.", claimed.verdict().orElseThrow().detail());
        assertEquals(saga.order().lines(), claimed.order().lines());
        assertTrue(claimed.waited().compareTo(Duration.ofMinutes(59)) > 0);
    }

    @Test
    void whatAZombieWritesIsNotHeard() {
        var zombie = bench.placed("mine");
        bench.hoursPassFor(zombie);
        await(theirs.claim(10));

        assertEquals(Set.of(), write(mine, answered(zombie, Outcome.done())));

        assertEquals(OrderStatus.PENDING, stored(zombie).status());
        assertEquals("RESERVE", of(zombie, "step"));
    }

    @Test
    void aMoveDecidedForAnotherStepIsNotHeard() {
        var saga = bench.placed("mine");
        after(saga, Outcome.done());

        assertEquals(Set.of(), write(mine, answered(saga, Outcome.refused("late"))));
    }

    @Test
    void aLeaseLastsAsLongAsItIsRenewed() {
        var saga = bench.placed("mine");
        var held = Map.of(saga.order().id(), saga.epoch());
        bench.hoursPassFor(saga);
        assertEquals(Set.of(), await(mine.renew(held)));
        assertEquals(List.of(), await(theirs.claim(10)));

        bench.hoursPassFor(saga);
        await(theirs.claim(10));

        assertEquals(held.keySet(), await(mine.renew(held)));
    }

    @Test
    void whatIsHandedBackIsTakenUpAtOnce() {
        var saga = bench.placed("leaving");

        assertEquals(1, await(bench.sagas("leaving").releaseOwn()));

        assertEquals(saga.order().id(), await(theirs.claim(10)).get(0).order().id());
    }

    @Test
    void aCancelSeizesTheSagaFromWhoeverHasIt() {
        var saga = after(bench.placed("mine"), Outcome.done());

        var move = await(theirs.seize(saga.order().id(), held -> Optional.of(OrderSaga.cancel(held, CHANGED_MIND))))
                .orElseThrow();

        assertEquals(Set.of(), write(mine, answered(saga, Outcome.done())));
        assertEquals(OrderStatus.CANCELLED, stored(saga).status());
        assertEquals("theirs", of(saga, "lease_owner"));
        assertEquals("VOID", of(saga, "step"));
        var seized = move.saga().after(move);
        assertEquals(1, write(theirs, answered(seized, Outcome.done())).size());
    }

    @Test
    void aRefusedCancelLeavesEverythingAsItIs() {
        var saga = bench.placed("mine");

        assertThrows(
                Problem.class,
                () -> await(theirs.seize(saga.order().id(), held -> {
                    throw Problem.notFound();
                })));

        assertEquals("mine", of(saga, "lease_owner"));
        assertEquals(1L, of(saga, "epoch"));
        assertEquals(Optional.empty(), await(theirs.seize(Ids.next(), held -> Optional.empty())));
    }

    @Test
    void aRestingSagaIsDueAtItsDeadlineAtTheLatest() {
        var saga = bench.placed("mine");
        bench.sql(
                "update saga set deadline_at = now() + interval '10 milliseconds' where order_id = $1",
                saga.order().id());

        write(mine, answered(saga, Outcome.unavailable("away")));

        assertEquals(true, of(saga, "next_run_at <= deadline_at"));
        bench.kit.eventually(() -> of(saga, "deadline_at < now()").equals(true));
        assertTrue(await(mine.claim(1)).get(0).overdue());
    }

    @Test
    void writesInOppositeOrderDoNotBlockEachOtherForGood() {
        var sagas = new ArrayList<Saga>();
        for (var i = 0; i < 30; i++) sagas.add(bench.placed("mine"));
        var backwards = new ArrayList<>(sagas);
        Collections.reverse(backwards);

        var writes = new ArrayList<Future<Set<UUID>>>();
        for (var order : List.of(sagas, backwards, sagas, backwards)) {
            writes.add(mine.write(
                    order.stream().map(saga -> answered(saga, Outcome.done())).toList()));
        }

        assertEquals(30, writes.stream().mapToInt(write -> await(write).size()).sum());
        assertEquals(0L, bench.one("select deadlocks from pg_stat_database where datname = current_database()"));
    }

    @Test
    void theBacklogIsCounted() {
        var parked = bench.placed("mine");
        for (var i = 0; i < OrderSaga.MAX_FAILURES; i++) {
            var move = answered(parked, Outcome.failed("broken"));
            write(mine, move);
            parked = parked.after(move);
        }

        var backlog = await(mine.backlog());

        assertEquals("REVIEW", of(parked, "state"));
        assertTrue(backlog.parked() >= 1);
        assertTrue(backlog.unfinished() >= 0);
        assertEquals("under-review", stored(parked).reason().orElseThrow().code());
    }

    private static Saga parked() {
        var saga = bench.placed("mine");
        for (var i = 0; i < OrderSaga.MAX_FAILURES; i++) saga = after(saga, Outcome.failed("broken"));
        return saga;
    }

    @Test
    void whatWaitsForAPersonIsListedTheLongestWaitingFirst() {
        var first = parked();
        var second = parked();

        var all = await(mine.reviews(Optional.empty(), 1_000));
        var ids = all.stream().map(review -> review.order().id()).toList();
        var review = all.get(ids.indexOf(first.order().id()));

        assertEquals(List.of(first.order().id(), second.order().id()), ids.subList(ids.size() - 2, ids.size()));
        assertEquals(Step.RESERVE, review.step());
        assertEquals(OrderSaga.MAX_FAILURES, review.failures());
        assertEquals(Optional.of("broken"), review.error());
        assertEquals(1, review.epoch());
        var behindTheFirst = new OrderStore.Place(review.since(), first.order().id());
        assertEquals(
                List.of(second.order().id()),
                await(mine.reviews(Optional.of(behindTheFirst), 1_000)).stream()
                        .map(one -> one.order().id())
                        .toList());
    }

    @Test
    void aRetryTakesAParkedSagaIntoOwnHandsWithANewEpoch() {
        var saga = parked();
        bench.hoursPassFor(saga);
        assertEquals(List.of(), await(theirs.claim(10)));

        var move = await(theirs.seize(saga.order().id(), held -> Optional.of(OrderSaga.retry(held))))
                .orElseThrow();

        assertEquals("RUNNING", of(saga, "state"));
        assertEquals("theirs", of(saga, "lease_owner"));
        assertEquals(2L, of(saga, "epoch"));
        assertEquals(0, of(saga, "failures"));
        assertEquals(false, of(saga, "cancelled"));
        assertNull(of(saga, "parked_at"));
        assertEquals(true, of(saga, "step_at > now() - interval '1 minute'"));
        assertEquals(OrderStatus.RESERVED, stored(saga).status());
        assertEquals(Optional.empty(), stored(saga).reason());
        var seized = move.saga().after(move);
        assertEquals(Set.of(), write(mine, answered(saga, Outcome.done())));
        assertEquals(1, write(theirs, answered(seized, Outcome.done())).size());
    }

    @Test
    void everyChangeOfHandsIsInTheSagaLog() {
        var saga = parked();

        await(theirs.seize(saga.order().id(), held -> Optional.of(OrderSaga.retry(held))));

        assertEquals(
                2L,
                bench.one(
                        "select epoch from saga_log where note = 'seized' and order_id = $1",
                        saga.order().id()));
    }

    @Test
    void theSagaLogIsOnlyEverAddedTo() {
        bench.placed("mine");

        assertThrows(DatabaseException.class, () -> bench.sql("update saga_log set note = 'no'"));
        assertThrows(DatabaseException.class, () -> bench.sql("delete from saga_log"));
    }

    @Test
    void nothingIsUnwoundWithoutAReason() {
        var saga = bench.placed("mine");

        assertThrows(
                DatabaseException.class,
                () -> bench.sql(
                        "update saga set step = 'RELEASE', state = 'UNWINDING' where order_id = $1",
                        saga.order().id()));
    }
}
