package omnibus.launcher;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command line of a JVM of the shop. Everything is bounded, so that the whole shop fits a small machine and a leak
 * ends one process instead of the machine; no secret is ever an argument.
 */
final class JavaCommand {
    /** What Hazelcast asks for; without it each start prints a page of warnings. */
    private static final List<String> MODULES = List.of(
            "--add-modules=java.se",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.management/sun.management=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

    private final Home home;
    private final Distribution distribution;
    private final List<String> options;
    private final ClassArchive archive;

    /** @param settings of the shop; its OMNIBUS_JAVA_OPTS, split at blanks, come last and win */
    JavaCommand(Home home, Distribution distribution, ShopSettings settings) {
        this.home = home;
        this.distribution = distribution;
        this.options = settings.text("OMNIBUS_JAVA_OPTS")
                .map(text -> List.of(text.split("\\s+")))
                .orElse(List.of());
        this.archive = new ClassArchive(home, distribution);
    }

    List<String> of(Role role, String... arguments) {
        var line = new ArrayList<String>();
        line.add(java().toString());
        line.addAll(memory(role));
        line.addAll(MODULES);
        line.addAll(forThisVersion());
        line.addAll(archive.flags(role));
        line.add("-XX:+PerfDisableSharedMem"); // no stalls while the kernel writes /tmp
        line.add("-XX:+ExitOnOutOfMemoryError"); // a half-dead JVM is worse than a restart
        line.add("-XX:ErrorFile=" + home.logs().resolve(role.name() + "-crash-%p.log"));
        line.add("-Djava.awt.headless=true");
        line.add("-Dfile.encoding=UTF-8");
        if (role.duty() != Role.Duty.SUPERVISOR) line.addAll(options);
        line.addAll(List.of("-cp", classPath(role), role.mainClass()));
        line.addAll(List.of(arguments));
        return line;
    }

    /** What was plugged in comes last: the archive of classes fits whatever begins with the distribution's own jars. */
    private String classPath(Role role) {
        return Stream.concat(
                        Stream.of(distribution.classPath()),
                        role.jars().stream().map(Path::toString))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static List<String> memory(Role role) {
        var flags = new ArrayList<>(List.of(
                "-XX:+UseSerialGC",
                "-Xms" + Math.min(32, role.heapMebibytes()) + "m",
                "-Xmx" + role.heapMebibytes() + "m",
                "-Xss512k",
                "-XX:MaxMetaspaceSize=160m",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:MaxDirectMemorySize=96m",
                "-Dio.netty.maxDirectMemory=67108864"));
        // Half of a start's processor time goes into compiling what runs at the start only. What stays hot is compiled
        // all
        // the same, some thousand calls later.
        flags.add(role.duty() == Role.Duty.SUPERVISOR ? "-XX:TieredStopAtLevel=1" : "-XX:CompileThresholdScaling=5");
        return flags;
    }

    private static List<String> forThisVersion() {
        return Runtime.version().feature() >= 24
                ? List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
                : List.of();
    }

    /** The java this launcher runs on, which the script has checked. */
    static Path java() {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        if (!Files.isExecutable(java)) {
            throw Failure.environment(
                    "The JDK is gone.", java + " cannot be executed.", "Reinstall it or point JAVA_HOME at another.");
        }
        return java;
    }
}
