package omnibus.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code logs}: what the instances of a service have written. */
@Command(
        name = "logs",
        description = "Prints the last lines of a service's logs, or of one instance's.",
        mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int CHUNK = 64 * 1024;

    @ParentCommand
    private Launcher launcher;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on printing what is written, new instances included.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "100",
            description = "How many lines of each file to begin with (${DEFAULT-VALUE}).")
    private int lines;

    @Parameters(paramLabel = "SERVICE", description = "order, order-7f3a, stores, postgres, redis, supervisor, …")
    private String name;

    private final Map<Path, Long> read = new HashMap<>();
    private Path last;

    @Override
    public Integer call() throws IOException {
        var files = files();
        if (files.isEmpty()) {
            throw Failure.failed(
                    "There is no log of " + name + " yet.",
                    "Nothing of it has run in " + launcher.fleet().home().path() + ".",
                    "Start the shop with ./omnibus up.");
        }
        for (var file : files) {
            header(file, files.size() > 1 || follow);
            LogFiles.tail(file, lines).forEach(System.out::println);
            read.put(file, file.toFile().length());
        }
        while (follow && !System.out.checkError()) {
            for (var file : files()) copyNew(file, System.out);
            Poll.pause(PAUSE);
        }
        return 0;
    }

    /** Of the living instances; of the last one when none lives. */
    private List<Path> files() {
        var home = launcher.fleet().home();
        var server = StoreServers.log(home, name);
        if (server.isPresent()) return List.of(server.get());
        launcher.shop().roleOrInstance(name);
        var all = LogFiles.of(home, name);
        var alive = launcher.fleet().instances().alive();
        var current = all.stream()
                .filter(file -> alive.stream().anyMatch(it -> file.endsWith(it.logName())))
                .toList();
        if (!current.isEmpty() || all.isEmpty()) return current;
        return all.subList(all.size() - 1, all.size());
    }

    private void header(Path file, boolean several) {
        if (several && !file.equals(last)) System.out.println("==> " + file + " <==");
        last = file;
    }

    private void copyNew(Path file, PrintStream out) throws IOException {
        long from = read.getOrDefault(file, 0L);
        long length = file.toFile().length();
        if (length < from) from = 0; // it was cut
        if (length == from) return;
        header(file, true);
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(from);
            var bytes = new byte[CHUNK];
            for (int count; (count = in.read(bytes)) > 0; from += count) out.write(bytes, 0, count);
        }
        out.flush();
        read.put(file, from);
    }
}
