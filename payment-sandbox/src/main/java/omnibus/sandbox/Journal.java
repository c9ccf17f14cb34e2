package omnibus.sandbox;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The append-only log, one JSON object a line. {@link #settled} completes when they are on disk; the lines that gather
 * while a write is under way share the next one, so the disk's sync rate does not bound the provider's.
 * Used from one event loop only.
 */
final class Journal {
    private static final int READ_BYTES = 4_096;
    private static final int REPLAY_BYTES = 1 << 16;

    /** Takes a line of an earlier run: where it begins in {@code bytes}, how long it is, its offset in the file. */
    interface Replay {
        /** @throws IOException when it is no line this program has written */
        void line(byte[] bytes, int from, int length, long offset) throws IOException;
    }

    private final Vertx vertx;
    private final FileChannel channel;
    private final FileLock lock;
    private final Consumer<Throwable> onFailure;
    private Buffer gathering = Buffer.buffer();
    private Promise<Void> gathered;
    private long nextOffset;
    private final TreeMap<Long, JsonObject> unwritten = new TreeMap<>();
    private Future<Void> underWay = Future.succeededFuture();
    private boolean writing;

    private Journal(Vertx vertx, FileChannel channel, FileLock lock, long end, Consumer<Throwable> onFailure) {
        this.nextOffset = end;
        this.vertx = vertx;
        this.channel = channel;
        this.lock = lock;
        this.onFailure = onFailure;
    }

    /**
     * Blocking: reads every line into {@code replay}, cuts off a torn last one (it was never acknowledged) and locks
     * the file against a second provider.
     *
     * @param onFailure told when a write failed: memory is then ahead of the disk, and the process must end
     * @throws IOException when the file cannot be had, is in use, or is damaged in the middle
     */
    static Journal open(Vertx vertx, Path file, Replay replay, Consumer<Throwable> onFailure) throws IOException {
        Files.createDirectories(file.getParent());
        var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            var lock = channel.tryLock();
            if (lock == null) {
                throw new IOException(
                        file + " is in use by another payment sandbox; stop it or set another OMNIBUS_HOME");
            }
            var end = replay(channel, file, replay);
            channel.truncate(end);
            channel.position(end);
            return new Journal(vertx, channel, lock, end, onFailure);
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** The offset after the last whole line. */
    private static long replay(FileChannel channel, Path file, Replay replay) throws IOException {
        var bytes = new byte[REPLAY_BYTES];
        var filled = 0;
        var offset = 0L;
        for (var number = 1; ; ) {
            if (filled == bytes.length) bytes = Arrays.copyOf(bytes, bytes.length * 2);
            var read = channel.read(ByteBuffer.wrap(bytes, filled, bytes.length - filled), offset + filled);
            if (read <= 0) return offset;
            filled += read;
            var start = 0;
            for (var i = 0; i < filled; i++) {
                if (bytes[i] != '\n') continue;
                replayLine(bytes, start, i - start, offset + start, replay, file + ", line " + number++);
                start = i + 1;
            }
            System.arraycopy(bytes, start, bytes, 0, filled - start);
            filled -= start;
            offset += start;
        }
    }

    private static void replayLine(byte[] bytes, int from, int length, long offset, Replay replay, String where)
            throws IOException {
        try {
            replay.line(bytes, from, length, offset);
        } catch (IOException damaged) {
            throw new IOException(where + " cannot be read; restore the file or move it away", damaged);
        }
    }

    /** Adds a line. @see #settled */
    void append(JsonObject line) {
        var bytes = line.toBuffer().appendByte((byte) '\n');
        unwritten.put(nextOffset, line);
        nextOffset += bytes.length();
        gathering.appendBuffer(bytes);
        if (gathered == null) gathered = Promise.promise();
        if (!writing) flush();
    }

    /** Where the next line will begin. */
    long nextOffset() {
        return nextOffset;
    }

    /** The line that begins at an offset, on disk already or not. Mostly from the system's cache, some microseconds. */
    JsonObject read(long offset) {
        var pending = unwritten.get(offset);
        return pending != null ? pending.copy() : new JsonObject(readLine(offset));
    }

    private Buffer readLine(long offset) {
        var line = Buffer.buffer(READ_BYTES);
        var chunk = ByteBuffer.allocate(READ_BYTES);
        try {
            while (channel.read(chunk.clear(), offset + line.length()) > 0) {
                for (var i = 0; i < chunk.position(); i++) {
                    if (chunk.get(i) == '\n') return line.appendBytes(chunk.array(), 0, i);
                }
                line.appendBytes(chunk.array(), 0, chunk.position());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the log cannot be read at " + offset, failure);
        }
        throw new IllegalStateException("no line begins at " + offset);
    }

    /** What was appended so far is on disk: whoever waits for this sees nothing a crash could take back. */
    Future<Void> settled() {
        return gathered != null ? gathered.future() : underWay;
    }

    private void flush() {
        var batch = gathering;
        var written = gathered;
        var end = nextOffset;
        gathering = Buffer.buffer();
        gathered = null;
        writing = true;
        underWay = written.future();
        vertx.<Void>executeBlocking(() -> write(batch)).onComplete(done -> {
            writing = false;
            if (done.failed()) {
                onFailure.accept(done.cause());
            } else {
                unwritten.headMap(end).clear();
                if (gathered != null) flush();
            }
            written.handle(done);
        });
    }

    private Void write(Buffer batch) throws IOException {
        var bytes = ByteBuffer.wrap(batch.getBytes());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
        return null;
    }

    /** After everything appended is on disk. */
    Future<Void> close() {
        var context = vertx.getOrCreateContext();
        return settled().recover(failed -> Future.succeededFuture()).compose(done -> closeFile(context));
    }

    private Future<Void> closeFile(Context context) {
        return context.executeBlocking(() -> {
            lock.release();
            channel.close();
            return null;
        });
    }
}
