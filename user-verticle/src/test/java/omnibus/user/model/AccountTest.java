package omnibus.user.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Problem;
import org.junit.jupiter.api.Test;

class AccountTest {
    private static final UUID SOMEBODY_ELSE = new UUID(7, 7);
    private final Account admin = anAccount(Role.CUSTOMER, Role.ADMIN);

    private static Account anAccount(Role... roles) {
        return new Account(new UUID(1, 1), "ada@example.com", "Ada", Set.of(roles), Instant.EPOCH);
    }

    @Test
    void theLastAdminCannotBeDemoted() {
        var refusal = assertThrows(Problem.class, () -> admin.withRoles(Set.of(Role.CUSTOMER), Set.of(admin.id())));
        assertEquals("last-admin", refusal.code());
        assertEquals(Problem.Kind.CONFLICT, refusal.kind());
    }

    @Test
    void theLastAdminCannotLeave() {
        var refusal = assertThrows(Problem.class, () -> admin.requireAnotherAdmin(Set.of(admin.id())));
        assertEquals("last-admin", refusal.code());
    }

    @Test
    void oneOfTwoAdminsMayBeDemoted() {
        var demoted = admin.withRoles(Set.of(Role.CUSTOMER), Set.of(admin.id(), SOMEBODY_ELSE));
        assertEquals(Set.of(Role.CUSTOMER), demoted.roles());
    }

    @Test
    void theLastAdminMayStayAdminWithOtherRoles() {
        assertEquals(
                Set.of(Role.ADMIN),
                admin.withRoles(Set.of(Role.ADMIN), Set.of(admin.id())).roles());
    }

    @Test
    void aCustomerMayBeGivenAndKeepAnyRoleWhateverAdminsThereAre() {
        var customer = anAccount(Role.CUSTOMER);
        assertEquals(
                Set.of(Role.ADMIN),
                customer.withRoles(Set.of(Role.ADMIN), Set.of()).roles());
        assertDoesNotThrow(() -> customer.requireAnotherAdmin(Set.of(SOMEBODY_ELSE)));
    }
}
