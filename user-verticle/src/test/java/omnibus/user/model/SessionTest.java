package omnibus.user.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import omnibus.testkit.Samples;
import omnibus.user.model.Session.Expired;
import omnibus.user.model.Session.Renewed;
import omnibus.user.model.Session.Repeated;
import omnibus.user.model.Session.Reused;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration A_DAY = Duration.ofDays(1);

    private final RefreshToken first = RefreshToken.fresh();
    private final Session session = Session.begin(new UUID(1, 1), new UUID(2, 2), first, NOON);

    private static Renewed renewed(Session session, RefreshToken shown, Instant at) {
        return assertInstanceOf(Renewed.class, session.use(shown, at, RefreshToken.freshNonce()));
    }

    private static Session.Use use(Session session, RefreshToken shown, Instant at) {
        return session.use(shown, at, RefreshToken.freshNonce());
    }

    @Test
    void usingTheCurrentTokenReplacesIt() {
        var once = renewed(session, first, NOON.plus(A_DAY));

        assertNotEquals(first.reveal(), once.next().reveal());
        assertEquals(first.family(), once.next().family());
        assertEquals(once.next().hash(), once.session().token());
        assertEquals(first.hash(), once.session().previous());
    }

    @Test
    void aUsedTokenShownAgainWithinTheGraceGetsTheSameSuccessor() {
        var once = renewed(session, first, NOON);
        var justInTime = NOON.plus(Session.GRACE).minusMillis(1);

        var again = assertInstanceOf(Repeated.class, use(once.session(), first, justInTime));

        assertEquals(once.next().reveal(), again.next().reveal());
    }

    @Test
    void aUsedTokenShownAfterTheGraceEndsTheFamily() {
        var once = renewed(session, first, NOON);
        assertInstanceOf(Reused.class, use(once.session(), first, NOON.plus(Session.GRACE)));
    }

    @Test
    void aUsedTokenShownAfterItsSuccessorWasUsedEndsTheFamilyEvenWithinTheGrace() {
        var once = renewed(session, first, NOON);
        var twice = renewed(once.session(), once.next(), NOON.plusSeconds(1));
        assertInstanceOf(Reused.class, use(twice.session(), first, NOON.plusSeconds(2)));
    }

    @Test
    void aSecretThatNeverWasATokenOfTheFamilyEndsItToo() {
        assertInstanceOf(Reused.class, use(session, first.successor(RefreshToken.freshNonce()), NOON));
    }

    @Test
    void aSessionUnusedForThirtyDaysIsOver() {
        assertInstanceOf(
                Renewed.class, use(session, first, NOON.plus(Session.IDLE_LIFE).minusMillis(1)));
        assertInstanceOf(Expired.class, use(session, first, NOON.plus(Session.IDLE_LIFE)));
    }

    @Test
    void useKeepsASessionAliveForThirtyMoreDays() {
        var later = NOON.plus(Session.IDLE_LIFE).minus(A_DAY);
        assertEquals(
                later.plus(Session.IDLE_LIFE),
                renewed(session, first, later).session().expiresAt());
    }

    @Test
    void howeverOftenItIsUsedASessionEndsWithItsWholeLife() {
        var at = NOON;
        var now = new Renewed(session, first);
        while (at.isBefore(NOON.plus(Session.WHOLE_LIFE).minus(Duration.ofDays(20)))) {
            at = at.plus(Duration.ofDays(20));
            now = renewed(now.session(), now.next(), at);
        }
        assertEquals(NOON.plus(Session.WHOLE_LIFE), now.session().expiresAt());
    }

    @Test
    void atMostOneTokenOfAFamilyIsEverGoodForANewOne() {
        Samples.forAll(40, draw -> {
            var all = new java.util.ArrayList<RefreshToken>();
            all.add(first);
            var current = session;
            var at = NOON;
            for (var step = 0; step <= draw.size(); step++) {
                at = at.plusSeconds(draw.between(0, 20));
                var last = all.get(all.size() - 1);
                var good = 0;
                for (var token : all) if (use(current, token, at) instanceof Renewed) good++;
                assertEquals(1, good);
                var next = renewed(current, last, at);
                current = next.session();
                all.add(next.next());
            }
        });
    }
}
