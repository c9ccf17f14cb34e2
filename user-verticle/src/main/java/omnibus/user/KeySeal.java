package omnibus.user;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import omnibus.platform.Secret;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * Private keys as they lie in the database: whoever reads a dump of it must not be able to sign tokens. AES-256-GCM under a
 * key that HKDF-SHA-256 (RFC 5869) makes of the shop's secret; a slow hash would add nothing, the secret being random. A
 * sealed key is a version byte, a random nonce of 12 bytes, and the ciphertext with its tag; the key id is authenticated
 * with it, so that no key can be put in another one's place.
 */
final class KeySeal {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final byte[] PURPOSE = "omnibus user signing_key 1".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    KeySeal(Secret secret) {
        var derivation = new HKDFBytesGenerator(new SHA256Digest());
        derivation.init(new HKDFParameters(secret.reveal().getBytes(StandardCharsets.UTF_8), null, PURPOSE));
        var derived = new byte[KEY_BYTES];
        derivation.generateBytes(derived, 0, KEY_BYTES);
        key = new SecretKeySpec(derived, "AES");
    }

    byte[] seal(String kid, byte[] privateKey) {
        var nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            var sealed = cipher(Cipher.ENCRYPT_MODE, kid, nonce).doFinal(privateKey);
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty: sealed with another secret or for another key id, or altered since. */
    Optional<byte[]> open(String kid, byte[] sealed) {
        if (sealed.length < 1 + NONCE_BYTES + TAG_BYTES || sealed[0] != VERSION) return Optional.empty();
        var nonce = new byte[NONCE_BYTES];
        var rest = ByteBuffer.wrap(sealed).position(1).get(nonce);
        var ciphertext = new byte[rest.remaining()];
        rest.get(ciphertext);
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, kid, nonce).doFinal(ciphertext));
        } catch (GeneralSecurityException notOurs) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, String kid, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.updateAAD(kid.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
