package omnibus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One archive of parsed classes (AppCDS) for all JVMs of the shop: they start in less than half the time and share its
 * pages. The first start of a build writes down which classes each service loads; the supervisor makes the archive of
 * them when the shop has come to rest. It is a cache: without it, or with a broken one, everything works, slower.
 */
final class ClassArchive {
    private static final int LIMIT_MINUTES = 20;
    /** Newer JDKs number the classes of a list; numbers of several lists contradict each other. */
    private static final Pattern NUMBERED = Pattern.compile(" id: \\d+$");

    private final Home home;
    private final Distribution distribution;
    private final Path archive;

    ClassArchive(Home home, Distribution distribution) {
        this.home = home;
        this.distribution = distribution;
        this.archive = home.cache().resolve("classes-" + distribution.build() + "-" + jvm() + ".jsa");
    }

    /** The very JVM that made it: an update of the JDK makes a new archive. */
    private static String jvm() {
        return Runtime.version().toString().replaceAll("[^A-Za-z0-9.]", "_");
    }

    boolean exists() {
        return Files.isRegularFile(archive);
    }

    /** How a JVM of this role uses the archive, or, while there is none, helps to make it. */
    List<String> flags(Role role) {
        if (exists()) return use();
        var list = list(role);
        if (role.duty() == Role.Duty.SUPERVISOR || role.pluggedIn() || Files.exists(list)) return List.of();
        return List.of("-XX:DumpLoadedClassList=" + list);
    }

    /** Mapped where it was made for, its pages stay the same in all JVMs and are shared; elsewhere each patches its own. */
    private List<String> use() {
        return List.of(
                "-Xshare:auto",
                "-XX:SharedArchiveFile=" + archive,
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:ArchiveRelocationMode=0",
                "-Xlog:cds=off");
    }

    private Path list(Role role) {
        return home.cache().resolve("loaded-" + distribution.build() + "-" + role.name() + ".txt");
    }

    /**
     * Makes the archive from the lists written so far. Takes about half a minute of one core at the lowest priority.
     *
     * @return whether there is an archive now
     */
    boolean make(List<Role> roles) throws IOException, InterruptedException {
        var lists = roles.stream().map(this::list).filter(Files::exists).toList();
        if (exists() || lists.isEmpty()) return exists();
        var merged = home.cache().resolve("loaded-" + distribution.build() + ".txt");
        Files.write(merged, merge(lists));
        var half = home.cache()
                .resolve(archive.getFileName() + "." + ProcessHandle.current().pid());
        try {
            if (dump(merged, half)) Files.move(half, archive, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(half);
        }
        if (exists()) prune();
        return exists();
    }

    static Set<String> merge(List<Path> lists) throws IOException {
        var classes = new LinkedHashSet<String>();
        for (var list : lists) {
            whole(Files.readString(list))
                    .filter(line -> !line.contains(" source: ")) // loaded by a loader of its own: cannot be shared
                    .map(line -> NUMBERED.matcher(line).replaceFirst(""))
                    .forEach(classes::add);
        }
        return classes;
    }

    /** A JVM that was killed while it wrote leaves half a line, over which no archive could be made. */
    private static Stream<String> whole(String list) {
        return list.substring(0, list.lastIndexOf('\n') + 1).lines();
    }

    private boolean dump(Path classList, Path target) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(JavaCommand.java().toString()));
        command.addAll(List.of("-Xshare:dump", "-XX:+UseG1GC", "-Xmx320m"));
        command.addAll(List.of("-XX:SharedBaseAddress=0x800000000", "-XX:SharedClassListFile=" + classList));
        command.addAll(List.of("-XX:SharedArchiveFile=" + target, "-Xlog:cds=off", "-Xlog:cds+class=off"));
        command.addAll(List.of("-cp", distribution.classPath()));
        var process = new ProcessBuilder(Detached.atLowestPriority(command))
                .redirectInput(new java.io.File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(home.logs().resolve("class-archive.log").toFile())
                .start();
        var stop = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            if (process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) return process.exitValue() == 0;
            return false;
        } finally {
            process.destroyForcibly();
            removeHook(stop);
        }
    }

    private static void removeHook(Thread stop) {
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException alreadyStopping) {
            // the hook has run or is about to: nothing to take back
        }
    }

    /** Lists are used up, and archives of other builds or JDKs will not be asked for again. */
    private void prune() throws IOException {
        try (Stream<Path> files = Files.list(home.cache())) {
            for (var file : files.toList()) {
                var name = file.getFileName().toString();
                boolean old = name.startsWith("loaded-") || name.startsWith("classes-");
                if (old && !file.equals(archive)) Files.deleteIfExists(file);
            }
        }
    }
}
