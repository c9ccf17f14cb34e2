package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.time.Clock;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.call.Identity;

/**
 * Turns a bearer token (RFC 6750) into an identity. Accepts JWT access tokens (RFC 9068) signed with RS256 by a key of
 * the shop, and nothing else; what was verified is remembered until it expires or its key counts no more, so that a
 * client's next call costs a look-up and no cryptography.
 */
final class AccessTokens {
    static final String ISSUER = "omnibus";
    static final String AUDIENCE = "omnibus-api";
    private static final String TYPE = "at+jwt";
    private static final String ALGORITHM = "RS256";
    private static final String SCHEME = "Bearer ";
    private static final int MAX_LENGTH = 4_096;
    private static final int MAX_REMEMBERED = 5_000;

    /** No token of ours lives longer: whoever had a key for a moment shall not have made one that does. */
    private static final long LIFE_SECONDS = 900;
    /** For so much the clock of who signs may be ahead of ours. It makes no token live longer here. */
    private static final long SKEW_SECONDS = 5;

    /**
     * A token that was good when it was looked at.
     *
     * @param keyId of the key that it is signed with; null for who shows none
     */
    record Verified(Identity identity, long expiresAtMillis, String keyId) {}

    /** What nobody who shows none has to fear: that it runs out. */
    private static final Verified ANONYMOUS = new Verified(Identity.anonymous(), Long.MAX_VALUE, null);

    private final SigningKeys keys;
    private final EndedSessions endedSessions;
    private final Clock clock;
    private final Map<String, Verified> verified = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    AccessTokens(SigningKeys keys, EndedSessions endedSessions, Clock clock) {
        this.keys = keys;
        this.endedSessions = endedSessions;
        this.clock = clock;
    }

    /**
     * Who sends {@code authorization}, at once when the token is known. Without one: anonymous. With a bad one a
     * {@link Problem} 401, also where anonymous callers are welcome: a client should learn that its token is no good.
     */
    Future<Identity> identify(String authorization) {
        return examine(authorization).map(Verified::identity);
    }

    /** As {@link #identify}, for who wants to know later whether it {@link #isOver}. */
    Future<Verified> examine(String authorization) {
        if (authorization == null) return Future.succeededFuture(ANONYMOUS);
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Future.failedFuture(refused("Authorization must be a bearer token."));
        }
        var token = authorization.substring(SCHEME.length()).strip();
        var known = verified.get(token);
        if (known == null) return verify(token);
        if (known.expiresAtMillis <= clock.millis()) {
            verified.remove(token);
            return Future.failedFuture(refused("The access token has expired."));
        }
        return keys.verifier(known.keyId)
                .compose(verifier -> verifier.isPresent() ? alive(known) : Future.failedFuture(forget(token)));
    }

    private Problem forget(String token) {
        verified.remove(token);
        return unknownKey();
    }

    /** Has it run out, has its session been ended, or does its key count no more? */
    boolean isOver(Verified token) {
        return token.expiresAtMillis <= clock.millis() || hasEnded(token) || isSignedInVain(token);
    }

    private boolean isSignedInVain(Verified token) {
        return token.keyId != null && !keys.counts(token.keyId);
    }

    private boolean hasEnded(Verified token) {
        var session = token.identity.session();
        return session != null && endedSessions.contains(session);
    }

    private Future<Verified> alive(Verified known) {
        return endedSessions
                .known()
                .compose(nothing -> hasEnded(known)
                        ? Future.failedFuture(refused("The session of this access token has ended."))
                        : Future.succeededFuture(known));
    }

    private Future<Verified> verify(String token) {
        Verified claimed;
        try {
            var parts = parts(token);
            claimed = claims(part(parts[1]), keyId(part(parts[0])));
        } catch (Problem refusal) {
            return Future.failedFuture(refusal);
        }
        return keys.verifier(claimed.keyId)
                .compose(verifier -> verifier.map(found -> checkSignature(found, token))
                        .orElseGet(() -> Future.failedFuture(unknownKey())))
                .compose(good -> alive(remember(token, claimed)));
    }

    private static Problem unknownKey() {
        return refused("The access token is signed with an unknown key.");
    }

    /** Fails with a refusal whatever the library makes of a hostile token. */
    private static Future<?> checkSignature(JWTAuth verifier, String token) {
        return Future.succeededFuture()
                .compose(now -> verifier.authenticate(new TokenCredentials(token)))
                .recover(failure -> Future.failedFuture(refused("The access token is not valid or has expired.")));
    }

    private Verified remember(String token, Verified claims) {
        verified.put(token, claims);
        return claims;
    }

    private static String[] parts(String token) {
        var firstDot = token.indexOf('.');
        var secondDot = token.indexOf('.', firstDot + 1);
        if (token.length() > MAX_LENGTH || firstDot <= 0 || secondDot < 0 || token.indexOf('.', secondDot + 1) >= 0) {
            throw refused("The access token is not a signed JWT.");
        }
        return new String[] {token.substring(0, firstDot), token.substring(firstDot + 1, secondDot)};
    }

    /** Refuses by the header alone what no signature could make good: another algorithm, another kind of token. */
    private static String keyId(JsonNode header) {
        if (!header.path("alg").asText().equals(ALGORITHM))
            throw refused("The access token must be signed with RS256.");
        if (!header.path("typ").asText().equalsIgnoreCase(TYPE)) throw refused("This is not an access token.");
        if (header.has("crit") || !header.path("kid").isTextual())
            throw refused("The access token is not one of ours.");
        return header.get("kid").textValue();
    }

    private static JsonNode part(String encoded) {
        try {
            var tree = Json.tree(Buffer.buffer(Base64.getUrlDecoder().decode(encoded)));
            if (tree.isObject()) return tree;
        } catch (IllegalArgumentException | Problem malformed) {
            // told below: what is wrong with a forged token is nobody's business
        }
        throw refused("The access token is malformed.");
    }

    /** The claims, checked by type before anything else looks at them: a library's leniency must not become ours. */
    private Verified claims(JsonNode claims, String keyId) {
        var expires = time(claims);
        if (!claims.path("iss").asText().equals(ISSUER) || !hasAudience(claims.path("aud"))) {
            throw refused("The access token is for somebody else.");
        }
        var user = Ids.parse(claims.path("sub").asText());
        if (user.isEmpty() || !claims.path("sid").isTextual()) throw refused("The access token names no session.");
        var identity = new Identity(
                user.get(), roles(claims.path("roles")), claims.get("sid").textValue());
        return new Verified(identity, expires * 1_000, keyId);
    }

    /** When it expires. Only about when it begins may two clocks differ: what has expired here has expired. */
    private long time(JsonNode claims) {
        var now = clock.millis() / 1_000;
        var expires = seconds(claims, "exp");
        if (expires <= now) throw refused("The access token has expired.");
        var begins = claims.has("nbf") ? seconds(claims, "nbf") : now;
        var issued = seconds(claims, "iat");
        if (Math.max(begins, issued) > now + SKEW_SECONDS) throw refused("The access token is not valid yet.");
        // With the line above this bounds the end as well: nothing counts that ends later than our clock allows.
        if (issued < expires - LIFE_SECONDS) throw refused("The access token lives longer than any of ours.");
        return expires;
    }

    private static long seconds(JsonNode claims, String name) {
        var time = claims.path(name);
        if (!time.isIntegralNumber() || !time.canConvertToLong()) throw refused("The access token is malformed.");
        return time.longValue();
    }

    private static boolean hasAudience(JsonNode audience) {
        if (audience.isTextual()) return audience.textValue().equals(AUDIENCE);
        for (var one : audience) if (one.asText().equals(AUDIENCE)) return true;
        return false;
    }

    private static Set<String> roles(JsonNode claim) {
        var roles = new HashSet<String>();
        claim.forEach(role -> roles.add(role.asText()));
        return Set.copyOf(roles);
    }

    /** RFC 6750, section 3.1. */
    private static Problem refused(String why) {
        return Problem.unauthenticated("invalid-token", why)
                .header("WWW-Authenticate", "Bearer realm=\"omnibus\", error=\"invalid_token\"");
    }
}
