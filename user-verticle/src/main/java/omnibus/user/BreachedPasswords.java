package omnibus.user;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import omnibus.platform.Problem;

/**
 * Passwords nobody may choose since they are known from breaches. Kept as the first 64 bits of their SHA-256: a million
 * take 8 MB, and one good password in a trillion is refused by chance.
 */
final class BreachedPasswords {
    private final long[] known;

    private BreachedPasswords(long[] known) {
        this.known = known;
    }

    static BreachedPasswords none() {
        return new BreachedPasswords(new long[0]);
    }

    /** Reads a file with one password a line (UTF-8). */
    static BreachedPasswords read(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return new BreachedPasswords(lines.filter(line -> !line.isEmpty())
                    .mapToLong(BreachedPasswords::mark)
                    .sorted()
                    .toArray());
        }
    }

    int size() {
        return known.length;
    }

    /** Throws {@link Problem} INVALID {@code breached-password}. */
    void refuse(String password, String pointer) {
        if (Arrays.binarySearch(known, mark(password)) < 0) return;
        throw Problem.invalid(
                "breached-password",
                "This password is known from a breach and among the first that are tried. Choose another.",
                Problem.Fault.at(pointer, "is known from a breach"));
    }

    private static long mark(String password) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
