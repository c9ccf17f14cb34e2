package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import omnibus.platform.Problem;
import omnibus.platform.events.Doorbell;
import omnibus.testkit.SecurityLines;
import omnibus.user.model.Account;
import omnibus.user.model.RefreshToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SessionsTest {
    @RegisterExtension
    static final UserFixtures shop = new UserFixtures();

    private static Future<Sessions.Tokens> refresh(RefreshToken token) {
        return shop.sessions.refresh(token.reveal(), shop.aClient());
    }

    private static String codeOfSignIn(String email, String password, Client client) {
        return shop.refusalOf(shop.sessions.signIn(email, password, client)).code();
    }

    private static void useUpFailures(Account account, Client client) {
        for (var i = 0; i < 10; i++) {
            assertEquals("wrong-credentials", codeOfSignIn(account.email(), "wrong password", client));
        }
    }

    private static void letTimePass(Account account, String interval) {
        shop.sql(
                "update session set last_used_at = last_used_at - interval '" + interval + "' where user_id = $1",
                account.id());
    }

    @Test
    void aWrongEmailAndAWrongPasswordAreRefusedAlike() {
        var account = shop.aCustomer();
        var wrongPassword = shop.refusalOf(shop.sessions.signIn(account.email(), "wrong password", shop.aClient()));
        var wrongEmail = shop.refusalOf(shop.sessions.signIn(shop.anEmail(), UserFixtures.PASSWORD, shop.aClient()));
        assertEquals(wrongPassword.body("/", "trace"), wrongEmail.body("/", "trace"));
        assertEquals(wrongPassword.headers(), wrongEmail.headers());
        assertEquals(Problem.Kind.UNAUTHENTICATED, wrongEmail.kind());
    }

    @Test
    void signingInWorksInAnySpellingOfTheEmail() {
        var account = shop.aCustomer();
        var spelled = " " + account.email().toUpperCase(java.util.Locale.ROOT);
        assertDoesNotThrow(() -> shop.await(shop.sessions.signIn(spelled, UserFixtures.PASSWORD, shop.aClient())));
    }

    @Test
    void theDatabaseKeepsNeitherPasswordNorToken() {
        var account = shop.aCustomer();
        var tokens = shop.await(refresh(shop.signedIn(account).refresh()));
        codeOfSignIn(account.email(), "a wrong password", shop.aClient());
        var dump = dump();
        assertTrue(dump.contains(tokens.refresh().hash()));
        assertFalse(dump.contains(tokens.refresh().reveal()));
        assertFalse(dump.contains(tokens.refresh().reveal().substring(24)));
        assertFalse(dump.contains(tokens.access()));
        assertFalse(dump.contains(UserFixtures.PASSWORD));
        assertFalse(dump.contains("a wrong password"));
        assertTrue(dump.contains(shop.keys.signing().kid()));
        assertEquals(List.of(), privateKeysIn(dump));
    }

    /** Every row of every table there is, those of later migrations included. */
    private static String dump() {
        var tables = shop.sql("""
                select format('%I.%I', table_schema, table_name) as name from information_schema.tables
                where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
                """);
        var dump = new StringBuilder();
        tables.forEach(table -> shop.sql("select t::text as line from " + table.getString("name") + " t")
                .forEach(row -> dump.append(row.getString("line")).append('\n')));
        return dump.toString();
    }

    /** What is a private key, whether it is written as bytea or as text in Base64. */
    private static List<String> privateKeysIn(String dump) {
        return Pattern.compile("\\\\x([0-9a-f]+)|([A-Za-z0-9+/]{100,}=*)")
                .matcher(dump)
                .results()
                .filter(found -> SigningKeysTest.isPrivateKey(
                        found.group(1) == null
                                ? Base64.getMimeDecoder().decode(found.group(2))
                                : HexFormat.of().parseHex(found.group(1))))
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void refreshingReplacesTheToken() {
        var first = shop.signedIn(shop.aCustomer());
        var second = shop.await(refresh(first.refresh()));
        var third = shop.await(refresh(second.refresh()));
        assertEquals(
                3,
                Stream.of(first, second, third)
                        .map(tokens -> tokens.refresh().reveal())
                        .distinct()
                        .count());
        assertEquals(shop.sessionOf(first), shop.sessionOf(third));
    }

    @Test
    void twoTabsThatRefreshAtOnceGetTheSameToken() {
        for (var round = 0; round < 5; round++) {
            var tokens = shop.signedIn(shop.aCustomer());
            var got = shop.allAtOnce(IntStream.range(0, 4).mapToObj(i -> refresh(tokens.refresh())));
            assertTrue(got.stream().allMatch(Objects::nonNull));
            var distinct = new HashSet<String>();
            got.forEach(answer -> distinct.add(answer.refresh().reveal()));
            assertEquals(1, distinct.size());
            assertDoesNotThrow(() -> shop.await(refresh(got.get(0).refresh())));
        }
    }

    @Test
    void aWrongPasswordIsASecurityEvent() {
        var account = shop.aCustomer();
        try (var lines = new SecurityLines()) {
            shop.refusalOf(shop.sessions.signIn(account.email(), "wrong password", shop.aClient()));
            var line = lines.one("sign-in-failed");
            assertEquals(account.id().toString(), line.get("user"));
            assertEquals("r-1", line.get("request"));
            assertEquals("192.0.2.0/24", line.get("network"));
        }
        try (var lines = new SecurityLines()) {
            shop.refusalOf(shop.sessions.signIn(shop.anEmail(), "wrong password", shop.aClient()));
            assertEquals("-", lines.one("sign-in-failed").get("user"));
        }
    }

    @Test
    void aUsedTokenThatIsShownAgainIsASecurityEventWithoutTheToken() {
        var account = shop.aCustomer();
        var first = shop.signedIn(account);
        shop.await(refresh(first.refresh()));
        letTimePass(account, "11 seconds");
        try (var lines = new SecurityLines()) {
            shop.refusalOf(refresh(first.refresh()));
            var line = lines.one("refresh-token-reused");
            assertEquals(account.id().toString(), line.get("user"));
            assertFalse(line.toString().contains(first.refresh().reveal()));
        }
    }

    @Test
    void aUsedTokenAfterTheGraceEndsTheFamily() {
        var account = shop.aCustomer();
        var first = shop.signedIn(account);
        var session = shop.sessionOf(first);
        var second = shop.await(refresh(first.refresh()));
        letTimePass(account, "11 seconds");

        assertEquals(
                "invalid-refresh-token",
                shop.refusalOf(refresh(first.refresh())).code());

        assertEquals(
                "invalid-refresh-token",
                shop.refusalOf(refresh(second.refresh())).code());
        assertTrue(shop.hasEnded(session));
        assertEquals(Set.of(), shop.sessionsOf(account));
        var ended = shop.eventsOf(account.id()).get(1);
        assertEquals("SessionsEnded", ended.type());
        assertEquals("token-reused", ended.data().path("reason").asText());
        assertEquals(session.toString(), ended.data().path("sessions").path(0).asText());
    }

    @Test
    void aUsedTokenWhoseSuccessorIsUsedEndsTheFamilyAtOnce() {
        var first = shop.signedIn(shop.aCustomer());
        var second = shop.await(refresh(first.refresh()));
        var third = shop.await(refresh(second.refresh()));
        assertEquals(
                "invalid-refresh-token",
                shop.refusalOf(refresh(first.refresh())).code());
        assertEquals(
                "invalid-refresh-token",
                shop.refusalOf(refresh(third.refresh())).code());
    }

    @Test
    void oneFamilyEndingLeavesTheOthers() {
        var account = shop.aCustomer();
        var stolen = shop.signedIn(account);
        var other = shop.signedIn(account);
        shop.await(refresh(shop.await(refresh(stolen.refresh())).refresh()));
        shop.refusalOf(refresh(stolen.refresh()));
        assertDoesNotThrow(() -> shop.await(refresh(other.refresh())));
    }

    @Test
    void anExpiredSessionIsOver() {
        var account = shop.aCustomer();
        var tokens = shop.signedIn(account);
        shop.sql("update session set expires_at = now() where user_id = $1", account.id());
        assertEquals(
                "invalid-refresh-token",
                shop.refusalOf(refresh(tokens.refresh())).code());
    }

    @Test
    void whatIsNoTokenOrOfNoFamilyIsRefusedTheSame() {
        var unknown = shop.refusalOf(refresh(RefreshToken.fresh()));
        var rubbish = shop.refusalOf(shop.sessions.refresh("rubbish", shop.aClient()));
        assertEquals(unknown.body("/", "t"), rubbish.body("/", "t"));
    }

    @Test
    void signingOutEndsTheSession() {
        var account = shop.aCustomer();
        var tokens = shop.signedIn(account);
        var session = shop.sessionOf(tokens);
        shop.await(shop.sessions.signOut(account.id(), tokens.refresh().reveal()));
        assertTrue(shop.hasEnded(session));
        assertEquals(
                "invalid-refresh-token",
                shop.refusalOf(refresh(tokens.refresh())).code());
        shop.await(shop.sessions.signOut(account.id(), tokens.refresh().reveal()));
    }

    @Test
    void gatewaysAreToldOfNothingWhenNothingHasEnded() {
        var account = shop.aCustomer();
        var tokens = shop.signedIn(account);
        var rings = new AtomicInteger();
        Promise<String> told = Promise.promise();
        var bell = Doorbell.listen(shop.test.vertx(), "user", () -> {
            rings.incrementAndGet();
            told.tryComplete("told");
        });
        shop.await(shop.sessions.signOut(account.id(), RefreshToken.fresh().reveal()));
        shop.await(shop.sessions.signOut(UserFixtures.anId(), tokens.refresh().reveal()));
        shop.await(shop.users.close(shop.identityOf(nobody(), UserFixtures.anId()), UserFixtures.ORIGIN));

        shop.await(shop.sessions.signOut(account.id(), tokens.refresh().reveal()));

        shop.await(told.future());
        assertEquals(1, rings.get());
        shop.await(bell.unregister());
    }

    private static Account nobody() {
        return new Account(UserFixtures.anId(), "nobody@example.com", "Nobody", Set.of(), Instant.EPOCH);
    }

    @Test
    void nobodySignsSomebodyElseOut() {
        var victim = shop.signedIn(shop.aCustomer());
        shop.await(shop.sessions.signOut(shop.aCustomer().id(), victim.refresh().reveal()));
        assertDoesNotThrow(() -> shop.await(refresh(victim.refresh())));
    }

    @Test
    void theOldestSessionMakesRoomForOneTooMany() {
        var account = shop.aCustomer();
        var all = IntStream.rangeClosed(0, SessionStore.SESSIONS_KEPT)
                .mapToObj(i -> shop.signedIn(account))
                .toList();
        assertEquals(SessionStore.SESSIONS_KEPT, shop.sessionsOf(account).size());
        assertEquals(
                "invalid-refresh-token",
                shop.refusalOf(refresh(all.get(0).refresh())).code());
        assertDoesNotThrow(() -> shop.await(refresh(all.get(1).refresh())));
    }

    @Test
    void afterTenFailuresEvenTheRightPasswordHasToWait() {
        var account = shop.aCustomer();
        for (var i = 0; i < 10; i++) {
            assertEquals("wrong-credentials", codeOfSignIn(account.email(), "wrong password", shop.aClient()));
        }
        var refusal = shop.refusalOf(shop.sessions.signIn(account.email(), UserFixtures.PASSWORD, shop.aClient()));
        assertEquals(Problem.Kind.LIMITED, refusal.kind());
        assertTrue(Integer.parseInt(refusal.headers().get("Retry-After")) <= 900);
    }

    @Test
    void anEmailOfNobodyIsLimitedLikeOneOfSomebody() {
        var email = shop.anEmail();
        for (var i = 0; i < 10; i++) {
            assertEquals("wrong-credentials", codeOfSignIn(email, "wrong password", shop.aClient()));
        }
        assertEquals("too-many-requests", codeOfSignIn(email, "wrong password", shop.aClient()));
    }

    @Test
    void oneAddressCannotTryManyAccounts() {
        var client = shop.aClient();
        for (var i = 0; i < 10; i++) {
            assertEquals("wrong-credentials", codeOfSignIn(shop.anEmail(), "one password", client));
        }
        assertEquals("too-many-requests", codeOfSignIn(shop.anEmail(), "one password", client));
    }

    @Test
    void strangersCannotLockOutWhoSignsInFromAKnownAddress() {
        var account = shop.aCustomer();
        var home = shop.aClient();
        shop.await(shop.sessions.signIn(account.email(), UserFixtures.PASSWORD, home));
        for (var i = 0; i < 12; i++) codeOfSignIn(account.email(), "wrong password", shop.aClient());

        assertEquals("too-many-requests", codeOfSignIn(account.email(), UserFixtures.PASSWORD, shop.aClient()));
        assertDoesNotThrow(() -> shop.await(shop.sessions.signIn(account.email(), UserFixtures.PASSWORD, home)));
    }

    @Test
    void aHundredWrongPasswordsFromAHundredAddressesAreTenGuesses() {
        var account = shop.aCustomer();
        var home = shop.aClient();
        shop.await(shop.sessions.signIn(account.email(), UserFixtures.PASSWORD, home));
        var told = IntStream.range(0, 100)
                .mapToObj(i -> codeOfSignIn(account.email(), "wrong password " + i, shop.aClient()))
                .toList();
        assertEquals(Collections.nCopies(10, "wrong-credentials"), told.subList(0, 10));
        assertEquals(Collections.nCopies(90, "too-many-requests"), told.subList(10, 100));
        assertEquals("too-many-requests", codeOfSignIn(account.email(), UserFixtures.PASSWORD, shop.aClient()));
        assertDoesNotThrow(() -> shop.await(shop.sessions.signIn(account.email(), UserFixtures.PASSWORD, home)));
    }

    @Test
    void aKnownAddressHasTenFailuresTooAndTheyAreItsOwn() {
        var account = shop.aCustomer();
        var home = shop.aClient();
        shop.await(shop.sessions.signIn(account.email(), UserFixtures.PASSWORD, home));
        useUpFailures(account, home);
        assertEquals("too-many-requests", codeOfSignIn(account.email(), UserFixtures.PASSWORD, home));
        assertDoesNotThrow(
                () -> shop.await(shop.sessions.signIn(account.email(), UserFixtures.PASSWORD, shop.aClient())));
    }

    @Test
    void ofManyWrongGuessesAtOnceTenAreTold() {
        var account = shop.aCustomer();
        var guesses = IntStream.range(0, 40)
                .mapToObj(i -> shop.sessions
                        .signIn(account.email(), "wrong password", shop.aClient())
                        .map("signed in")
                        .otherwise(refusal -> ((Problem) refusal).code()));
        var told = shop.allAtOnce(guesses);
        assertEquals(10, told.stream().filter("wrong-credentials"::equals).count());
        assertEquals(30, told.stream().filter("too-many-requests"::equals).count());
    }

    @Test
    void failuresAreForgottenAfterAQuarterOfAnHour() {
        var account = shop.aCustomer();
        var client = shop.aClient();
        useUpFailures(account, client);
        shop.sql("update sign_in_failure set at = array(select t - interval '15 minutes' from unnest(at) t)");
        assertDoesNotThrow(() -> shop.await(shop.sessions.signIn(account.email(), UserFixtures.PASSWORD, client)));
    }

    @Test
    void withLimitsOffNothingIsCounted() {
        var account = shop.aCustomer();
        var unlimited = shop.sessions(shop.passwords, false);
        var client = shop.aClient();
        for (var i = 0; i < 15; i++) {
            var refusal = shop.refusalOf(unlimited.signIn(account.email(), "wrong password", client));
            assertEquals("wrong-credentials", refusal.code());
        }
        assertDoesNotThrow(() -> shop.await(shop.sessions.signIn(account.email(), UserFixtures.PASSWORD, client)));
    }

    @Test
    void anOldHashIsMadeAnewWhenItsOwnerSignsIn() {
        var account = shop.aCustomer();
        var before = hashOf(account);
        var dearer = new Passwords.Cost(128, 2, 1);
        var upgrading = shop.sessions(new Passwords(shop.test.vertx(), dearer), true);

        var once = shop.await(upgrading.signIn(account.email(), UserFixtures.PASSWORD, shop.aClient()));

        assertTrue(before.contains("m=64,t=1"));
        assertTrue(hashOf(account).contains("m=128,t=2"));
        assertDoesNotThrow(() -> shop.await(refresh(once.refresh())));
        var after = hashOf(account);
        shop.await(upgrading.signIn(account.email(), UserFixtures.PASSWORD, shop.aClient()));
        assertEquals(after, hashOf(account));
    }

    @Test
    void aSessionProvenWithAPasswordChangedMeanwhileIsNotOpened() {
        var account = shop.aCustomer();
        var stale = new SessionStore.Proof(account.id(), 7, java.util.Optional.empty());
        var opened = shop.sessionStore.open(stale, java.util.Optional.empty(), now -> {
            throw new AssertionError("no session may begin");
        });
        assertTrue(shop.await(opened).isEmpty());
    }

    @Test
    void signInsDuringAPasswordChangeLeaveNoSessionOfTheOldPassword() {
        for (var round = 0; round < 5; round++) {
            var account = shop.aCustomer();
            var caller = shop.identityOf(account, UserFixtures.anId());
            var signIns = IntStream.range(0, 4)
                    .mapToObj(i -> shop.sessions
                            .signIn(account.email(), UserFixtures.PASSWORD, shop.aClient())
                            .<Object>map(tokens -> tokens));
            var change = Stream.of(shop.users
                    .changePassword(caller, UserFixtures.PASSWORD, "a better password", shop.aClient())
                    .<Object>map("changed"));
            var done = shop.allAtOnce(Stream.concat(signIns, change));
            assertNotEquals(null, done.get(4));
            assertEquals(Set.of(), shop.sessionsOf(account));
        }
    }

    private static String hashOf(Account account) {
        return shop.sql("select password_hash from account where id = $1", account.id())
                .iterator()
                .next()
                .getString("password_hash");
    }
}
