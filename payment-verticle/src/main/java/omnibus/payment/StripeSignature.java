package omnibus.payment;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import omnibus.platform.Secret;

/**
 * Stripe's webhook signature: HMAC-SHA256 over {@code t.body}, {@code t} at most 300 s off, any of several {@code v1}
 * (there are two while a secret is rotated). These lines instead of stripe-java: the library brings megabytes of classes
 * for resources we do not use, a second HTTP client and a second JSON mapper, for the sake of this one check.
 */
final class StripeSignature {
    private static final long TOLERANCE_SECONDS = 300;

    private final SecretKeySpec key;

    StripeSignature(Secret secret) {
        this.key = new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /** Whether the body is what the provider sent, and sent lately. */
    boolean proves(String header, byte[] body, long nowSeconds) {
        var timestamp = -1L;
        var timestampText = "";
        for (var part : header.split(",")) {
            if (part.startsWith("t=") && part.substring(2).matches("[0-9]{1,12}")) {
                timestampText = part.substring(2);
                timestamp = Long.parseLong(timestampText);
            }
        }
        if (timestamp < 0 || Math.abs(nowSeconds - timestamp) > TOLERANCE_SECONDS) return false;
        var expected = hmac(timestampText, body);
        var proven = false;
        for (var part : header.split(",")) {
            proven |= part.startsWith("v1=") && MessageDigest.isEqual(expected, bytes(part.substring(3)));
        }
        return proven;
    }

    private static byte[] bytes(String hex) {
        return hex.getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] hmac(String timestamp, byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update((timestamp + ".").getBytes(StandardCharsets.US_ASCII));
            return bytes(HexFormat.of().formatHex(mac.doFinal(body)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("HmacSHA256 is part of every Java platform", impossible);
        }
    }
}
