package omnibus.user.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import omnibus.platform.Problem;

/**
 * An attempt to sign in and what is known about it: whom it is for, and the newest failures for the e-mail and for the
 * client address (newest first).
 *
 * @param knownAddress this account has signed in from this client address before: failures elsewhere do not count, so
 *     that strangers who guess cannot lock the owner out
 */
public record SignIn(
        Optional<Account> account,
        Optional<Credential> credential,
        boolean knownAddress,
        List<Instant> accountFailures,
        List<Instant> addressFailures,
        Instant now) {

    /** Whose account it is for, or null if nobody's. */
    public UUID userId() {
        return account.map(Account::id).orElse(null);
    }

    /** Throws {@link Problem} LIMITED if too many attempts have failed. */
    public void refuseIfLimited() {
        if (!knownAddress) SignInLimit.refuse(accountFailures, now);
        SignInLimit.refuse(addressFailures, now);
    }
}
