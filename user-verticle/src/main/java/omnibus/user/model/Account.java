package omnibus.user.model;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Problem;

/** Somebody who may sign in. {@code email} is normalised ({@link Email}). */
public record Account(UUID id, String email, String name, Set<Role> roles, Instant createdAt) {

    public boolean isAdmin() {
        return roles.contains(Role.ADMIN);
    }

    public Account renamed(String newName) {
        return new Account(id, email, newName, roles, createdAt);
    }

    /** The account with these roles instead. Throws {@link Problem} CONFLICT {@code last-admin} if the shop had none left. */
    public Account withRoles(Set<Role> newRoles, Set<UUID> admins) {
        if (!newRoles.contains(Role.ADMIN)) requireAnotherAdmin(admins);
        return new Account(id, email, name, Set.copyOf(newRoles), createdAt);
    }

    /** Throws {@link Problem} CONFLICT {@code last-admin} if nobody could run the shop without this account. */
    public void requireAnotherAdmin(Set<UUID> admins) {
        if (admins.equals(Set.of(id))) {
            throw Problem.conflict("last-admin", "This is the last administrator. Make somebody else one first.");
        }
    }
}
