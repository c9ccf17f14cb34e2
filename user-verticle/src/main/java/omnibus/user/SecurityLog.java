package omnibus.user;

import java.util.UUID;
import omnibus.platform.call.SecurityEvents;
import omnibus.platform.call.SecurityEvents.Origin;
import org.slf4j.event.Level;

/** What happens to accounts, sessions and keys, for the log of security events. */
final class SecurityLog {
    /** {@code user} is null where the e-mail belongs to no account. */
    void signInFailed(UUID user, Client client) {
        tell(Level.INFO, "sign-in-failed", user, client.origin());
    }

    void signInLimited(UUID user, Client client) {
        tell(Level.INFO, "sign-in-limited", user, client.origin());
    }

    void passwordChanged(UUID user, Client client) {
        tell(Level.INFO, "password-changed", user, client.origin());
    }

    void identityLinked(UUID user, Client client) {
        tell(Level.INFO, "identity-linked", user, client.origin());
    }

    void identityUnlinked(UUID user, Client client) {
        tell(Level.INFO, "identity-unlinked", user, client.origin());
    }

    /** A provider did not confirm a sign-in, or what it said did not hold. */
    void providerRefused(Client client) {
        tell(Level.WARN, "provider-refused", null, client.origin());
    }

    void accountClosed(UUID user, Origin origin) {
        tell(Level.INFO, "account-closed", user, origin);
    }

    /** A used refresh token was shown again: it may have been stolen. */
    void tokenReused(UUID user, UUID session, Client client) {
        tell(Level.WARN, "refresh-token-reused", user, client.origin(), "session", session);
    }

    void rolesChanged(UUID user, UUID by, Object roles, Origin origin) {
        tell(Level.INFO, "roles-changed", user, origin, "by", by, "roles", roles);
    }

    void firstAdminMade(UUID user) {
        tell(Level.INFO, "first-admin-made", user, Origin.SHOP);
    }

    void signingKeyMade(String kid) {
        tell(Level.INFO, "signing-key-made", null, Origin.SHOP, "kid", kid);
    }

    private static void tell(Level level, String event, UUID user, Origin origin, Object... details) {
        SecurityEvents.tell(level, event, origin.about(user), details);
    }
}
