package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import omnibus.platform.Json;

/** Signs tokens as the user service does, and as an attacker would like to. */
final class Signer {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final String keyId;
    private final KeyPair keys;

    Signer(String keyId) {
        this.keyId = keyId;
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    Map<String, Object> jwk() {
        var key = (RSAPublicKey) keys.getPublic();
        return Map.of(
                "kty",
                "RSA",
                "use",
                "sig",
                "alg",
                "RS256",
                "kid",
                keyId,
                "n",
                unsigned(key.getModulus()),
                "e",
                unsigned(key.getPublicExponent()));
    }

    static JsonNode keySet(Signer... signers) {
        return Json.tree(
                Map.of("keys", java.util.Arrays.stream(signers).map(Signer::jwk).toList()));
    }

    private static String unsigned(BigInteger number) {
        var bytes = number.toByteArray();
        return bytes[0] == 0
                ? BASE64.encodeToString(java.util.Arrays.copyOfRange(bytes, 1, bytes.length))
                : BASE64.encodeToString(bytes);
    }

    /** The header of a good token; change what the test is about. */
    Map<String, Object> header() {
        return new LinkedHashMap<>(Map.of("alg", "RS256", "typ", "at+jwt", "kid", keyId));
    }

    /** The claims of a good token. */
    static Map<String, Object> claims(String user, String session, String... roles) {
        return claims(System.currentTimeMillis() / 1000, user, session, roles);
    }

    /** The claims of a token made at this time, in seconds. */
    static Map<String, Object> claims(long now, String user, String session, String... roles) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", "omnibus");
        claims.put("aud", "omnibus-api");
        claims.put("sub", user);
        claims.put("sid", session);
        claims.put("roles", List.of(roles));
        claims.put("iat", now);
        claims.put("exp", now + 900);
        return claims;
    }

    String token(String user, String session, String... roles) {
        return sign(header(), claims(user, session, roles));
    }

    String sign(Map<String, Object> header, Map<String, Object> claims) {
        try {
            var signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(input(header, claims).getBytes(StandardCharsets.US_ASCII));
            return input(header, claims) + '.' + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key confusion attack: the public key as the secret of an HMAC. */
    String signWithPublicKeyAsSecret(Map<String, Object> claims) {
        try {
            var header = header();
            header.put("alg", "HS256");
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.getPublic().getEncoded(), "HmacSHA256"));
            var input = input(header, claims);
            return input + '.' + BASE64.encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String input(Map<String, Object> header, Map<String, Object> claims) {
        return encode(Json.encode(header)) + '.' + encode(Json.encode(claims));
    }

    private static String encode(Buffer text) {
        return BASE64.encodeToString(text.getBytes());
    }
}
