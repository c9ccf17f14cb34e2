package omnibus.user.model;

import java.util.Optional;

/**
 * What an OpenID provider says of somebody who has signed in there. Issuer and subject say who it is; all else may change.
 *
 * @param verifiedEmail normalised ({@link Email}); only what the provider has verified itself
 */
public record ProviderIdentity(String issuer, String subject, Optional<String> verifiedEmail, Optional<String> name) {
    private static final int LONGEST_NAME = 200;

    /** What a new account is called: the name told, made one line, or what stands before the {@code @}. */
    public String displayName() {
        return name.map(told -> told.replaceAll("\\p{Cntrl}", " ").strip())
                .filter(told -> !told.isEmpty())
                .map(told -> told.length() > LONGEST_NAME ? told.substring(0, LONGEST_NAME) : told)
                .or(() -> verifiedEmail.map(email -> email.substring(0, email.indexOf('@'))))
                .orElse("Customer");
    }
}
