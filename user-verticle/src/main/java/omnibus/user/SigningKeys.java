package omnibus.user;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import omnibus.platform.Ids;

/**
 * The keys of access tokens: one signs, several count. The first is made at the first start; a key that has signed for
 * long enough is followed by a new one, shown to those who check tokens before it signs the first of them.
 */
final class SigningKeys {
    /** For so long a new key is shown before it signs: longer than anybody keeps the key set. */
    static final Duration NOTICE = Duration.ofMinutes(10);
    /** For so long a key counts after the next one signs: the life of a token and ample time to notice. */
    static final Duration OVERLAP = AccessTokens.LIFE.multipliedBy(2);

    /** What RFC 7518 asks of RS256 at least, and enough for keys that change every few months. */
    static final int STANDARD_BITS = 2048;

    record Key(String kid, RSAPrivateCrtKey privateKey) {}

    /** A public key as RFC 7517 wants it. */
    record Jwk(String kty, String use, String alg, String kid, String n, String e) {}

    private final Vertx vertx;
    private final SigningKeyStore store;
    private final KeySeal seal;
    private final Duration rotation;
    private final SecurityLog security;
    private final int bits;
    private volatile List<Jwk> shown = List.of();
    private volatile Map<String, RSAPublicKey> checking = Map.of();
    private volatile Key signing;

    SigningKeys(Vertx vertx, SigningKeyStore store, KeySeal seal, Duration rotation, SecurityLog security, int bits) {
        this.vertx = vertx;
        this.store = store;
        this.seal = seal;
        this.rotation = rotation;
        this.security = security;
        this.bits = bits;
    }

    /** The key that signs. */
    Key signing() {
        return signing;
    }

    /** The public part of a key that counts. */
    Optional<RSAPublicKey> publicKey(String kid) {
        return Optional.ofNullable(kid).map(checking::get);
    }

    /** The public parts of all keys that count, newest first. */
    List<Jwk> shown() {
        return shown;
    }

    /**
     * Reads the keys and adds one if there is none or the newest is due to be followed. Fails when in the end no key can
     * sign: a service without one must not start.
     */
    Future<Void> refresh() {
        return sealWhatLiesOpen()
                .compose(done -> store.read(rotation))
                .compose(found -> {
                    if (!found.isEmpty() && !found.get(0).old()) return Future.succeededFuture(found);
                    var newest = found.isEmpty() ? null : found.get(0).kid();
                    var notice = found.isEmpty() ? Duration.ZERO : NOTICE;
                    return make(newest, notice).compose(made -> store.read(rotation));
                })
                .map(found -> {
                    use(found);
                    return null;
                });
    }

    /** Keys that a build without {@link KeySeal} has stored, or still stores beside this one, stay good and are sealed. */
    private Future<Void> sealWhatLiesOpen() {
        return store.open().compose(found -> {
            Future<Void> all = Future.succeededFuture();
            for (var key : found) {
                all = all.compose(done -> store.seal(key, seal.seal(key.kid(), key.privateKey())));
            }
            return all;
        });
    }

    private Future<Void> make(String newest, Duration notice) {
        var kid = Ids.next().toString();
        return vertx.executeBlocking(this::generate, false)
                .compose(key -> store.add(kid, seal.seal(kid, key), newest, notice, OVERLAP))
                .onSuccess(added -> {
                    if (added) security.signingKeyMade(kid);
                })
                .mapEmpty();
    }

    private byte[] generate() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair().getPrivate().getEncoded();
    }

    private void use(List<SigningKeyStore.StoredKey> found) {
        var jwks = new ArrayList<Jwk>();
        var publicKeys = new HashMap<String, RSAPublicKey>();
        Key signer = null;
        for (var stored : found) {
            var key = read(stored);
            jwks.add(jwk(key));
            publicKeys.put(key.kid(), publicPart(key.privateKey()));
            if (signer == null && stored.signs()) signer = key;
        }
        if (signer == null) throw new IllegalStateException("there is no key to sign access tokens with");
        shown = List.copyOf(jwks);
        checking = Map.copyOf(publicKeys);
        signing = signer;
    }

    private Key read(SigningKeyStore.StoredKey stored) {
        var encoded = seal.open(stored.kid(), stored.sealed()).orElseThrow(() -> sealedOtherwise(stored.kid()));
        try {
            var key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new Key(stored.kid(), (RSAPrivateCrtKey) key);
        } catch (GeneralSecurityException | ClassCastException e) {
            throw new IllegalStateException("the signing key " + stored.kid() + " cannot be read", e);
        }
    }

    private static IllegalStateException sealedOtherwise(String kid) {
        var failure = new IllegalStateException("the signing key " + kid
                + " cannot be opened: it was sealed with another "
                + UserConfig.SIGNING_SECRET + " than this instance has, or has been altered since. Give this instance"
                + " the secret that the others have. If that is lost, delete the rows of the table signing_key and start"
                + " again: a new key is made, and clients get tokens of it with their refresh tokens");
        // Who starts the service is shown the end of its log: that is to be this, and no trace.
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }

    private static RSAPublicKey publicPart(RSAPrivateCrtKey key) {
        try {
            var parts = new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent());
            return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(parts);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Jwk jwk(Key key) {
        var rsa = key.privateKey();
        return new Jwk("RSA", "sig", "RS256", key.kid(), unsigned(rsa.getModulus()), unsigned(rsa.getPublicExponent()));
    }

    /** Base64urlUInt: big-endian without a sign byte (RFC 7518, section 2). */
    private static String unsigned(BigInteger number) {
        var bytes = number.toByteArray();
        var start = bytes[0] == 0 ? 1 : 0;
        var magnitude = java.util.Arrays.copyOfRange(bytes, start, bytes.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(magnitude);
    }
}
