package omnibus.sandbox;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * The append-only log, one JSON object a line. {@link #settled} completes when they are on disk; the lines that gather
 * while a write is under way share the next one, so the disk's sync rate does not bound the provider's.
 * Used from one event loop only.
 */
final class Journal {
    private static final int READ_BYTES = 4_096;

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
    static Journal open(Vertx vertx, Path file, ObjLongConsumer<JsonObject> replay, Consumer<Throwable> onFailure)
            throws IOException {
        Files.createDirectories(file.getParent());
        var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            var lock = channel.tryLock();
            if (lock == null) {
                throw new IOException(
                        file + " is in use by another payment sandbox; stop it or set another OMNIBUS_HOME");
            }
            var end = replay(file, replay);
            channel.truncate(end);
            channel.position(end);
            return new Journal(vertx, channel, lock, end, onFailure);
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** The offset after the last whole line. */
    private static long replay(Path file, ObjLongConsumer<JsonObject> replay) throws IOException {
        var end = 0L;
        var number = 0;
        try (var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            var line = new ByteArrayOutputStream(4096);
            for (var next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n') {
                    line.write(next);
                    continue;
                }
                number++;
                end += line.size() + 1L;
                try {
                    replay.accept(new JsonObject(Buffer.buffer(line.toByteArray())), end - line.size() - 1);
                } catch (DecodeException | ClassCastException | NullPointerException damaged) {
                    throw new IOException(
                            file + ", line " + number + " cannot be read; restore the file or move it away", damaged);
                }
                line.reset();
            }
        }
        return end;
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
