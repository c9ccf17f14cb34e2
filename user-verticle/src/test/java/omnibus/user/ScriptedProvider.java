package omnibus.user;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** An OpenID provider that answers what a test tells it to, however wrong. */
final class ScriptedProvider implements AutoCloseable {
    static final String CLIENT = "the-shop";

    private final Vertx vertx = Vertx.vertx();
    private final RSAKey key = key();
    private final Map<String, Consumer<HttpServerRequest>> answers = new ConcurrentHashMap<>();
    private final HttpServer server = vertx.createHttpServer()
            .requestHandler(request -> answers.getOrDefault(request.path(), ScriptedProvider::nothing)
                    .accept(request))
            .listen(0, "127.0.0.1")
            .await();

    ScriptedProvider() {
        behaves();
    }

    String issuer() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** As it should, from now on. */
    void behaves() {
        answers.clear();
        answers("/.well-known/openid-configuration", description());
        answers("/jwks", new JsonObject(new JWKSet(key).toString()));
    }

    /** What it tells about itself. */
    JsonObject description() {
        return new JsonObject()
                .put("issuer", issuer())
                .put("authorization_endpoint", issuer() + "/authorize")
                .put("token_endpoint", issuer() + "/token")
                .put("userinfo_endpoint", issuer() + "/userinfo")
                .put("jwks_uri", issuer() + "/jwks")
                .put("response_types_supported", new JsonArray().add("code"))
                .put("subject_types_supported", new JsonArray().add("public"))
                .put("id_token_signing_alg_values_supported", new JsonArray().add("RS256"));
    }

    void answers(String path, JsonObject json) {
        answers(path, 200, json);
    }

    void answers(String path, int status, JsonObject json) {
        answers.put(
                path,
                request -> request.response()
                        .setStatusCode(status)
                        .putHeader("Content-Type", "application/json")
                        .end(json.toBuffer()));
    }

    void hangs(String path) {
        answers.put(path, request -> {});
    }

    /** Gives for any code what says that somebody has signed in; {@code claims} stand over those that would be right. */
    void knows(String nonce, Map<String, Object> claims) {
        var told = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience(CLIENT)
                .issueTime(new Date())
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .claim("nonce", nonce);
        claims.forEach(told::claim);
        answers(
                "/token",
                new JsonObject()
                        .put("access_token", "opens the rest")
                        .put("token_type", "Bearer")
                        .put("id_token", signed(told.build())));
    }

    private String signed(JWTClaimsSet claims) {
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                    .keyID(key.getKeyID())
                    .build();
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID("1").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void nothing(HttpServerRequest request) {
        request.response().setStatusCode(404).end();
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
