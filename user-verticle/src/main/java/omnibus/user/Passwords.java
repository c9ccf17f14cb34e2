package omnibus.user;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.function.Supplier;
import omnibus.user.model.PasswordHash;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id. A hash costs some 50 ms and 19 MiB, so that guessing is dear: few at a time, off the event loop, bound what
 * any flood of sign-ins can take of this JVM.
 */
final class Passwords {
    /** Parameters of a hash; stored with it, so that they can be raised later. */
    record Cost(int memoryKib, int iterations, int parallelism) {
        /** OWASP's first choice for Argon2id with the least memory. */
        static final Cost STANDARD = new Cost(19_456, 2, 1);
    }

    /** Bounds of a password's length, in characters (code points). */
    static final int SHORTEST = 8;

    static final int LONGEST = 128;

    /** What hashes takes a whole processor, half of which are left to everything else, and memory: a quarter of the heap. */
    static final int AT_A_TIME = atATime(
            Runtime.getRuntime().availableProcessors(), Runtime.getRuntime().maxMemory());

    /** Bounds memory only: so many cannot be served before their deadline on any machine. */
    private static final int WAITING = 256;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Cost cost;
    private final WorkerExecutor workers;
    private final Turnstile turnstile;
    private final PasswordHash nobodys;

    Passwords(Vertx vertx, Cost cost) {
        this.cost = cost;
        this.turnstile = new Turnstile(vertx, AT_A_TIME, WAITING);
        this.workers = vertx.createSharedWorkerExecutor("passwords", AT_A_TIME);
        this.nobodys = stored(random(SALT_BYTES), random(HASH_BYTES));
    }

    static int atATime(int processors, long heapBytes) {
        var fitting = heapBytes / 4 / (Cost.STANDARD.memoryKib * 1024L);
        return (int) Math.max(1, Math.min(processors / 2, fitting));
    }

    /** Runs work that hashes when it is its turn. Fails with Problem LIMITED when too many wait already. */
    <T> Future<T> inTurn(Client client, Supplier<Future<T>> work) {
        return turnstile.enter(client, work);
    }

    /** Fails with Problem LIMITED when {@link #inTurn} would at this moment. */
    Future<Void> lookAtLine(Client client) {
        return turnstile.look(client);
    }

    /** A hash to store. To be called in turn. */
    Future<PasswordHash> hash(String password) {
        return workers.executeBlocking(
                () -> {
                    var salt = random(SALT_BYTES);
                    return stored(salt, argon2id(password, salt, cost, HASH_BYTES));
                },
                false);
    }

    /** Whether this is the password. To be called in turn. */
    Future<Boolean> matches(String password, PasswordHash stored) {
        var asStored = new Cost(stored.memoryKib(), stored.iterations(), stored.parallelism());
        var expected = stored.hashBytes();
        return workers.executeBlocking(
                () -> MessageDigest.isEqual(
                        expected, argon2id(password, stored.saltBytes(), asStored, expected.length)),
                false);
    }

    /** Takes as long as {@link #matches} and is false: for an e-mail without an account. To be called in turn. */
    Future<Boolean> matchesNobodys(String password) {
        return matches(password, nobodys);
    }

    /** Made with other parameters than new hashes are. */
    boolean outdated(PasswordHash stored) {
        return !cost.equals(new Cost(stored.memoryKib(), stored.iterations(), stored.parallelism()));
    }

    Future<Void> close() {
        return workers.close();
    }

    private PasswordHash stored(byte[] salt, byte[] hash) {
        return PasswordHash.of(cost.memoryKib(), cost.iterations(), cost.parallelism(), salt, hash);
    }

    /** Keyboards differ in how they compose characters; NFKC makes the same password of them (NIST SP 800-63B). */
    private static byte[] argon2id(String password, byte[] salt, Cost cost, int length) {
        var text = Normalizer.normalize(password, Normalizer.Form.NFKC);
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.iterations())
                .withParallelism(cost.parallelism())
                .withSalt(salt)
                .build());
        var hash = new byte[length];
        generator.generateBytes(text.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private static byte[] random(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return random;
    }
}
