package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributionTest {
    @TempDir
    private Path directory;

    private Home home;
    private Path built;

    @BeforeEach
    void aBuild() throws IOException {
        home = new Home(directory.resolve("home")).create();
        built = directory.resolve("built");
        Files.createDirectories(built.resolve("lib"));
        jar("zebra.jar", "z");
        jar("adder.jar", "a");
    }

    private void jar(String name, String content) throws IOException {
        Files.deleteIfExists(built.resolve("lib").resolve(name));
        Files.writeString(built.resolve("lib").resolve(name), content);
    }

    @Test
    void theClassPathIsSortedSoThatEveryJvmHasTheSame() {
        var names = java.util.Arrays.stream(
                        Distribution.install(built, home).classPath().split(java.io.File.pathSeparator))
                .map(it -> Path.of(it).getFileName().toString())
                .toList();
        assertEquals(java.util.List.of("adder.jar", "zebra.jar"), names);
    }

    @Test
    void aNewBuildLeavesTheFilesOfRunningJvmsAlone() throws IOException {
        var running = Distribution.install(built, home);
        jar("adder.jar", "changed");
        var next = Distribution.install(built, home);
        assertNotEquals(running.build(), next.build());
        assertEquals("a", Files.readString(running.lib().resolve("adder.jar")));
        assertEquals("changed", Files.readString(next.lib().resolve("adder.jar")));
    }

    @Test
    void aJarOfAnotherTimeIsAnotherBuild() throws IOException {
        var first = Distribution.install(built, home);
        Files.setLastModifiedTime(built.resolve("lib/adder.jar"), FileTime.fromMillis(1_000_000));
        assertNotEquals(first.build(), Distribution.install(built, home).build());
    }

    @Test
    void buildsThatNothingRunsAreRemoved() throws IOException {
        var old = Distribution.install(built, home);
        jar("adder.jar", "changed");
        var next = Distribution.install(built, home);
        Distribution.prune(home, Set.of(next.build()));
        assertFalse(Files.exists(old.lib()));
        assertTrue(Files.exists(next.lib()));
    }
}
