package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import omnibus.platform.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AccessTokensTest {
    @RegisterExtension
    static final UserFixtures shop = new UserFixtures();

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private static com.fasterxml.jackson.databind.JsonNode part(String token, int index) {
        return Json.tree(Buffer.buffer(Base64.getUrlDecoder().decode(token.split("\\.")[index])));
    }

    private static String aToken() {
        var tokens = new AccessTokens(shop.test.vertx(), Clock.fixed(NOON, ZoneOffset.UTC), shop.keys);
        return shop.await(tokens.issue(shop.aCustomer(), UserFixtures.anId()));
    }

    @Test
    void aTokenSaysWhoMayDoWhatAndForHowLong() {
        var tokens = new AccessTokens(shop.test.vertx(), Clock.fixed(NOON, ZoneOffset.UTC), shop.keys);
        var account = shop.aCustomer();
        var session = UserFixtures.anId();

        var claims = part(shop.await(tokens.issue(account, session)), 1);

        assertEquals("omnibus", claims.path("iss").asText());
        assertEquals("omnibus-api", claims.path("aud").asText());
        assertEquals(account.id().toString(), claims.path("sub").asText());
        assertEquals(session.toString(), claims.path("sid").asText());
        assertEquals("[\"customer\"]", claims.path("roles").toString());
        assertEquals(NOON.getEpochSecond(), claims.path("iat").asLong());
        assertEquals(NOON.getEpochSecond() + 900, claims.path("exp").asLong());
        assertEquals(36, claims.path("jti").asText().length());
        assertEquals(8, claims.size());
    }

    @Test
    void itsHeaderNamesTypeAlgorithmAndKey() {
        var header = part(aToken(), 0);
        assertEquals("at+jwt", header.path("typ").asText());
        assertEquals("RS256", header.path("alg").asText());
        assertEquals(shop.keys.signing().kid(), header.path("kid").asText());
    }

    @Test
    void anybodyCanCheckItWithTheShownKey() throws GeneralSecurityException {
        var token = aToken();
        var jwk = shop.keys.shown().get(0);
        var spec = new RSAPublicKeySpec(number(jwk.n()), number(jwk.e()));
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(KeyFactory.getInstance("RSA").generatePublic(spec));
        signature.update(token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII));
        assertTrue(signature.verify(Base64.getUrlDecoder().decode(token.split("\\.")[2])));
    }

    private static BigInteger number(String text) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(text));
    }
}
