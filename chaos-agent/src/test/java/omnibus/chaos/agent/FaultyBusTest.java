package omnibus.chaos.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultyBusTest {
    private static final String PEER = "inventory@inventory-1";
    private static final DeliveryOptions SOON = new DeliveryOptions().setSendTimeout(300);

    @TempDir
    Path temp;

    private final Vertx vertx = Vertx.vertx();
    private final List<Integer> received = new ArrayList<>();
    private final Promise<Void> enough = Promise.promise();
    private int expected = Integer.MAX_VALUE;
    private FaultDirectory directory;
    private BusState state;

    @BeforeEach
    void start() throws Exception {
        directory = new FaultDirectory(temp);
        state = new BusState("order-1", directory.countsOf("order-1"));
        FaultyBus.install(vertx, state);
        listen(PEER);
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    private void listen(String address) {
        vertx.eventBus().<Integer>consumer(address, message -> {
            received.add(message.body());
            message.reply(message.body());
            if (received.size() == expected) enough.complete();
        });
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Future<Integer> ask(String address, int number) {
        return vertx.eventBus().<Integer>request(address, number, SOON).map(answer -> answer.body());
    }

    private static BusFaults drop(double percent) {
        return new BusFaults(percent, 0, 0, 0, 7);
    }

    private long count(String name) throws Exception {
        state.save();
        return directory.counts().getOrDefault(name, 0L);
    }

    @Test
    void aLostRequestIsATimeOut() throws Exception {
        state.befall(drop(100));

        var failure = assertThrows(ExecutionException.class, () -> await(ask(PEER, 1)));
        var reply = assertInstanceOf(ReplyException.class, failure.getCause());
        assertEquals(ReplyFailure.TIMEOUT, reply.failureType());
        assertEquals(List.of(), received);
        assertEquals(1, count("request.dropped"));
    }

    @Test
    void aLostAnswerIsATimeOutThoughTheWorkIsDone() throws Exception {
        vertx.eventBus().<Integer>consumer("payment@payment-1", message -> {
            received.add(message.body());
            state.befall(drop(100));
            message.reply(message.body());
        });

        assertThrows(ExecutionException.class, () -> await(ask("payment@payment-1", 1)));
        assertEquals(List.of(1), received);
        assertEquals(1, count("reply.dropped"));
    }

    @Test
    void aDoubledRequestIsWorkedOnTwiceAndAnsweredOnce() throws Exception {
        expected = 2;
        state.befall(new BusFaults(0, 100, 0, 0, 7));

        assertEquals(5, await(ask(PEER, 5)));
        await(enough.future());
        assertEquals(List.of(5, 5), received);
        assertEquals(1, count("request.doubled"));
    }

    @Test
    void delayedMessagesArriveInAnotherOrder() throws Exception {
        var sent = IntStream.range(0, 50).boxed().toList();
        state.befall(new BusFaults(0, 0, 50, 60, 7));

        await(Future.all(sent.stream().map(number -> ask(PEER, number)).toList()));
        assertNotEquals(sent, received);
        assertEquals(sent, received.stream().sorted().toList());
        assertTrue(count("request.delayed") > 0);
    }

    @Test
    void whatAnInstanceSaysToItselfIsSpared() throws Exception {
        listen("order@order-1");
        state.befall(drop(100));

        assertEquals(3, await(ask("order@order-1", 3)));
        assertEquals(0, count("request.seen"));
    }

    @Test
    void whatIsNotBetweenServicesIsSpared() throws Exception {
        expected = 1;
        listen("browser.somebody");
        state.befall(drop(100));

        vertx.eventBus().send("browser.somebody", 4);
        await(enough.future());
    }

    @Test
    void doorbellsMayGoUnheard() throws Exception {
        expected = 1;
        listen("events.order");
        state.befall(drop(100));
        vertx.eventBus().publish("events.order", 1);
        state.befall(BusFaults.NONE);
        vertx.eventBus().publish("events.order", 2);

        await(enough.future());
        assertEquals(List.of(2), received);
        assertEquals(1, count("doorbell.dropped"));
    }

    @Test
    void sharesAreKept() throws Exception {
        state.befall(new BusFaults(10, 10, 10, 20, 7));

        var asked =
                IntStream.range(0, 2_000).mapToObj(number -> ask(PEER, number)).toList();
        await(Future.join(asked).otherwiseEmpty());

        assertEquals(2_000, count("request.seen"));
        for (var what : List.of("dropped", "doubled", "delayed")) {
            var count = count("request." + what);
            assertTrue(count > 120 && count < 280, what + " " + count + " of 2000");
        }
        var lost = asked.stream().filter(Future::failed).count();
        assertTrue(lost >= count("request.dropped") && lost < 600, lost + " of 2000 asked in vain");
    }

    @Test
    void theSameSeedMeansTheSameFates() throws Exception {
        assertEquals(fates(), fates());
    }

    private List<Boolean> fates() throws Exception {
        state.befall(drop(50));
        var outcomes = new ArrayList<Boolean>();
        for (var i = 0; i < 10; i++) {
            var sent = vertx.eventBus().request(PEER, i, new DeliveryOptions().setSendTimeout(40));
            outcomes.add(await(sent.map(answer -> true).otherwise(false)));
        }
        return outcomes;
    }

    @Test
    void faultsThatMakeNoSenseAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> drop(101));
        assertThrows(IllegalArgumentException.class, () -> new BusFaults(0, 0, 10, 0, 1));
    }

    @Test
    void theDirectoryTurnsFaultsOnAndOff() throws Exception {
        var watch = new Watch(directory, directory.diaryOf("order-1"), state);
        var faults = new BusFaults(1, 2, 3, 40, 5);
        directory.disturb(faults);
        watch.look();
        assertEquals(faults, state.faults());

        directory.heal();
        watch.look();
        assertEquals(BusFaults.NONE, state.faults());
        assertEquals(
                List.of("bus", "healed"),
                directory.diary().stream().map(Deed::what).toList());
    }
}
