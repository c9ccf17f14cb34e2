package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.call.Identity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AccessTokensTest {
    private static final Signer SHOP = new Signer("shop-1");
    private static final Signer OTHER = new Signer("other-1");
    private static final String USER = Ids.next().toString();
    /** Of some day long past, in seconds: no clock but the given one says whether a token counts. */
    private static final long NOON = 1_500_000_000L;

    private static Vertx vertx;

    private final AtomicInteger fetches = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final Set<String> sessionsEnded = new HashSet<>();
    private final EndedSessions ended = new EndedSessions(since -> Future.succeededFuture(sessions()), nanos::get);
    private Signer[] published = {SHOP};

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private final SigningKeys keys = new SigningKeys(
            vertx,
            () -> {
                fetches.incrementAndGet();
                return Future.succeededFuture(Signer.keySet(published));
            },
            nanos::get);
    private final AccessTokens tokens = new AccessTokens(keys, ended, Clock.systemUTC());

    @Test
    void aGoodTokenTellsUserRolesAndSession() {
        var identity = identify(SHOP.token(USER, "s1", "customer", "admin"));
        assertEquals(new Identity(Ids.parse(USER).orElseThrow(), Set.of("customer", "admin"), "s1"), identity);
    }

    @Test
    void whoSendsNoTokenIsAnonymous() {
        assertFalse(tokens.identify(null).result().signedIn());
    }

    @Test
    void aTokenIsVerifiedOnceAndThenKnown() {
        var token = SHOP.token(USER, "s1");
        identify(token);
        assertTrue(tokens.identify("Bearer " + token).isComplete());
        assertEquals(1, fetches.get());
    }

    @Test
    void unsignedTokensAreRefused() {
        for (var algorithm : List.of("none", "None", "NONE", "")) {
            var header = SHOP.header();
            header.put("alg", algorithm);
            var input = Signer.input(header, Signer.claims(USER, "s1"));
            refused(input);
            refused(input + ".");
            refused(input + ".AAAA");
        }
        refused(Signer.input(SHOP.header(), Signer.claims(USER, "s1")) + ".");
    }

    @Test
    void aTokenSignedWithThePublicKeyAsASecretIsRefused() {
        refused(SHOP.signWithPublicKeyAsSecret(Signer.claims(USER, "s1", "admin")));
    }

    @Test
    void aTokenOfAnotherShopIsRefused() {
        refused(OTHER.token(USER, "s1"));
        var header = OTHER.header();
        header.put("kid", "shop-1");
        refused(OTHER.sign(header, Signer.claims(USER, "s1")));
    }

    @Test
    void aTamperedTokenIsRefused() {
        var parts = SHOP.token(USER, "s1").split("\\.");
        var forged = SHOP.token(USER, "s1", "admin").split("\\.");
        refused(parts[0] + '.' + forged[1] + '.' + parts[2]);
        refused(parts[0] + '.' + parts[1] + '.' + parts[2] + ".");
        refused(parts[0] + '.' + parts[1] + '.' + parts[2] + '.' + parts[2]);
    }

    @Test
    void anotherKindOfTokenIsRefused() {
        for (var type : List.of("JWT", "rt+jwt", "")) {
            var header = SHOP.header();
            header.put("typ", type);
            refused(SHOP.sign(header, Signer.claims(USER, "s1")));
        }
        var withoutType = SHOP.header();
        withoutType.remove("typ");
        refused(SHOP.sign(withoutType, Signer.claims(USER, "s1")));
        var critical = SHOP.header();
        critical.put("crit", List.of("exp"));
        refused(SHOP.sign(critical, Signer.claims(USER, "s1")));
        var withoutKey = SHOP.header();
        withoutKey.remove("kid");
        refused(SHOP.sign(withoutKey, Signer.claims(USER, "s1")));
    }

    @Test
    void claimsThatDoNotHoldAreRefused() {
        var now = System.currentTimeMillis() / 1000;
        refusedWith("exp", now - 1);
        refusedWith("exp", null);
        refusedWith("exp", "never");
        refusedWith("exp", now + 900.5);
        refusedWith("nbf", now + 60);
        refusedWith("nbf", "now");
        refusedWith("iss", "omnibus-staging");
        refusedWith("iss", null);
        refusedWith("aud", "somebody-else");
        refusedWith("aud", List.of());
        refusedWith("aud", null);
        refusedWith("sub", "admin");
        refusedWith("sub", null);
        refusedWith("sid", null);
        refusedWith("iat", "then");
        refusedWith("iat", null);
        refusedWith("iat", now + 0.5);
        refusedWith("iat", Long.MIN_VALUE);
        refusedWith("iat", java.math.BigInteger.TWO.pow(64).add(java.math.BigInteger.valueOf(now)));
    }

    @Test
    void noTokenMayLiveLongerThanOursDo() {
        var longer = claimsAt(NOON);
        longer.put("exp", NOON + 901);
        refusedAt(NOON, longer);
        var forEver = claimsAt(NOON);
        forEver.put("exp", Long.MAX_VALUE);
        refusedAt(NOON, forEver);
        var backdated = claimsAt(NOON);
        backdated.put("iat", NOON - 1);
        refusedAt(NOON, backdated);
        acceptedAt(NOON, claimsAt(NOON));
        acceptedAt(NOON + 899, claimsAt(NOON));
    }

    @Test
    void aClockThatIsSecondsAheadMakesNoTokenBadAndNoneLiveLonger() {
        var ahead = claimsAt(NOON + 5);
        ahead.put("nbf", NOON + 5);
        acceptedAt(NOON, ahead);
        refusedAt(NOON, claimsAt(NOON + 6));
        var early = claimsAt(NOON);
        early.put("nbf", NOON + 6);
        refusedAt(NOON, early);
        refusedAt(NOON + 900, claimsAt(NOON));
    }

    @Test
    void theTokensOfAKeyThatIsShownNoMoreAreRefusedAlsoWhenTheyAreKnown() {
        var token = SHOP.token(USER, "s1");
        var watched = await(tokens.examine("Bearer " + token));
        published = new Signer[] {OTHER};
        identify(token);
        assertFalse(tokens.isOver(watched));

        nanos.addAndGet(61_000_000_000L);

        refused(token);
        assertTrue(tokens.isOver(watched));
        published = new Signer[] {SHOP, OTHER};
        nanos.addAndGet(61_000_000_000L);
        identify(token);
    }

    @Test
    void whoOnlyListensHearsNoMoreWhenTheKeyIsGone() {
        var watched = await(tokens.examine("Bearer " + SHOP.token(USER, "s1")));
        published = new Signer[] {OTHER};
        nanos.addAndGet(61_000_000_000L);
        assertTrue(tokens.isOver(watched));
        assertFalse(tokens.isOver(await(tokens.examine(null))));
    }

    @Test
    void keysThatNobodyAskedAboutForLongAreFetchedBeforeTheyAreUsed() {
        Promise<JsonNode> answer = Promise.promise();
        var asked = new AtomicInteger();
        var slow = new SigningKeys(
                vertx,
                () -> asked.getAndIncrement() == 0 ? Future.succeededFuture(Signer.keySet(SHOP)) : answer.future(),
                nanos::get);
        var timed = new AccessTokens(slow, ended, Clock.systemUTC());
        var token = "Bearer " + SHOP.token(USER, "s1");
        await(timed.identify(token));

        nanos.addAndGet(61_000_000_000L);
        assertTrue(timed.identify(token).succeeded());
        nanos.addAndGet(60_000_000_000L);
        var first = timed.identify(token);
        var second = timed.identify(token);
        assertFalse(first.isComplete());
        assertFalse(second.isComplete());
        answer.complete(Signer.keySet(OTHER));

        assertEquals("invalid-token", problem(first).code());
        assertEquals("invalid-token", problem(second).code());
        assertEquals(2, asked.get());
    }

    @Test
    void whileTheUserServiceIsAwayTheKnownKeysStayInUse() {
        var away = new AtomicBoolean();
        var keysOfBefore = new SigningKeys(
                vertx,
                () -> away.get()
                        ? Future.failedFuture(Problem.unavailable("away", 1))
                        : Future.succeededFuture(Signer.keySet(SHOP)),
                nanos::get);
        var timed = new AccessTokens(keysOfBefore, ended, Clock.systemUTC());
        await(timed.identify("Bearer " + SHOP.token(USER, "s1")));
        away.set(true);
        for (var i = 0; i < 3; i++) {
            nanos.addAndGet(200_000_000_000L);
            assertTrue(
                    await(timed.identify("Bearer " + SHOP.token(USER, "s" + i))).signedIn());
        }
    }

    @Test
    void anAudienceMayBeOneOfSeveral() {
        var claims = Signer.claims(USER, "s1");
        claims.put("aud", List.of("x", "omnibus-api"));
        assertTrue(identify(SHOP.sign(SHOP.header(), claims)).signedIn());
    }

    @Test
    void rubbishIsRefused() {
        for (var token : List.of("", "x", "a.b", "a.b.c", "..", "ä.ö.ü", "x".repeat(10_000))) refused(token);
        assertEquals(
                "invalid-token", problem(tokens.identify("Basic dXNlcjpwdw==")).code());
    }

    @Test
    void aKnownTokenEndsWithItsTime() {
        var token = SHOP.token(USER, "s1");
        var clock = new MovingClock();
        var timed = new AccessTokens(keys, ended, clock);
        assertTrue(await(timed.identify("Bearer " + token)).signedIn());
        clock.now = clock.now.plusSeconds(901);
        assertEquals("invalid-token", problem(timed.identify("Bearer " + token)).code());
    }

    @Test
    void aTokenOfAnEndedSessionIsRefusedAlsoWhenItIsKnown() {
        var token = SHOP.token(USER, "s9");
        identify(token);
        sessionsEnded.add("s9");
        ended.read();
        refused(token);
        identify(SHOP.token(USER, "s10"));
    }

    private JsonNode sessions() {
        return Json.tree(Map.of(
                "sessions",
                sessionsEnded.stream().map(it -> Map.of("session", it)).toList()));
    }

    @Test
    void whileItIsNotKnownWhoseSessionHasEndedNoTokenIsGood() {
        var answers = new ArrayDeque<>(List.of(
                Future.<JsonNode>failedFuture(Problem.unavailable("away", 1)), Future.succeededFuture(sessions())));
        var justStarted =
                new AccessTokens(keys, new EndedSessions(since -> answers.remove(), nanos::get), Clock.systemUTC());
        var token = SHOP.token(USER, "s1");
        assertEquals(503, problem(justStarted.identify("Bearer " + token)).status());
        assertTrue(await(justStarted.identify("Bearer " + token)).signedIn());
    }

    @Test
    void aNewKeyIsFetchedWhenATokenNamesIt() {
        identify(SHOP.token(USER, "s1"));
        published = new Signer[] {SHOP, OTHER};
        nanos.addAndGet(6_000_000_000L);
        assertTrue(identify(OTHER.token(USER, "s2")).signedIn());
    }

    @Test
    void inventedKeyIdsDoNotCauseAFloodOfFetches() {
        identify(SHOP.token(USER, "s1"));
        for (var i = 0; i < 100; i++) {
            var header = SHOP.header();
            header.put("kid", "invented-" + i);
            refused(SHOP.sign(header, Signer.claims(USER, "s1")));
        }
        assertEquals(1, fetches.get());
    }

    @Test
    void aKeyThatIsNoRs256KeyIsNeverUsed() {
        var key = new java.util.HashMap<>(SHOP.jwk());
        key.put("alg", "RS512");
        var strange = new SigningKeys(
                vertx,
                () -> Future.succeededFuture(Json.tree(Map.of("keys", List.of(key, Map.of("kty", "oct", "kid", "k"))))),
                nanos::get);
        var picky = new AccessTokens(strange, ended, Clock.systemUTC());
        assertEquals(
                "invalid-token",
                problem(picky.identify("Bearer " + SHOP.token(USER, "s1"))).code());
    }

    @Test
    void withoutKeysTheAnswerIsThatOfTheUserService() {
        var away = new SigningKeys(vertx, () -> Future.failedFuture(Problem.unavailable("away", 1)), nanos::get);
        var blind = new AccessTokens(away, ended, Clock.systemUTC());
        assertEquals(
                503, problem(blind.identify("Bearer " + SHOP.token(USER, "s1"))).status());
    }

    private static Map<String, Object> claimsAt(long seconds) {
        return Signer.claims(seconds, USER, "s1");
    }

    private Future<Identity> identifiedAt(long seconds, Map<String, Object> claims) {
        var clock = Clock.fixed(Instant.ofEpochSecond(seconds), ZoneOffset.UTC);
        return new AccessTokens(keys, ended, clock).identify("Bearer " + SHOP.sign(SHOP.header(), claims));
    }

    private void acceptedAt(long seconds, Map<String, Object> claims) {
        assertTrue(await(identifiedAt(seconds, claims)).signedIn());
    }

    private void refusedAt(long seconds, Map<String, Object> claims) {
        assertEquals("invalid-token", problem(identifiedAt(seconds, claims)).code());
    }

    private void refusedWith(String claim, Object value) {
        var claims = Signer.claims(USER, "s1");
        if (value == null) claims.remove(claim);
        else claims.put(claim, value);
        refused(SHOP.sign(SHOP.header(), claims));
    }

    private Identity identify(String token) {
        return await(tokens.identify("Bearer " + token));
    }

    private void refused(String token) {
        var problem = problem(tokens.identify("Bearer " + token));
        assertEquals("invalid-token", problem.code(), token);
        assertTrue(problem.headers().get("WWW-Authenticate").contains("invalid_token"));
    }

    private static Problem problem(Future<Identity> identified) {
        return assertThrows(Problem.class, () -> await(identified));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException runtime) throw runtime;
            throw new IllegalStateException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class MovingClock extends Clock {
        private Instant now = Instant.now();

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
