package omnibus.launcher;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the machine must offer: JDK, Maven, memory, disk, a home that can be written, system programs. */
final class MachineChecks {
    private static final long COMFORTABLE_MEMORY_MEBIBYTES = 3_072;
    private static final long COMFORTABLE_DISK_MEBIBYTES = 2_048;
    private static final long LEAST_DISK_MEBIBYTES = 512;

    private final Home home;
    private final Map<String, String> environment;

    MachineChecks(Home home, Map<String, String> environment) {
        this.home = home;
        this.environment = environment;
    }

    List<Finding> run() {
        var findings = new ArrayList<Finding>();
        findings.add(jdk());
        findings.add(maven());
        memory().ifPresent(findings::add);
        findings.add(disk());
        findings.add(writable());
        findings.add(session());
        findings.add(system());
        return findings;
    }

    private static Finding jdk() {
        var version = "JDK " + Runtime.version() + " in " + System.getProperty("java.home");
        boolean compiler = Files.isExecutable(Path.of(System.getProperty("java.home"), "bin", "javac"));
        return compiler
                ? Finding.ok(version)
                : Finding.warning(
                        version + " has no compiler",
                        "It runs a shop that is built, but cannot build one: install a JDK 17 or newer, not a JRE.");
    }

    private Finding maven() {
        var found = onPath(environment.getOrDefault("OMNIBUS_MAVEN", "mvn"));
        return found.map(path -> Finding.ok("Maven at " + path))
                .orElseGet(() -> Finding.warning(
                        "no Maven on the PATH",
                        "The shop as built runs without it; to build after a change install Maven 3.8 or newer."));
    }

    private static Optional<Finding> memory() {
        long available = Memory.availableMebibytes();
        if (available == 0) return Optional.empty();
        return Optional.of(
                available >= COMFORTABLE_MEMORY_MEBIBYTES
                        ? Finding.ok(available + " MiB of memory available")
                        : Finding.warning(
                                "only " + available + " MiB of memory available",
                                "A whole shop takes about 2,200 MiB. If it is not running yet, close something first."));
    }

    private Finding disk() {
        long free = home.freeMebibytes();
        var what = free + " MiB free for " + home.path();
        if (free >= COMFORTABLE_DISK_MEBIBYTES) return Finding.ok(what);
        var advice =
                "The stores stop accepting writes on a full disk. Free space, or move OMNIBUS_HOME to another disk.";
        return free >= LEAST_DISK_MEBIBYTES ? Finding.warning(what, advice) : Finding.problem(what, advice);
    }

    private Finding writable() {
        var place = home.path();
        while (!Files.exists(place)) place = place.getParent();
        if (Files.isWritable(place)) return Finding.ok("home " + home.path() + " can be written");
        return Finding.problem(
                "home " + home.path() + " cannot be written by " + System.getProperty("user.name"),
                "Run as its owner, or name another place: OMNIBUS_HOME=/some/where ./omnibus up");
    }

    private Finding session() {
        return onPath("setsid").isPresent()
                ? Finding.ok("processes get a session of their own (setsid)")
                : Finding.warning(
                        "there is no setsid",
                        "Processes are started with nohup: closing the terminal does not end them, Ctrl-C during up may.");
    }

    private static Finding system() {
        boolean container = Files.exists(Path.of("/.dockerenv")) || Files.exists(Path.of("/run/.containerenv"));
        return Finding.ok(
                container
                        ? "inside a container"
                        : System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                                + Runtime.getRuntime().availableProcessors() + " processors");
    }

    private Optional<Path> onPath(String program) {
        if (program.contains("/")) return Optional.of(Path.of(program)).filter(Files::isExecutable);
        return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
