package omnibus.user;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import omnibus.user.model.LoginState;

/**
 * The {@code state} that goes to the provider and comes back: a JWT of what is to be remembered, signed with the key of the
 * access tokens but of another type. So any instance can go on with what another one began, nothing is kept of sign-ins
 * that nobody finishes, and a state that did not come from here is seen.
 */
final class LoginStates {
    static final Duration LIFE = Duration.ofMinutes(10);
    private static final JOSEObjectType TYPE = new JOSEObjectType("login-state+jwt");

    private final Vertx vertx;
    private final Clock clock;
    private final SigningKeys keys;

    LoginStates(Vertx vertx, Clock clock, SigningKeys keys) {
        this.vertx = vertx;
        this.clock = clock;
        this.keys = keys;
    }

    Future<String> issue(LoginState state) {
        var key = keys.signing();
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(TYPE)
                .keyID(key.kid())
                .build();
        var claims = new JWTClaimsSet.Builder()
                .claim("redirect_uri", state.redirectUri())
                .claim("code_challenge", state.codeChallenge())
                .claim("nonce", state.nonce())
                .expirationTime(Date.from(clock.instant().plus(LIFE)))
                .build();
        return vertx.executeBlocking(
                () -> {
                    var jwt = new SignedJWT(header, claims);
                    jwt.sign(new RSASSASigner(key.privateKey()));
                    return jwt.serialize();
                },
                false);
    }

    /** Empty: not from here, or too old. */
    Optional<LoginState> read(String state) {
        try {
            var jwt = SignedJWT.parse(state);
            if (!TYPE.equals(jwt.getHeader().getType()) || !isSigned(jwt)) return Optional.empty();
            var claims = jwt.getJWTClaimsSet();
            if (claims.getExpirationTime().toInstant().isBefore(clock.instant())) return Optional.empty();
            return Optional.of(new LoginState(
                    claims.getStringClaim("redirect_uri"),
                    claims.getStringClaim("code_challenge"),
                    claims.getStringClaim("nonce")));
        } catch (ParseException | JOSEException | RuntimeException notOurs) {
            // Of the last kind, too: the parser does not look at everything that a header may hold before it uses it.
            return Optional.empty();
        }
    }

    private boolean isSigned(SignedJWT jwt) throws JOSEException {
        if (!JWSAlgorithm.RS256.equals(jwt.getHeader().getAlgorithm())) return false;
        var key = keys.publicKey(jwt.getHeader().getKeyID());
        return key.isPresent() && jwt.verify(new RSASSAVerifier(key.get()));
    }
}
