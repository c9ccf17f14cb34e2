package omnibus.chaos.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;

/** The directory through which agents are told what to do, and tell what they did. */
public final class FaultDirectory {
    static final String ARM = ".arm";
    static final String BUS = "bus.faults";
    private static final String CUT = ".cut";
    private static final String DONE = ".done";
    private static final String COUNTS = ".counts";
    private static final String DIARY = "diary.tsv";

    private final Path path;

    public FaultDirectory(Path path) throws IOException {
        this.path = Files.createDirectories(path.toAbsolutePath());
    }

    Path path() {
        return path;
    }

    /** Agents see it within a moment; the diary tells of each JVM that has. The answer is the file to disarm it by. */
    public Path arm(Arming arming) throws IOException {
        var file = path.resolve(arming.failpoint().name() + "-" + UUID.randomUUID() + ARM);
        write(file, arming.toProperties());
        return file;
    }

    /** True when a JVM has halted because of it. */
    public static boolean isDone(Path armed) {
        return Files.exists(done(armed));
    }

    /** @return false when a JVM was faster, and has halted */
    public boolean disarm(Path armed) throws IOException {
        return Files.deleteIfExists(armed);
    }

    /** Everything armed is disarmed, the bus is itself again, and nobody is cut off. */
    public void heal() throws IOException {
        for (var cut : files(CUT)) Files.deleteIfExists(cut);
        for (var file : armed()) disarm(file);
        Files.deleteIfExists(path.resolve(BUS));
    }

    public void disturb(BusFaults faults) throws IOException {
        write(path.resolve(BUS), faults.toProperties());
    }

    /** Cuts an instance off from all other JVMs until it is joined again; its lines to stores and provider stay. */
    public void cutOff(String instance) throws IOException {
        write(cutOf(instance), new Properties());
    }

    public void join(String instance) throws IOException {
        Files.deleteIfExists(cutOf(instance));
    }

    Path cutOf(String instance) {
        return path.resolve(instance + CUT);
    }

    public List<Deed> diary() throws IOException {
        var diary = path.resolve(DIARY);
        if (!Files.exists(diary)) return List.of();
        var text = Files.readString(diary);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Deed::of)
                .toList();
    }

    /** What all agents together have counted on the bus: {@code request.seen}, {@code reply.dropped} and so on. */
    public java.util.Map<String, Long> counts() throws IOException {
        var sums = new java.util.TreeMap<String, Long>();
        for (var file : files(COUNTS)) {
            read(file).forEach((name, count) -> sums.merge((String) name, Long.valueOf((String) count), Long::sum));
        }
        return sums;
    }

    List<Path> armed() throws IOException {
        return files(ARM);
    }

    private List<Path> files(String suffix) throws IOException {
        try (Stream<Path> all = Files.list(path)) {
            return all.filter(it -> it.toString().endsWith(suffix)).sorted().toList();
        }
    }

    Diary diaryOf(String instance) {
        return new Diary(path.resolve(DIARY), instance);
    }

    Path countsOf(String instance) {
        return path.resolve("bus-" + instance + COUNTS);
    }

    static Path done(Path armed) {
        var name = armed.getFileName().toString();
        return armed.resolveSibling(name.substring(0, name.length() - ARM.length()) + DONE);
    }

    static Properties read(Path file) throws IOException {
        var properties = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return properties;
    }

    /** Whole or not at all. */
    static void write(Path file, Properties properties) throws IOException {
        var next = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".next");
        try (var out = Files.newBufferedWriter(next)) {
            properties.store(out, null);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
