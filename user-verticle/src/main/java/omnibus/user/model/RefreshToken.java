package omnibus.user.model;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A refresh token: the handle of its family (128 bits, the same for all of its successors) and a secret (256 bits, its
 * own). Clients see 64 opaque characters; the database sees hashes only. The handle is told to nobody else, so whoever
 * shows a right handle with a wrong secret has once held a real token of the family.
 */
public final class RefreshToken {
    private static final int HANDLE_BYTES = 16;
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] handle;
    private final byte[] secret;

    private RefreshToken(byte[] handle, byte[] secret) {
        this.handle = handle;
        this.secret = secret;
    }

    /** The first token of a new family. */
    public static RefreshToken fresh() {
        return new RefreshToken(random(HANDLE_BYTES), random(SECRET_BYTES));
    }

    /** The token a client shows, if it has the form of one. */
    public static Optional<RefreshToken> parse(String text) {
        try {
            var bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length != HANDLE_BYTES + SECRET_BYTES) return Optional.empty();
            var secret = Arrays.copyOfRange(bytes, HANDLE_BYTES, bytes.length);
            return Optional.of(new RefreshToken(Arrays.copyOf(bytes, HANDLE_BYTES), secret));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** Random text for {@link #successor}: 256 bits. */
    public static String freshNonce() {
        return Hashes.base64(random(SECRET_BYTES));
    }

    /**
     * The token that replaces this one. With the same nonce it is always the same token, so a repeated request can be
     * answered again although the server keeps no token; without this token's secret the nonce is of no use.
     */
    public RefreshToken successor(String nonce) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return new RefreshToken(handle, mac.doFinal(Base64.getUrlDecoder().decode(nonce)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Names the family in the database. */
    public String family() {
        return Hashes.of(handle);
    }

    /** Recognises this token in the database. */
    public String hash() {
        return Hashes.of(secret);
    }

    /** What the client gets. */
    public String reveal() {
        var bytes = Arrays.copyOf(handle, HANDLE_BYTES + SECRET_BYTES);
        System.arraycopy(secret, 0, bytes, HANDLE_BYTES, SECRET_BYTES);
        return Hashes.base64(bytes);
    }

    @Override
    public String toString() {
        return "***";
    }

    private static byte[] random(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return random;
    }
}
