package omnibus.launcher;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * What the processes of one shop share and nobody else knows, made once per home and kept in {@code secrets.json}.
 *
 * @param paymentKey what payment-verticle shows to the sandbox
 * @param webhookSecret what the sandbox signs its webhooks with
 * @param storesSecret what the passwords of the services on the user's own PostgreSQL are derived from
 * @param signingSecret what the user service seals the keys of access tokens with
 */
record Secrets(String paymentKey, String webhookSecret, String storesSecret, String signingSecret) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static Secrets of(Home home) {
        Path file = home.file("secrets.json");
        var kept = home.read(file, Secrets.class).orElse(new Secrets(null, null, null, null));
        var whole = kept.completed();
        if (!whole.equals(kept)) home.write(file, whole);
        return whole;
    }

    /** With what is missing made: a home may be older than some of the secrets. */
    private Secrets completed() {
        return new Secrets(
                or(paymentKey, () -> "sk_test_" + hex(16)),
                or(webhookSecret, () -> "whsec_" + hex(24)),
                or(storesSecret, () -> hex(32)),
                or(signingSecret, () -> hex(32)));
    }

    private static String or(String kept, Supplier<String> made) {
        return kept == null ? made.get() : kept;
    }

    private static String hex(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** A password a person can type: 20 characters without the look-alikes, about 110 bits. */
    static String password() {
        var alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        var password = new StringBuilder();
        RANDOM.ints(20, 0, alphabet.length()).forEach(index -> password.append(alphabet.charAt(index)));
        return password.toString();
    }

    static String instanceSuffix() {
        return hex(2);
    }
}
