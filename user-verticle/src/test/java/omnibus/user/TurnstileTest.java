package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;
import org.junit.jupiter.api.Test;

class TurnstileTest {
    private final Turnstile turnstile = new Turnstile(2, 3);
    private long clock;
    private final ArrayList<Promise<String>> begun = new ArrayList<>();

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
    void whoWouldWaitPastTheirDeadlineIsSentAwayAtOnce() {
        enter();
        enter();
        assertEquals(Problem.Kind.LIMITED, refusalOf(enter(Deadline.inMillis(-1))));
        assertFalse(enter().isComplete());
    }

    @Test
    void theWaitIsExpectedFromHowLongWorkUsuallyTakes() {
        var hour = Duration.ofHours(1).toNanos();
        var slow = new Turnstile(1, 3, () -> clock);
        slow.enter(Deadline.in(Duration.ofMinutes(1)), () -> {
            clock += hour;
            return Future.succeededFuture();
        });
        slow.enter(Deadline.in(Duration.ofMinutes(1)), () -> Promise.promise().future());

        var refusal = slow.enter(Deadline.in(Duration.ofMinutes(1)), Future::succeededFuture);

        var problem = assertInstanceOf(Problem.class, refusal.cause());
        assertEquals(Problem.Kind.LIMITED, problem.kind());
        assertEquals("451", problem.headers().get("Retry-After"));
    }

    @Test
    void whoseDeadlinePassedInLineIsNotLetIn() {
        enter();
        enter();
        var soon = Deadline.inMillis(200);
        var late = enter(soon);
        var patient = enter();
        while (!soon.passed()) Thread.onSpinWait();
        begun.get(0).complete("done");
        assertEquals(Problem.Kind.DEADLINE_PASSED, refusalOf(late));
        assertEquals(3, begun.size());
        assertFalse(patient.isComplete());
    }
}
