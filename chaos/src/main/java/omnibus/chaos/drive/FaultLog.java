package omnibus.chaos.drive;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Every fault that was done, with its time: a JSON object a line in {@code faults.jsonl}, and a line on the terminal. */
final class FaultLog implements AutoCloseable {

    private final BufferedWriter out;
    private final PrintStream terminal;
    private final Instant started = Instant.now();
    private final Map<String, Integer> counts = new TreeMap<>();
    private Instant last = started;

    FaultLog(Path file, PrintStream terminal) throws IOException {
        this.out = Files.newBufferedWriter(file);
        this.terminal = terminal;
    }

    synchronized void tell(FaultKind kind, String action, String victims) {
        var now = Instant.now();
        last = now;
        counts.merge(kind.label() + " " + action, 1, Integer::sum);
        try {
            out.write(Json.text(
                    Map.of("at", now.toString(), "kind", kind.label(), "action", action, "victims", victims)));
            out.newLine();
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        terminal.printf(
                "  %6.1f s  %-8s %s %s%n",
                Duration.between(started, now).toMillis() / 1000.0, kind.label(), action, victims);
    }

    /** How often each thing was done. */
    synchronized Map<String, Integer> counts() {
        return new TreeMap<>(counts);
    }

    synchronized Instant last() {
        return last;
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
