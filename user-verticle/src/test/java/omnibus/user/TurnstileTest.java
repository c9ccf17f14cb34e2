package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;
import omnibus.testkit.TestPlatform;
import omnibus.user.model.Subject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TurnstileTest {
    private static TestPlatform test;

    private final Turnstile turnstile = new Turnstile(test.vertx(), 2, 3);
    private final ArrayList<Promise<String>> begun = new ArrayList<>();
    private final ArrayList<String> whose = new ArrayList<>();

    @BeforeAll
    static void start() {
        test = TestPlatform.start();
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    private Future<String> enter() {
        return enter("192.0.2.1");
    }

    private Future<String> enter(String address) {
        return enter(address, Deadline.in(Duration.ofMinutes(1)));
    }

    private Future<String> enter(Deadline deadline) {
        return enter("192.0.2.1", deadline);
    }

    private Future<String> enter(String address, Deadline deadline) {
        return turnstile.enter(client(address, deadline), () -> {
            Promise<String> work = Promise.promise();
            begun.add(work);
            whose.add(address);
            return work.future();
        });
    }

    private static Client client(String address, Deadline deadline) {
        return new Client(Optional.of(Subject.ofAddress(address)), UserFixtures.ORIGIN, deadline);
    }

    private static Problem.Kind refusalOf(Future<?> refused) {
        return assertInstanceOf(Problem.class, refused.cause()).kind();
    }

    @Test
    void onlySoManyAreInsideAtATime() {
        for (var i = 0; i < 5; i++) enter();
        assertEquals(2, begun.size());
        begun.get(0).complete("done");
        assertEquals(3, begun.size());
    }

    @Test
    void whoComesToAFullLineIsSentAway() {
        for (var i = 0; i < 5; i++) enter();
        assertEquals(Problem.Kind.LIMITED, refusalOf(enter()));
    }

    @Test
    void failureAndRefusalLeaveTheTurnstileToo() {
        var failed = enter();
        turnstile.enter(client("192.0.2.1", Deadline.in(Duration.ofMinutes(1))), () -> {
            throw Problem.notFound();
        });
        begun.get(0).fail("broken");
        assertTrue(failed.failed());
        enter();
        enter();
        assertEquals(3, begun.size());
    }

    @Test
    void whoHasNoTimeLeftIsSentAwayAtOnce() {
        assertEquals(Problem.Kind.LIMITED, refusalOf(enter(Deadline.inMillis(0))));
        enter();
        enter();
        assertEquals(Problem.Kind.LIMITED, refusalOf(enter(Deadline.inMillis(0))));
        assertEquals(2, begun.size());
    }

    @Test
    void whoWouldWaitInVainIsToldWithoutEntering() {
        var patient = client("192.0.2.1", Deadline.in(Duration.ofMinutes(1)));
        var hurried = client("192.0.2.1", Deadline.inMillis(0));
        assertTrue(turnstile.look(hurried).succeeded(), "somebody may go in at once");
        for (var i = 0; i < 2; i++) enter();
        assertTrue(turnstile.look(patient).succeeded());
        assertEquals(Problem.Kind.LIMITED, refusalOf(turnstile.look(hurried)));
        for (var i = 0; i < 3; i++) enter();
        assertEquals(Problem.Kind.LIMITED, refusalOf(turnstile.look(patient)), "there is no room");
        var other = client("198.51.100.1", Deadline.in(Duration.ofMinutes(1)));
        assertTrue(turnstile.look(other).succeeded(), "for others there is");
        assertEquals(2, begun.size());
    }

    @Test
    void whoWaitsInVainIsToldBeforeTheDeadline() {
        enter();
        enter();
        var deadline = Deadline.inMillis(700);
        var late = enter(deadline);
        var patient = enter();

        var refusal = assertThrows(Problem.class, () -> test.await(late));

        assertEquals(Problem.Kind.LIMITED, refusal.kind());
        begun.get(0).complete("done");
        assertEquals(3, begun.size());
        assertFalse(patient.isComplete());
    }

    @Test
    void theWaitIsExpectedFromHowLongWorkUsuallyTakes() {
        var first = enter();
        var some = Deadline.inMillis(250);
        while (!some.passed()) Thread.onSpinWait();
        begun.get(0).complete("done");
        assertTrue(first.succeeded());
        for (var i = 0; i < 4; i++) enter();

        assertEquals(Problem.Kind.LIMITED, refusalOf(enter(Deadline.inMillis(240))));
    }

    @Test
    void whoComesFromElsewhereFindsRoomInALineThatOneNetworkHasFilled() {
        var flood = IntStream.range(0, 5).mapToObj(i -> enter()).toList();
        var shopper = enter("198.51.100.7");
        assertFalse(shopper.isComplete());
        assertEquals(Problem.Kind.LIMITED, refusalOf(flood.get(4)));
        assertEquals(Problem.Kind.LIMITED, refusalOf(enter()));

        begun.get(0).complete("done");
        begun.get(1).complete("done");

        assertEquals("198.51.100.7", whose.get(3));
        begun.get(3).complete("signed in");
        assertEquals("signed in", shopper.result());
    }

    @Test
    void severalNetworksTogetherLeaveRoomToo() {
        for (var address : List.of("192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2", "192.0.2.2")) enter(address);
        var shopper = enter("198.51.100.7");
        assertFalse(shopper.isComplete());
        var another = enter("198.51.100.8");
        assertEquals(Problem.Kind.LIMITED, refusalOf(another));
    }

    @Test
    void networksTakeTurns() {
        var wide = new Turnstile(test.vertx(), 1, 100);
        var order = new ArrayList<String>();
        Promise<String> first = Promise.promise();
        wide.enter(client("first", Deadline.in(Duration.ofMinutes(1))), first::future);
        for (var address : List.of("a", "a", "a", "a", "b", "b", "c")) {
            wide.enter(client(address, Deadline.in(Duration.ofMinutes(1))), () -> {
                order.add(address);
                return Future.succeededFuture("done");
            });
        }
        first.complete("done");
        assertEquals(List.of("a", "b", "c", "a", "b", "a", "a"), order);
    }

    @Test
    void theAddressesOfOneIpv6NetworkShareALine() {
        for (var i = 1; i <= 5; i++) enter("2001:db8:0:1::" + i);
        assertEquals(Problem.Kind.LIMITED, refusalOf(enter("2001:db8:0:1::6")));
        assertFalse(enter("2001:db8:0:2::1").isComplete());
    }

    @Test
    void theLineOfAnotherNetworkIsNotWaitedForToItsEnd() {
        var roomy = new Turnstile(test.vertx(), 2, 100);
        var patient = client("192.0.2.1", Deadline.in(Duration.ofMinutes(1)));
        Promise<String> first = Promise.promise();
        roomy.enter(patient, first::future);
        var some = Deadline.inMillis(250);
        while (!some.passed()) Thread.onSpinWait();
        first.complete("done");
        for (var i = 0; i < 42; i++) {
            roomy.enter(patient, () -> Promise.<String>promise().future());
        }

        assertEquals(
                Problem.Kind.LIMITED,
                refusalOf(roomy.enter(client("192.0.2.1", Deadline.inMillis(500)), first::future)));
        assertFalse(roomy.enter(client("198.51.100.7", Deadline.inMillis(500)), first::future)
                .isComplete());
    }
}
