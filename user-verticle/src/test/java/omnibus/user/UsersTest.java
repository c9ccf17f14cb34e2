package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import omnibus.platform.Problem;
import omnibus.platform.Secret;
import omnibus.platform.events.Event;
import omnibus.user.model.Account;
import omnibus.user.model.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class UsersTest {
    @RegisterExtension
    static final UserFixtures shop = new UserFixtures();

    private static final Set<Role> CUSTOMER = Set.of(Role.CUSTOMER);

    private static Problem wrongSignIn(Account account, String password) {
        return shop.refusalOf(shop.sessions.signIn(account.email(), password, shop.aClient()));
    }

    @Test
    void whoRegistersIsACustomerWithANormalisedEmail() {
        var account = shop.await(shop.users.register(
                "  Ada.Lovelace@Example.COM ", UserFixtures.PASSWORD, "Ada Lovelace", shop.aClient()));

        assertEquals("ada.lovelace@example.com", account.email());
        assertEquals(CUSTOMER, account.roles());
        assertEquals(List.of("UserRegistered"), shop.eventTypesOf(account.id()));
    }

    @Test
    void anEmailBelongsToOneAccountInWhateverSpelling() {
        var account = shop.aCustomer();
        var again = shop.users.register(
                account.email().toUpperCase(java.util.Locale.ROOT), UserFixtures.PASSWORD, "Eve", shop.aClient());
        assertEquals("email-taken", shop.refusalOf(again).code());
    }

    @Test
    void ofTwoWhoRegisterOneEmailAtOnceOneGetsIt() {
        var email = shop.anEmail();
        var made = shop.allAtOnce(IntStream.range(0, 6)
                .mapToObj(i -> shop.users.register(email, UserFixtures.PASSWORD, "Twin " + i, shop.aClient())));

        assertEquals(1, made.stream().filter(Objects::nonNull).count());
        assertEquals(
                "email-taken",
                shop.refusalOf(shop.users.register(email, UserFixtures.PASSWORD, "X", shop.aClient()))
                        .code());
    }

    @Test
    void aBreachedPasswordIsRefusedWhenAListIsConfigured(@TempDir Path folder) throws IOException {
        var list = Files.writeString(folder.resolve("breached"), "123456789\npassword1\n\n");
        var users = shop.users(shop.passwords, BreachedPasswords.read(list), true);

        var refusal = org.junit.jupiter.api.Assertions.assertThrows(
                Problem.class, () -> users.register(shop.anEmail(), "password1", "Eve", shop.aClient()));

        assertEquals("breached-password", refusal.code());
        assertEquals("/password", refusal.faults().get(0).pointer());
    }

    @Test
    void aPasswordChangeEndsAllOtherSessionsAndKeepsItsOwn() {
        var account = shop.aCustomer();
        var here = shop.signedIn(account);
        var there = shop.signedIn(account);
        var hereId = shop.sessionOf(here);
        var thereId = shop.sessionOf(there);

        shop.await(shop.users.changePassword(
                shop.identityOf(account, hereId), UserFixtures.PASSWORD, "a better password", shop.aClient()));

        assertEquals(Set.of(hereId), shop.sessionsOf(account));
        assertTrue(shop.hasEnded(thereId));
        assertFalse(shop.hasEnded(hereId));
        assertEquals(
                "wrong-credentials", wrongSignIn(account, UserFixtures.PASSWORD).code());
        assertDoesNotThrow(
                () -> shop.await(shop.sessions.signIn(account.email(), "a better password", shop.aClient())));
    }

    @Test
    void aPasswordChangeNeedsThePresentPassword() {
        var account = shop.aCustomer();
        var refusal = shop.refusalOf(shop.users.changePassword(
                shop.identityOf(account, UserFixtures.anId()), "a guess of mine", "a better password", shop.aClient()));
        assertEquals("wrong-password", refusal.code());
        assertEquals("/current", refusal.faults().get(0).pointer());
    }

    @Test
    void thePresentPasswordCannotBeGuessedByWhoHoldsAnAccessToken() {
        var account = shop.aCustomer();
        var caller = shop.identityOf(account, UserFixtures.anId());
        for (var i = 0; i < 10; i++) {
            var guess = shop.users.changePassword(caller, "guess number " + i, "a better password", shop.aClient());
            assertEquals("wrong-password", shop.refusalOf(guess).code());
        }
        var right = shop.users.changePassword(caller, UserFixtures.PASSWORD, "a better password", shop.aClient());
        assertEquals(Problem.Kind.LIMITED, shop.refusalOf(right).kind());
    }

    @Test
    void ofTwoPasswordChangesAtOnceOneCounts() {
        var account = shop.aCustomer();
        var caller = shop.identityOf(account, UserFixtures.anId());
        var begun = Stream.of("first new password", "second new password")
                .map(wanted -> shop.users
                        .changePassword(caller, UserFixtures.PASSWORD, wanted, shop.aClient())
                        .map(wanted));

        var changed = shop.allAtOnce(begun).stream().filter(Objects::nonNull).toList();

        assertEquals(1, changed.size());
        assertDoesNotThrow(() -> shop.await(shop.sessions.signIn(account.email(), changed.get(0), shop.aClient())));
    }

    @Test
    void closingAnAccountErasesThePersonAndFreesTheEmail() {
        var account = shop.aCustomer();
        var session = shop.sessionOf(shop.signedIn(account));
        shop.await(shop.addresses.add(account.id(), AddressesTest.anAddress()));

        shop.await(shop.users.close(shop.identityOf(account, session), UserFixtures.ORIGIN));

        var row = shop.sql("select * from account where id = $1", account.id())
                .iterator()
                .next();
        assertTrue(Stream.of("email", "name", "password_hash").allMatch(column -> row.getValue(column) == null));
        for (var table : List.of("address", "session", "known_address")) {
            assertEquals(
                    0,
                    shop.sql("select 1 from " + table + " where user_id = $1", account.id())
                            .size(),
                    table);
        }
        assertTrue(shop.hasEnded(session));
        assertEquals(List.of("UserRegistered", "UserDeleted", "SessionsEnded"), shop.eventTypesOf(account.id()));
        assertEquals(
                "wrong-credentials", wrongSignIn(account, UserFixtures.PASSWORD).code());
        var next = shop.await(shop.users.register(account.email(), UserFixtures.PASSWORD, "Next", shop.aClient()));
        assertNotEquals(account.id(), next.id());
    }

    @Test
    void whatTheLogTellsNamesNobody() {
        var account = shop.aCustomer();
        shop.await(shop.users.close(shop.identityOf(account, UserFixtures.anId()), UserFixtures.ORIGIN));
        var told =
                shop.eventsOf(account.id()).stream().map(Event::data).toList().toString();
        assertFalse(told.contains("@") || told.contains("Some Body"), told);
    }

    @Test
    void closingAClosedAccountChangesNothing() {
        var account = shop.aCustomer();
        var caller = shop.identityOf(account, UserFixtures.anId());
        shop.await(shop.users.close(caller, UserFixtures.ORIGIN));
        shop.await(shop.users.close(caller, UserFixtures.ORIGIN));
        assertEquals(
                1,
                shop.eventTypesOf(account.id()).stream()
                        .filter("UserDeleted"::equals)
                        .count());
        assertEquals(
                Problem.Kind.UNAUTHENTICATED,
                shop.refusalOf(shop.users.own(caller)).kind());
    }

    @Test
    void theLastAdminCanNeitherBeDemotedNorLeave() {
        shop.noAdmins();
        var admin = shop.anAdmin();
        var caller = shop.identityOf(admin, UserFixtures.anId());
        var demotion = shop.users.changeRoles(admin.id(), CUSTOMER, caller, UserFixtures.ORIGIN);
        assertEquals("last-admin", shop.refusalOf(demotion).code());
        assertEquals(
                "last-admin",
                shop.refusalOf(shop.users.close(caller, UserFixtures.ORIGIN)).code());
        assertTrue(shop.await(shop.users.own(caller)).isAdmin());
    }

    @Test
    void twoAdminsWhoDemoteEachOtherAtOnceLeaveOne() {
        for (var round = 0; round < 5; round++) {
            shop.noAdmins();
            var one = shop.anAdmin();
            var other = shop.anAdmin();
            var demoted = shop.allAtOnce(Stream.of(
                    shop.users.changeRoles(
                            one.id(), CUSTOMER, shop.identityOf(other, UserFixtures.anId()), UserFixtures.ORIGIN),
                    shop.users.changeRoles(
                            other.id(), CUSTOMER, shop.identityOf(one, UserFixtures.anId()), UserFixtures.ORIGIN)));
            assertEquals(1, demoted.stream().filter(Objects::nonNull).count());
            assertTrue(shop.await(shop.accounts.hasAdmin()));
        }
    }

    @Test
    void twoAdminsOneLeavingAndOneDemotedAtOnceLeaveOne() {
        for (var round = 0; round < 5; round++) {
            shop.noAdmins();
            var one = shop.anAdmin();
            var other = shop.anAdmin();
            var done = shop.allAtOnce(Stream.of(
                    shop.users
                            .changeRoles(
                                    one.id(), CUSTOMER, shop.identityOf(one, UserFixtures.anId()), UserFixtures.ORIGIN)
                            .map(Account::id),
                    shop.users
                            .close(shop.identityOf(other, UserFixtures.anId()), UserFixtures.ORIGIN)
                            .map(other.id())));
            assertEquals(1, done.stream().filter(Objects::nonNull).count());
            assertTrue(shop.await(shop.accounts.hasAdmin()));
        }
    }

    @Test
    void aRoleTakenAwayEndsTheAccessTokensAndKeepsTheRefreshToken() {
        shop.noAdmins();
        shop.anAdmin();
        var admin = shop.anAdmin();
        var tokens = shop.signedIn(admin);
        var session = shop.sessionOf(tokens);

        shop.await(shop.users.changeRoles(admin.id(), CUSTOMER, shop.identityOf(admin, session), UserFixtures.ORIGIN));

        assertTrue(shop.hasEnded(session));
        assertEquals(1, shop.sessionsOf(admin).size());
        var refreshed = shop.await(shop.sessions.refresh(tokens.refresh().reveal(), shop.aClient()));
        assertNotEquals(session, shop.sessionOf(refreshed));
        assertEquals(
                List.of("UserRegistered", "RolesChanged", "RolesChanged", "SessionsEnded"),
                shop.eventTypesOf(admin.id()));
    }

    @Test
    void aRoleGivenEndsNothing() {
        var customer = shop.aCustomer();
        var session = shop.sessionOf(shop.signedIn(customer));
        var both = Set.of(Role.CUSTOMER, Role.ADMIN);

        var promoted = shop.await(
                shop.users.changeRoles(customer.id(), both, shop.identityOf(customer, session), UserFixtures.ORIGIN));

        assertEquals(both, promoted.roles());
        assertEquals(Set.of(session), shop.sessionsOf(customer));
    }

    @Test
    void rolesOfNobodyCannotBeChanged() {
        var caller = shop.identityOf(shop.aCustomer(), UserFixtures.anId());
        var change = shop.users.changeRoles(UserFixtures.anId(), CUSTOMER, caller, UserFixtures.ORIGIN);
        assertEquals(Problem.Kind.NOT_FOUND, shop.refusalOf(change).kind());
    }

    @Test
    void theFirstAdminIsMadeOnceHoweverManyInstancesStart() {
        shop.noAdmins();
        var config = Optional.of(new UserConfig.FirstAdmin(shop.anEmail(), new Secret("the admin's password")));

        shop.allAtOnce(IntStream.range(0, 4).mapToObj(i -> shop.users.ensureAdmin(config)));

        assertEquals(
                1, shop.sql("select 1 from account where 'admin' = any (roles)").size());
        var tokens = shop.sessions.signIn(config.get().email(), "the admin's password", shop.aClient());
        assertDoesNotThrow(() -> shop.await(tokens));
    }

    @Test
    void anotherAdminPasswordInTheConfigurationChangesNothingLater() {
        shop.noAdmins();
        var email = shop.anEmail();
        shop.await(shop.users.ensureAdmin(Optional.of(new UserConfig.FirstAdmin(email, new Secret("first password")))));
        shop.await(shop.users.ensureAdmin(Optional.of(new UserConfig.FirstAdmin(email, new Secret("other password")))));
        assertDoesNotThrow(() -> shop.await(shop.sessions.signIn(email, "first password", shop.aClient())));
    }

    @Test
    void whoSquattedOnTheAdminsEmailLosesItWithAllSessions() {
        shop.noAdmins();
        var squatter = shop.aCustomer();
        var session = shop.sessionOf(shop.signedIn(squatter));

        shop.await(shop.users.ensureAdmin(
                Optional.of(new UserConfig.FirstAdmin(squatter.email(), new Secret("the admin's password")))));

        assertTrue(shop.hasEnded(session));
        assertEquals(
                "wrong-credentials",
                wrongSignIn(squatter, UserFixtures.PASSWORD).code());
        assertDoesNotThrow(
                () -> shop.await(shop.sessions.signIn(squatter.email(), "the admin's password", shop.aClient())));
    }

    @Test
    void anAccountIsRenamedAndAClosedOneIsNot() {
        var account = shop.aCustomer();
        var caller = shop.identityOf(account, UserFixtures.anId());
        assertEquals(
                "Ada King", shop.await(shop.users.rename(caller, "Ada King")).name());
        shop.await(shop.users.close(caller, UserFixtures.ORIGIN));
        assertEquals(
                Problem.Kind.UNAUTHENTICATED,
                shop.refusalOf(shop.users.rename(caller, "X")).kind());
    }

    @Test
    void versionsOfAnAccountsEventsRise() {
        shop.anAdmin();
        var admin = shop.anAdmin();
        UUID session = shop.sessionOf(shop.signedIn(admin));
        shop.await(shop.users.changeRoles(admin.id(), CUSTOMER, shop.identityOf(admin, session), UserFixtures.ORIGIN));
        var versions = shop.eventsOf(admin.id()).stream().map(Event::version).toList();
        assertEquals(List.of(1L, 2L, 3L, 4L), versions);
    }
}
