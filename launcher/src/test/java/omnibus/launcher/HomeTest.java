package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {
    @TempDir
    private Path directory;

    private Home home;

    @BeforeEach
    void aHome() {
        home = new Home(directory.resolve("home")).create();
    }

    @Test
    void onlyItsOwnerReadsWhatItKeeps() throws IOException {
        home.write(home.file("secret.json"), Map.of("key", "value"));
        assertEquals("rw-------", rights(home.file("secret.json")));
        assertEquals("rwx------", rights(home.run()));
        assertEquals("rwx------", rights(home.logs()));
    }

    private static String rights(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void whatWasWrittenIsReadAgain() {
        var secrets = Secrets.of(home);
        assertEquals(secrets, Secrets.of(home));
        assertEquals(Optional.empty(), home.read(home.file("absent.json"), Secrets.class));
    }

    @Test
    void aHomeOlderThanASecretKeepsTheOthersAndGetsIt() throws IOException {
        var file = home.file("secrets.json");
        Files.writeString(file, "{\"paymentKey\": \"p\", \"webhookSecret\": \"w\", \"storesSecret\": \"s\"}");
        var secrets = Secrets.of(home);
        assertEquals(new Secrets("p", "w", "s", secrets.signingSecret()), secrets);
        assertEquals(64, secrets.signingSecret().length());
        assertEquals(secrets, Secrets.of(home));
        assertEquals("rw-------", rights(file));
    }

    @Test
    void aDamagedFileIsNamedAndNeverReadAsEmpty() throws IOException {
        Files.writeString(home.file("secrets.json"), "{\"paymentKey\": ");
        var failure = assertThrows(Failure.class, () -> Secrets.of(home));
        assertTrue(failure.text().contains("secrets.json"), failure::text);
    }

    @Test
    void aPlaceThatCannotBeAHomeIsAFaultOfTheMachine() throws IOException {
        var file = Files.writeString(directory.resolve("file"), "");
        var failure = assertThrows(Failure.class, () -> new Home(file.resolve("home")).create());
        assertEquals(3, failure.exitCode());
    }

    @Test
    void theLockLetsOneAtATimeIn() {
        var lock = new HomeLock(home);
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        IntStream.range(0, 40)
                .parallel()
                .forEach(i -> lock.hold(() -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    inside.decrementAndGet();
                }));
        assertEquals(1, most.get());
    }
}
