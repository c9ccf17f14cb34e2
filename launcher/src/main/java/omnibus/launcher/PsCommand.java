package omnibus.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ps}: every living process of the shop. */
@Command(
        name = "ps",
        description = "Shows the processes of the shop, the stores' servers included.",
        mixinStandardHelpOptions = true)
final class PsCommand implements Callable<Integer> {
    private static final String ROW = "%-11s %-16s %8s  %-9s %9s %9s %11s %8s  %s%n";

    @ParentCommand
    private Launcher launcher;

    @Option(names = "--json", description = "One JSON array and nothing else.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        var fleet = launcher.fleet();
        var lines = fleet.home().exists() ? new ProcessList(fleet).lines() : List.<ProcessList.Line>of();
        if (json) {
            System.out.println(Home.JSON.writeValueAsString(lines));
            return 0;
        }
        if (lines.isEmpty()) throw Failure.notRunning(fleet.home());
        table(lines, fleet.now(), System.out);
        waiting(fleet);
        return 0;
    }

    static void table(List<ProcessList.Line> lines, Instant now, PrintStream out) {
        out.printf(ROW, "SERVICE", "INSTANCE", "PID", "STATE", "UP", "RESTARTS", "MANAGEMENT", "MEMORY", "NOTE");
        for (var line : lines) {
            out.printf(
                    ROW,
                    line.service(),
                    line.instance(),
                    line.pid(),
                    line.state(),
                    upTime(Duration.between(line.startedAt(), now)),
                    line.restarts(),
                    line.managementPort() == null ? "-" : line.managementPort(),
                    mebibytes(line.memoryBytes()),
                    line.note());
        }
        long sum = lines.stream().mapToLong(ProcessList.Line::memoryBytes).sum();
        out.println(lines.size() + " processes, " + mebibytes(sum) + " of memory (shared pages counted once)");
    }

    /** What is not there but will be: a place waiting for its back-off. */
    private static void waiting(Fleet fleet) {
        fleet.instances().all().stream()
                .filter(it -> !it.alive() && it.wanted())
                .forEach(it -> System.out.println(it.instance() + " ended"
                        + (it.retryAt() == null
                                ? ""
                                : "; its place is filled again in "
                                        + Math.max(
                                                0,
                                                Duration.between(fleet.now(), it.retryAt())
                                                        .toSeconds()) + " s")
                        + ". Why: ./omnibus logs " + it.instance()));
    }

    private static String mebibytes(long bytes) {
        return bytes == 0 ? "?" : (bytes >> 20) + " MiB";
    }

    static String upTime(Duration up) {
        if (up.toHours() >= 48) return up.toDays() + " d";
        if (up.toMinutes() >= 120) return up.toHours() + " h";
        if (up.toSeconds() >= 120) return up.toMinutes() + " min";
        return String.format(Locale.ROOT, "%d s", Math.max(0, up.toSeconds()));
    }
}
