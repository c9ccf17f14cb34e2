package omnibus.stores;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Passwords, all derived from one secret, so that whoever keeps the secret can always tell them again. */
final class Secrets {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECRET_BYTES = 32;

    private final byte[] secret;

    Secrets(String secret) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
    }

    /** The secret kept in a file, made at the first call. */
    static Secrets keptIn(Path file) throws IOException {
        if (!Files.exists(file)) {
            var bytes = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(bytes);
            Directories.write(file, JSON.writeValueAsString(Map.of("secret", encode(bytes))) + "\n");
        }
        var secret = JSON.readTree(Files.readString(file)).path("secret").asText();
        if (secret.isEmpty()) {
            throw new StoreException(
                    file + " holds no secret. It is needed to open the data beside it: restore it, or remove"
                            + " the whole directory " + file.getParent() + " to start with empty stores.");
        }
        return new Secrets(secret);
    }

    /** The password for one purpose; letters, digits, {@code -} and {@code _} only. */
    String password(String purpose) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return encode(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HmacSHA256", e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
