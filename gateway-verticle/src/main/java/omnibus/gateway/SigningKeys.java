package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that access tokens are signed with, one verifier per key id. Fetched when a token names a key not
 * known here, so that a new key is served at once; but not more often than each five seconds, so that invented key ids
 * cannot be turned into a flood of fetches. While they are used they are fetched each minute besides, for a key that is
 * no longer shown no longer counts.
 */
final class SigningKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
    private static final long REFETCH_NANOS = 5_000_000_000L;
    /** A key that counts no more, be it retired or lost, must not do so here for long. */
    private static final long REFRESH_NANOS = 60_000_000_000L;
    /** Keys that nobody has asked about for so long are not used before they were fetched again. */
    private static final long STALE_NANOS = 2 * REFRESH_NANOS;

    private final Vertx vertx;
    private final Supplier<Future<JsonNode>> fetch;
    private final LongSupplier nanoClock;
    private Map<String, JWTAuth> byKeyId = Map.of();
    private Future<Void> fetching;
    private boolean tried;
    private long triedAt;

    /** {@code fetch} answers the JSON Web Key Set (RFC 7517). */
    SigningKeys(Vertx vertx, Supplier<Future<JsonNode>> fetch, LongSupplier nanoClock) {
        this.vertx = vertx;
        this.fetch = fetch;
        this.nanoClock = nanoClock;
    }

    /** The verifier for a key id; empty when there is no such key. Fails when the keys cannot be had. */
    Future<Optional<JWTAuth>> verifier(String keyId) {
        var age = age();
        var refreshed = refreshWhenOld(age);
        var known = byKeyId.get(keyId);
        if (known != null && age <= STALE_NANOS) return Future.succeededFuture(Optional.of(known));
        if (known != null) return refreshed.otherwiseEmpty().map(done -> Optional.ofNullable(byKeyId.get(keyId)));
        if (tried && fetching == null && age() < REFETCH_NANOS && !byKeyId.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        return refresh().map(done -> Optional.ofNullable(byKeyId.get(keyId)));
    }

    /** Does this key count, as far as is known here? For who cannot wait; asking keeps the keys fresh. */
    boolean counts(String keyId) {
        refreshWhenOld(age());
        return byKeyId.containsKey(keyId);
    }

    private Future<Void> refreshWhenOld(long age) {
        if (!tried || age <= REFRESH_NANOS) return Future.succeededFuture();
        return fetching != null ? fetching : refresh().onFailure(SigningKeys::keepOldKeys);
    }

    /** Fetches the keys now; callers at the same time share one fetch. */
    Future<Void> refresh() {
        if (fetching != null) return fetching;
        var fetched = fetch.get().<Void>map(keySet -> {
            byKeyId = verifiers(keySet);
            return null;
        });
        fetching = fetched;
        return fetched.onComplete(done -> {
            fetching = null;
            tried = true;
            triedAt = nanoClock.getAsLong();
        });
    }

    private long age() {
        return nanoClock.getAsLong() - triedAt;
    }

    private static void keepOldKeys(Throwable cause) {
        LOG.warn("the signing keys cannot be refreshed; the known ones stay in use", cause);
    }

    private Map<String, JWTAuth> verifiers(JsonNode keySet) {
        var found = new HashMap<String, JWTAuth>();
        for (var key : keySet.path("keys")) {
            if (!usable(key)) continue;
            var options = new JWTAuthOptions()
                    .addJwk(new JsonObject(key.toString()))
                    .setJWTOptions(new JWTOptions()
                            .setIssuer(AccessTokens.ISSUER)
                            .addAudience(AccessTokens.AUDIENCE)
                            .setIgnoreExpiration(true)); // by AccessTokens, who allows less
            found.put(key.get("kid").textValue(), JWTAuth.create(vertx, options));
        }
        if (found.isEmpty()) LOG.warn("the key set has no usable RS256 key; nobody can sign in");
        return Map.copyOf(found);
    }

    /** RSA keys for RS256 signatures alone: a key never decides which algorithm is good enough. */
    private static boolean usable(JsonNode key) {
        return key.path("kty").asText().equals("RSA")
                && key.path("kid").isTextual()
                && key.path("n").isTextual()
                && key.path("e").isTextual()
                && key.path("alg").asText("RS256").equals("RS256")
                && key.path("use").asText("sig").equals("sig");
    }
}
