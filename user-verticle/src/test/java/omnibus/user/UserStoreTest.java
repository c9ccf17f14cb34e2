package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.pgclient.PgException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Problem;
import omnibus.user.model.Account;
import omnibus.user.model.PasswordHash;
import omnibus.user.model.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UserStoreTest {
    @RegisterExtension
    static final UserFixtures shop = new UserFixtures();

    private static final PasswordHash HASH = PasswordHash.of(64, 1, 1, new byte[16], new byte[32]);

    private static UserStore.NewAccount anAccount(String email) {
        return new UserStore.NewAccount(UserFixtures.anId(), email, "Ada", Set.of(Role.CUSTOMER), Optional.of(HASH));
    }

    private static String constraintBrokenBy(String statement, Object... values) {
        var refusal = assertThrows(PgException.class, () -> shop.sql(statement, values));
        return refusal.getConstraint();
    }

    @Test
    void theDatabaseItselfKeepsEmailsApartInAnyCase() {
        var email = shop.anEmail();
        shop.await(shop.userStore.insert(anAccount(email)));
        var refusal = shop.refusalOf(shop.userStore.insert(anAccount(email.toUpperCase(java.util.Locale.ROOT))));
        assertEquals(Problem.Kind.CONFLICT, refusal.kind());
    }

    @Test
    void aRefusedRegistrationLeavesNoEvent() {
        var email = shop.anEmail();
        shop.await(shop.userStore.insert(anAccount(email)));
        var second = anAccount(email);
        shop.refusalOf(shop.userStore.insert(second));
        assertTrue(shop.eventsOf(second.id()).isEmpty());
    }

    @Test
    void theDatabaseKnowsNoOtherRolesAndNoHalfErasedAccounts() {
        var id = shop.aCustomer().id();
        assertEquals(
                "account_roles_known", constraintBrokenBy("update account set roles = '{root}' where id = $1", id));
        assertEquals(
                "account_whole_or_erased",
                constraintBrokenBy("update account set erased_at = now() where id = $1", id));
        assertEquals(
                "account_whole_or_erased", constraintBrokenBy("update account set email = null where id = $1", id));
    }

    @Test
    void aDecisionThatRefusesChangesNothing() {
        var account = shop.aCustomer();
        shop.refusalOf(shop.userStore.changeRoles(account.id(), (before, admins) -> {
            throw Problem.conflict("no", "No.");
        }));
        shop.refusalOf(shop.userStore.erase(account.id(), (before, admins) -> {
            throw Problem.conflict("no", "No.");
        }));
        assertEquals(account, shop.await(shop.accounts.find(account.id())).orElseThrow());
    }

    @Test
    void whoIsErasedIsNotFoundBySomebodyWhoDecides() {
        var account = shop.aCustomer();
        shop.await(shop.userStore.erase(account.id(), (before, admins) -> {}));
        assertTrue(shop.await(shop.userStore.changeRoles(account.id(), (before, admins) -> before))
                .isEmpty());
        assertTrue(shop.await(shop.accounts.credential(account.id())).isEmpty());
    }

    @Test
    void pagesSurviveInsertsAndShowEachAccountOnce() {
        for (var i = 0; i < 5; i++) shop.aCustomer();
        var seen = new ArrayList<UUID>();
        var created = OffsetDateTime.parse("9999-01-01T00:00:00Z");
        var id = new UUID(-1, -1);
        var newest = shop.await(shop.accounts.page(created, id, 1)).get(0);
        while (true) {
            var page = shop.await(shop.accounts.page(created, id, 2));
            if (page.isEmpty()) break;
            page.stream().map(Account::id).forEach(seen::add);
            var last = page.get(page.size() - 1);
            created = last.createdAt().atOffset(java.time.ZoneOffset.UTC);
            id = last.id();
            shop.aCustomer();
        }
        assertEquals(newest.id(), seen.get(0));
        assertEquals(seen.size(), Set.copyOf(seen).size());
        assertTrue(seen.size() >= 5);
    }
}
