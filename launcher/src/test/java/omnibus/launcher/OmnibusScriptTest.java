package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script at the root, in a little checkout of its own, with a JDK and a Maven that only write down their calls. */
class OmnibusScriptTest {
    private static final Path SCRIPT =
            Path.of(System.getProperty("basedir", "."), "..", "omnibus").normalize();

    @TempDir
    private Path root;

    private record Result(int exitCode, String out, String err) {}

    @BeforeEach
    void aCheckout() throws IOException {
        Files.copy(script(), root.resolve("omnibus"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        for (var file : List.of("pom.xml", "cluster.xml", "launcher/pom.xml", "cart/src/main/java/Cart.java")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), "");
            Files.setLastModifiedTime(
                    root.resolve(file), FileTime.from(Instant.now().minusSeconds(60)));
        }
        program("jdk/bin/java", "echo \"launcher gets $# arguments: ${*: -1}, home $OMNIBUS_HOME\"");
        program("jdk/bin/javac", "");
        Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"17.0.15\"\n");
        program(
                "mvn",
                "echo built >> " + root.resolve("builds") + "\necho '[INFO] Building cart 1.0  [1/2]'\nsleep 0.2\n"
                        + "mkdir -p " + root.resolve("launcher/target/omnibus/lib"));
    }

    private static Path script() {
        return Files.exists(SCRIPT) ? SCRIPT : Path.of(System.getProperty("omnibus.root", "."), "omnibus");
    }

    private void program(String name, String body) throws IOException {
        var file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/usr/bin/env bash\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private ProcessBuilder command(String... arguments) {
        var command = new java.util.ArrayList<>(List.of(root.resolve("omnibus").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(Path.of("/").toFile());
        builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        builder.environment().put("OMNIBUS_MAVEN", root.resolve("mvn").toString());
        builder.environment().remove("OMNIBUS_HOME");
        return builder;
    }

    private Result run(String... arguments) throws IOException, InterruptedException {
        return result(command(arguments).start());
    }

    private static Result result(Process process) throws IOException, InterruptedException {
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), out, err);
    }

    private int builds() throws IOException {
        return Files.exists(root.resolve("builds"))
                ? Files.readAllLines(root.resolve("builds")).size()
                : 0;
    }

    @Test
    void theFirstUpBuildsAndTheSecondDoesNot() throws IOException, InterruptedException {
        var first = run("up");
        assertEquals(0, first.exitCode(), first.err());
        assertTrue(first.out().contains(": up, home " + root.resolve(".omnibus")), first.out());
        assertTrue(first.err().contains("building 1/2  cart"), first.err());
        run("up");
        assertEquals(1, builds());
    }

    @Test
    void aChangedAnAddedAndARemovedSourceEachBuildAgain() throws IOException, InterruptedException {
        run("up");
        Files.writeString(root.resolve("cart/src/main/java/Cart.java"), "changed");
        run("up");
        Files.writeString(root.resolve("cart/src/main/java/Line.java"), "added");
        run("up");
        Files.delete(root.resolve("cart/src/main/java/Cart.java"));
        run("up");
        assertEquals(4, builds());
    }

    @Test
    void otherCommandsUseWhatIsBuilt() throws IOException, InterruptedException {
        run("up");
        Files.writeString(root.resolve("cart/src/main/java/Cart.java"), "changed");
        assertEquals("", run("ps", "--json").err());
        assertEquals(1, builds());
    }

    @Test
    void twoAtOnceBuildOnce() throws IOException, InterruptedException {
        var one = command("up").start();
        var two = command("up").start();
        assertEquals(0, result(one).exitCode());
        assertEquals(0, result(two).exitCode());
        assertEquals(1, builds());
    }

    @Test
    void chaosBuildsWhatItNeedsAndTheLauncherWithIt() throws IOException, InterruptedException {
        var first = run("chaos", "--json");
        assertEquals(0, first.exitCode(), first.err());
        assertTrue(first.out().contains(": --json, home"), first.out());
        run("chaos", "--json");
        run("up");
        assertEquals(1, builds());
    }

    @Test
    void aFailedBuildTellsWhyAndWhereItsLogIs() throws IOException, InterruptedException {
        program("mvn", "echo '[ERROR] Cart.java:[7,3] cannot find symbol'; exit 1");
        var up = run("up");
        assertEquals(1, up.exitCode());
        assertTrue(up.err().contains("cannot find symbol") && up.err().contains("target/build.log"), up.err());
    }

    @Test
    void aFullDiskIsNamed() throws IOException, InterruptedException {
        program("mvn", "echo 'java.io.IOException: No space left on device'; exit 1");
        var up = run("up");
        assertEquals(3, up.exitCode());
        assertTrue(up.err().contains("disk is full"), up.err());
    }

    @Test
    void anOldOrMissingJdkAndAMissingMavenAreRefused() throws IOException, InterruptedException {
        var noMaven = command("up");
        noMaven.environment().put("OMNIBUS_MAVEN", "/nonexistent/mvn");
        assertEquals(3, result(noMaven.start()).exitCode());
        Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"1.8.0_402\"\n");
        var old = run("up");
        assertEquals(3, old.exitCode());
        assertTrue(old.err().contains("version 8"), old.err());
        Files.delete(root.resolve("jdk/bin/java"));
        assertEquals(3, run("up").exitCode());
    }

    @Test
    void aJavaThatOnlyForwardsToAJdkLeadsToIt() throws IOException, InterruptedException {
        var answer =
                "[[ $* == *-XshowSettings* ]] && { echo '    java.home = " + root.resolve("jdk") + "' >&2; exit; }\n";
        program("shims/java", answer + "exec " + root.resolve("jdk/bin/java") + " \"$@\"");
        var builder = command("up");
        builder.environment().remove("JAVA_HOME");
        builder.environment().merge("PATH", root.resolve("shims") + ":", (path, shims) -> shims + path);
        var up = result(builder.start());
        assertEquals(0, up.exitCode(), up.err());
        assertEquals(1, builds());
    }

    @Test
    void itIsFoundThroughSymbolicLinksAndFromAnywhere() throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("bin"));
        Files.createSymbolicLink(root.resolve("bin/one"), Path.of("../omnibus"));
        Files.createSymbolicLink(root.resolve("bin/two"), root.resolve("bin/one"));
        var builder = command("up");
        builder.command(root.resolve("bin/two").toString(), "up");
        var up = result(builder.start());
        assertEquals(0, up.exitCode(), up.err());
        assertTrue(up.out().contains("home " + root.resolve(".omnibus")), up.out());
    }

    @Test
    void theHomeOfTheUserIsLeftAsItIs() throws IOException, InterruptedException {
        var builder = command("up");
        builder.environment().put("OMNIBUS_HOME", "/srv/shop");
        assertTrue(result(builder.start()).out().contains("home /srv/shop"));
    }
}
