package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SessionStoreTest {
    @RegisterExtension
    static final UserFixtures shop = new UserFixtures();

    private static UUID endedAgo(String interval) {
        var session = UserFixtures.anId();
        shop.sql(
                "insert into ended_session (session, ended_at) values ($1, now() - interval '" + interval + "')",
                session);
        return session;
    }

    private static List<UUID> ended(Optional<java.time.Instant> since) {
        return shop.await(shop.sessionStore.ended(since)).sessions().stream()
                .map(SessionStore.EndedSession::session)
                .toList();
    }

    @Test
    void endedSessionsAreToldForTwentyMinutes() {
        var recent = endedAgo("19 minutes");
        var old = endedAgo("21 minutes");
        var told = ended(Optional.empty());
        assertTrue(told.contains(recent));
        assertFalse(told.contains(old));
    }

    @Test
    void whoAsksSinceTheLastAnswerMissesNothingCommittedLate() {
        var before = endedAgo("1 minute");
        var asOf = shop.await(shop.sessionStore.ended(Optional.empty())).asOf();
        var late = endedAgo("5 seconds");
        var told = ended(Optional.of(asOf));
        assertTrue(told.contains(late));
        assertFalse(told.contains(before));
    }

    @Test
    void whatIsOverIsClearedAway() {
        var account = shop.aCustomer();
        shop.signedIn(account);
        var alive = shop.sessionOf(shop.signedIn(account));
        var old = endedAgo("2 hours");
        shop.sql(
                "update session set expires_at = now() - interval '1 second' where user_id = $1 and id <> $2",
                account.id(),
                alive);

        shop.await(shop.sessionStore.prune());
        shop.await(shop.signIns.prune());

        assertEquals(java.util.Set.of(alive), shop.sessionsOf(account));
        assertEquals(
                0,
                shop.sql("select 1 from ended_session where session = $1", old).size());
    }

    @Test
    void onlySoManyKnownAddressesAreKept() {
        var account = shop.aCustomer();
        for (var i = 0; i < 25; i++) shop.signedIn(account);
        assertEquals(
                20,
                shop.sql("select 1 from known_address where user_id = $1", account.id())
                        .size());
    }
}
