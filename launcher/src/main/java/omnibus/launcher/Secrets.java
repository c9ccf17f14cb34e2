package omnibus.launcher;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What the processes of one shop share and nobody else knows, made once per home and kept in {@code secrets.json}.
 *
 * @param paymentKey what payment-verticle shows to the sandbox
 * @param webhookSecret what the sandbox signs its webhooks with
 * @param storesSecret what the passwords of the services on the user's own PostgreSQL are derived from
 */
record Secrets(String paymentKey, String webhookSecret, String storesSecret) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static Secrets of(Home home) {
        Path file = home.file("secrets.json");
        return home.read(file, Secrets.class).orElseGet(() -> {
            var made = new Secrets("sk_test_" + hex(16), "whsec_" + hex(24), hex(32));
            home.write(file, made);
            return made;
        });
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
