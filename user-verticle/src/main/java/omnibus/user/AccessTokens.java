package omnibus.user;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.UUID;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.user.model.Account;
import omnibus.user.model.Role;

/**
 * Access tokens: JWTs after RFC 9068, signed with RS256, which gateways check without asking. Signed here and not by
 * vertx-auth-jwt, since that fixes the header's {@code typ} at {@code JWT} and picks any of several keys at random.
 */
final class AccessTokens {
    static final Duration LIFE = Duration.ofMinutes(15);
    static final String ISSUER = "omnibus";
    static final String AUDIENCE = "omnibus-api";

    private final Vertx vertx;
    private final Clock clock;
    private final SigningKeys keys;

    AccessTokens(Vertx vertx, Clock clock, SigningKeys keys) {
        this.vertx = vertx;
        this.clock = clock;
        this.keys = keys;
    }

    /** A token for what the account may do now. An RSA signature takes a millisecond, which the event loop does not have. */
    Future<String> issue(Account account, UUID session) {
        var key = keys.signing();
        var header = new LinkedHashMap<String, Object>();
        header.put("typ", "at+jwt");
        header.put("alg", "RS256");
        header.put("kid", key.kid());
        var signed = part(header) + "." + part(claims(account, session));
        return vertx.executeBlocking(() -> signed + "." + base64(sign(signed, key.privateKey())), false);
    }

    private LinkedHashMap<String, Object> claims(Account account, UUID session) {
        var now = clock.instant().getEpochSecond();
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", ISSUER);
        claims.put("aud", AUDIENCE);
        claims.put("sub", account.id());
        claims.put("sid", session);
        claims.put("roles", Role.codes(account.roles()));
        claims.put("iat", now);
        claims.put("exp", now + LIFE.toSeconds());
        claims.put("jti", Ids.next());
        return claims;
    }

    private static byte[] sign(String text, PrivateKey key) throws GeneralSecurityException {
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        return signature.sign();
    }

    private static String part(Object value) {
        return base64(Json.encode(value).getBytes());
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
