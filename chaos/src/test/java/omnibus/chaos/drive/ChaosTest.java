package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ChaosTest {
    @TempDir
    private Path directory;

    private int run(String... words) {
        var environment = Map.of("OMNIBUS_CHAOS_HOME", directory.resolve("home").toString());
        return new Chaos(directory, environment).run(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--for 5x",
                "--for 13h",
                "--orders 0",
                "--orders many",
                "--faults kill,earthquake",
                "--faults ",
                "--shoppers 0",
                "--shoppers 1001",
                "--instances 0",
                "--instances 4",
                "--think -1",
                "--seed x",
                "--crowd everybody",
                "--crowd last-unit --rounds 0",
                "--crowd last-unit --rounds 1001",
                "--crowd hot-sku --buyers 1001",
                "--crowd same-key --orders 5",
                "--crowd opposite --for 5m",
                "--rounds 3",
                "--buyers 3",
                "--unknown",
                "orders"
            })
    void whatCannotBeMeantIsWrongUsage(String words) {
        assertEquals(2, run(words.split(" ", -1)));
        assertTrue(Files.notExists(directory.resolve("home")), "nothing is started");
    }

    @Test
    void aDirectoryOfSomethingElseIsNotEmptied() throws IOException {
        var precious = Files.createDirectories(directory.resolve("home")).resolve("thesis.tex");
        Files.writeString(precious, "all of it");
        assertEquals(2, run("--orders", "1"));
        assertEquals("all of it", Files.readString(precious));
    }

    @ParameterizedTest
    @ValueSource(strings = {"last-unit", "hot-sku", "same-key", "opposite"})
    void aCrowdEmptiesNoDirectoryOfSomethingElseEither(String crowd) throws IOException {
        var precious = Files.createDirectories(directory.resolve("home")).resolve("thesis.tex");
        Files.writeString(precious, "all of it");
        assertEquals(2, run("--crowd", crowd));
        assertEquals("all of it", Files.readString(precious));
    }

    @Test
    void aDiskThatHoldsMoreThanTheStoresIsNotFilled() {
        assertEquals(2, run("--faults", "full", "--orders", "1"));
        assertTrue(Files.notExists(directory.resolve("home")), "nothing is started");
    }

    @Test
    void aDirectoryForTheStoresMayBeThereBeforeTheFirstRunAndStaysWhileItIsEmptied() throws IOException {
        var stores = Files.createDirectories(directory.resolve("home/stores"));
        var inode = Files.getAttribute(stores, "unix:ino");
        try (var home = ChaosHome.open(directory.resolve("home"))) {
            home.refuseForeign();
            home.empty();
            Files.createDirectories(stores.resolve("postgres/data"));
            home.empty();
        }
        assertEquals(inode, Files.getAttribute(stores, "unix:ino"));
        assertEquals(0, stores.toFile().list().length);
    }

    @Test
    void storesOfSomebodyElseAreNotRemoved() throws IOException {
        var precious = Files.createDirectories(directory.resolve("home/stores")).resolve("thesis.tex");
        Files.writeString(precious, "all of it");
        assertEquals(2, run("--orders", "1"));
        assertEquals("all of it", Files.readString(precious));
    }

    @Test
    void aSecondRunInTheSameDirectoryIsRefused() throws IOException {
        try (var first = ChaosHome.open(directory.resolve("home"))) {
            assertTrue(first.path().endsWith("home"));
            assertEquals(2, run("--orders", "1"));
        }
    }

    @Test
    void whatAnEarlierRunLeftIsRemovedAndTheClassArchiveIsKept() throws IOException {
        try (var home = ChaosHome.open(directory.resolve("home"))) {
            home.refuseForeign();
            home.empty();
            Files.createDirectories(home.path().resolve("run/processes"));
            Files.createDirectories(home.path().resolve("cache"));
            home.refuseForeign();
            home.empty();
            assertTrue(Files.notExists(home.path().resolve("run")));
            assertTrue(Files.exists(home.path().resolve("cache")));
        }
    }

    @Test
    void aTimeIsSecondsMinutesOrHours() {
        var span = new Chaos.Span();
        assertEquals(Duration.ofSeconds(90), span.convert("90s"));
        assertEquals(Duration.ofMinutes(5), span.convert("5m"));
        assertEquals(Duration.ofHours(2), span.convert("2h"));
        assertThrows(TypeConversionException.class, () -> span.convert("-1s"));
    }
}
