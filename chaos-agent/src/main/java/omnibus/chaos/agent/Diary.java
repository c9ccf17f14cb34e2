package omnibus.chaos.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/** What agents did, a line each, in one file for all JVMs. A line is one write at the end of the file, forced to the disk. */
final class Diary {
    static final Diary NONE = new Diary(null, "");

    private final Path file;
    private final String instance;

    Diary(Path file, String instance) {
        this.file = file;
        this.instance = instance;
    }

    void write(String what, String subject, String detail) {
        if (file == null) return;
        var pid = ProcessHandle.current().pid();
        var line = new Deed(Instant.now(), instance, pid, what, subject, detail).line() + "\n";
        try (var out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            out.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            out.force(false);
        } catch (IOException e) {
            System.err.println("chaos agent: the diary cannot be written: " + e);
        }
    }
}
