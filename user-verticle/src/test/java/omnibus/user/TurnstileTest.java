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
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;
import omnibus.testkit.TestPlatform;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TurnstileTest {
    private static TestPlatform test;

    private final Turnstile turnstile = new Turnstile(test.vertx(), 2, 3);
    private final ArrayList<Promise<String>> begun = new ArrayList<>();

    @BeforeAll
    static void start() {
        test = TestPlatform.start();
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    private Future<String> enter() {
        return enter(Deadline.in(Duration.ofMinutes(1)));
    }

    private Future<String> enter(Deadline deadline) {
        return turnstile.enter(deadline, () -> {
            Promise<String> work = Promise.promise();
            begun.add(work);
            return work.future();
        });
    }

    private static Problem.Kind refusalOf(Future<String> refused) {
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
        turnstile.enter(Deadline.in(Duration.ofMinutes(1)), () -> {
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
}
