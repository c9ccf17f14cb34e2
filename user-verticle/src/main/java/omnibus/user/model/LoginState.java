package omnibus.user.model;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * What must still be known when somebody comes back from the provider. Nothing in it is secret: all of it has been in the
 * address the browser went to.
 *
 * @param codeChallenge of the client that began: only who has its verifier can finish (RFC 7636, S256)
 * @param nonce what the provider must put into the ID token it issues for this sign-in
 */
public record LoginState(String redirectUri, String codeChallenge, String nonce) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 32;
    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    /** The state of a sign-in that begins now. */
    public static LoginState begin(String redirectUri, String codeChallenge) {
        var random = new byte[NONCE_BYTES];
        RANDOM.nextBytes(random);
        return new LoginState(
                redirectUri,
                codeChallenge,
                Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    /** Whether this verifier is the one the challenge was made of (RFC 7636, section 4.6). */
    public boolean isBegunBy(String codeVerifier) {
        return VERIFIER.matcher(codeVerifier).matches()
                && Hashes.of(codeVerifier).equals(codeChallenge);
    }
}
