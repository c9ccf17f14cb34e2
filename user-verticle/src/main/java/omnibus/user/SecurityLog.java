package omnibus.user;

import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What a person looks for after an incident: who did what, by ids alone. No e-mail, name, address or token gets here. */
final class SecurityLog {
    private static final Logger LOG = LoggerFactory.getLogger("omnibus.security");

    /** {@code user} is null where the e-mail belongs to no account. */
    void signInFailed(UUID user, Client client) {
        log(Level.INFO, "sign-in-failed", user, client.requestId());
    }

    void signInLimited(UUID user, Client client) {
        log(Level.INFO, "sign-in-limited", user, client.requestId());
    }

    void passwordChanged(UUID user, Client client) {
        log(Level.INFO, "password-changed", user, client.requestId());
    }

    void identityLinked(UUID user, Client client) {
        log(Level.INFO, "identity-linked", user, client.requestId());
    }

    void identityUnlinked(UUID user, Client client) {
        log(Level.INFO, "identity-unlinked", user, client.requestId());
    }

    /** A provider did not confirm a sign-in, or what it said did not hold. */
    void providerRefused(Client client) {
        log(Level.WARN, "provider-refused", null, client.requestId());
    }

    void accountClosed(UUID user, String requestId) {
        log(Level.INFO, "account-closed", user, requestId);
    }

    /** A used refresh token was shown again: it may have been stolen. */
    void tokenReused(UUID user, UUID session, Client client) {
        LOG.atWarn()
                .addKeyValue("event", "refresh-token-reused")
                .addKeyValue("user", user)
                .addKeyValue("session", session)
                .addKeyValue("request", client.requestId())
                .log("refresh-token-reused");
    }

    void rolesChanged(UUID user, UUID by, Object roles, String requestId) {
        LOG.atInfo()
                .addKeyValue("event", "roles-changed")
                .addKeyValue("user", user)
                .addKeyValue("by", by)
                .addKeyValue("roles", roles)
                .addKeyValue("request", requestId)
                .log("roles-changed");
    }

    void firstAdminMade(UUID user) {
        log(Level.INFO, "first-admin-made", user, null);
    }

    void signingKeyMade(String kid) {
        LOG.atInfo()
                .addKeyValue("event", "signing-key-made")
                .addKeyValue("kid", kid)
                .log("signing-key-made");
    }

    private static void log(Level level, String event, UUID user, String requestId) {
        LOG.atLevel(level)
                .addKeyValue("event", event)
                .addKeyValue("user", user)
                .addKeyValue("request", requestId)
                .log(event);
    }
}
