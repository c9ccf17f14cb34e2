package omnibus.chaos.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** What the shoppers of a run asked and were told, a JSON object a line, in the order in which it happened. Thread-safe. */
public final class History implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BufferedWriter out;

    public History(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        this.out = Files.newBufferedWriter(file);
    }

    public synchronized void write(Entry entry) {
        try {
            out.write(JSON.writeValueAsString(entry));
            out.newLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    /** All entries of a closed history. */
    public static List<Entry> read(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.map(History::entry).toList();
        }
    }

    /** Hands on one entry of a closed history after the other, so that not all of them need to fit into memory. */
    public static void each(Path file, Consumer<Entry> reader) throws IOException {
        try (var lines = Files.lines(file)) {
            lines.map(History::entry).forEachOrdered(reader);
        }
    }

    private static Entry entry(String line) {
        try {
            return JSON.readValue(line, Entry.class);
        } catch (IOException e) {
            throw new UncheckedIOException("not a line of a history: " + line, e);
        }
    }
}
