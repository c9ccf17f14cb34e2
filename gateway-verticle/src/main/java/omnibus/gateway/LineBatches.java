package omnibus.gateway;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Cuts a stream of NDJSON into batches of whole lines, whatever the pieces it arrives in. Line numbers count every line
 * of the stream from 1, blank ones too; the lines of one batch follow each other without a gap. Holds one unfinished
 * line and one unfinished batch at most, beside what is ready.
 */
final class LineBatches {
    static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int MAX_BATCH_BYTES = 256 * 1024;
    private static final int MAX_BATCH_LINES = 200;
    private static final byte NEWLINE = '\n';

    /** Whole lines, each ended by a newline; {@code firstLine} is the number of the first. */
    record Batch(long firstLine, int lines, Buffer bytes) {}

    private final Queue<Batch> ready = new ArrayDeque<>();
    private final List<Long> tooLong = new ArrayList<>();
    private Buffer line = Buffer.buffer();
    private boolean overflown;
    private long linesBefore;
    private Buffer batch = Buffer.buffer();
    private long batchFirstLine;
    private int batchLines;

    void feed(Buffer piece) {
        var bytes = piece.getBytes();
        var start = 0;
        for (var i = 0; i < bytes.length; i++) {
            if (bytes[i] != NEWLINE) continue;
            append(bytes, start, i);
            endLine();
            start = i + 1;
        }
        append(bytes, start, bytes.length);
    }

    /** The stream is over: its last line may lack a newline, its last batch may be small. */
    void end() {
        if (line.length() > 0 || overflown) endLine();
        endBatch();
    }

    /** The next batch, or null when none is ready. */
    Batch poll() {
        return ready.poll();
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** Numbers of the lines left out since the last call because they were longer than {@link #MAX_LINE_BYTES}. */
    List<Long> takeTooLong() {
        var taken = List.copyOf(tooLong);
        tooLong.clear();
        return taken;
    }

    private void append(byte[] bytes, int start, int end) {
        if (overflown || end == start) return;
        if (line.length() + end - start > MAX_LINE_BYTES) {
            overflown = true;
            line = Buffer.buffer();
        } else {
            line.appendBytes(bytes, start, end - start);
        }
    }

    private void endLine() {
        linesBefore++;
        if (overflown) {
            tooLong.add(linesBefore);
            endBatch();
        } else if (isBlank(line)) {
            endBatch();
        } else {
            addToBatch();
        }
        overflown = false;
        line = Buffer.buffer();
    }

    private void addToBatch() {
        if (batch.length() + line.length() + 1 > MAX_BATCH_BYTES) endBatch();
        if (batchLines == 0) batchFirstLine = linesBefore;
        batch.appendBuffer(line).appendByte(NEWLINE);
        batchLines++;
        if (batchLines == MAX_BATCH_LINES) endBatch();
    }

    private void endBatch() {
        if (batchLines == 0) return;
        ready.add(new Batch(batchFirstLine, batchLines, batch));
        batch = Buffer.buffer();
        batchLines = 0;
    }

    private static boolean isBlank(Buffer line) {
        for (var i = 0; i < line.length(); i++) {
            var b = line.getByte(i);
            if (b != ' ' && b != '\t' && b != '\r') return false;
        }
        return true;
    }
}
