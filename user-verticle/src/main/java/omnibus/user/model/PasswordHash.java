package omnibus.user.model;

import java.util.Base64;
import java.util.regex.Pattern;

/**
 * An Argon2id hash with everything needed to compute it again, in the form the reference implementation writes
 * ({@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}).
 */
public record PasswordHash(int memoryKib, int iterations, int parallelism, String salt, String hash) {
    private static final Pattern FORM = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=(\\d{1,8}),t=(\\d{1,4}),p=(\\d{1,3})\\$([A-Za-z0-9+/]{11,})\\$([A-Za-z0-9+/]{22,})");

    public static PasswordHash of(int memoryKib, int iterations, int parallelism, byte[] salt, byte[] hash) {
        return new PasswordHash(memoryKib, iterations, parallelism, base64(salt), base64(hash));
    }

    /** Throws {@link IllegalArgumentException} for what is not an Argon2id hash; the text is not repeated. */
    public static PasswordHash parse(String text) {
        var found = FORM.matcher(text);
        if (!found.matches()) throw new IllegalArgumentException("not an Argon2id hash");
        return new PasswordHash(
                Integer.parseInt(found.group(1)),
                Integer.parseInt(found.group(2)),
                Integer.parseInt(found.group(3)),
                found.group(4),
                found.group(5));
    }

    public byte[] saltBytes() {
        return Base64.getDecoder().decode(salt);
    }

    public byte[] hashBytes() {
        return Base64.getDecoder().decode(hash);
    }

    /** The text to store. */
    public String reveal() {
        return "$argon2id$v=19$m=" + memoryKib + ",t=" + iterations + ",p=" + parallelism + "$" + salt + "$" + hash;
    }

    @Override
    public String toString() {
        return "***";
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }
}
