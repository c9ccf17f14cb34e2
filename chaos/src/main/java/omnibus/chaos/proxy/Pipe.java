package omnibus.chaos.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.SplittableRandom;

/** One direction of a connection: what was read waits here until it is due. When much waits, no more is read. */
final class Pipe {
    private record Chunk(ByteBuffer bytes, long dueNanos) {
        boolean holds(String word) {
            return !word.isEmpty()
                    && StandardCharsets.ISO_8859_1
                            .decode(bytes.duplicate())
                            .toString()
                            .contains(word);
        }
    }

    private static final int MOST_WAITING_BYTES = 64 * 1024;
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final long NANOS_A_SECOND = 1_000_000_000;
    /** A throttled line sends so many pieces a second. */
    private static final int PIECES_A_SECOND = 20;

    private final Queue<Chunk> waiting = new ArrayDeque<>();
    private final ByteBuffer buffer;
    private final SplittableRandom random;
    private final Way way;
    private Trouble trouble = Trouble.NONE;
    private int waitingBytes;
    private long passedSinceTrouble;
    private long lastDueNanos = System.nanoTime();
    private long freeAtNanos = lastDueNanos;
    private boolean full;
    private boolean ended;
    private boolean endPassedOn;

    /** @param buffer may be shared by all pipes of a loop */
    Pipe(Way way, SplittableRandom random, ByteBuffer buffer) {
        this.way = way;
        this.random = random;
        this.buffer = buffer;
    }

    static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(CHUNK_BYTES);
    }

    void suffer(Trouble next) {
        trouble = next;
        passedSinceTrouble = 0;
        freeAtNanos = System.nanoTime();
    }

    boolean held() {
        return trouble.held().contains(way);
    }

    /** Whether there is a use in reading. */
    boolean hungry() {
        return !ended && !held() && waitingBytes < MOST_WAITING_BYTES;
    }

    /** Whether the receiver took less than it was given. */
    boolean full() {
        return full && !held();
    }

    /** Everything was passed on, the end included. */
    boolean over() {
        return endPassedOn;
    }

    /** When it can go on by itself. */
    OptionalLong nextNanos() {
        return waiting.isEmpty() || full || held() ? OptionalLong.empty() : OptionalLong.of(dueNanos());
    }

    private long dueNanos() {
        long due = waiting.element().dueNanos();
        return due - freeAtNanos > 0 ? due : freeAtNanos;
    }

    /** @return false when the connection is to be reset here */
    boolean move(SocketChannel from, SocketChannel to) throws IOException {
        if (held()) return true;
        if (hungry()) read(from);
        boolean whole = write(to);
        if (ended && waiting.isEmpty() && !endPassedOn) {
            to.shutdownOutput();
            endPassedOn = true;
        }
        return whole;
    }

    private void read(SocketChannel from) throws IOException {
        buffer.clear();
        int count = from.read(buffer);
        if (count < 0) ended = true;
        if (count <= 0) return;
        var bytes = ByteBuffer.allocate(count).put(buffer.flip()).flip();
        long due = System.nanoTime() + latenessMillis() * NANOS_A_MILLI;
        lastDueNanos = due - lastDueNanos > 0 ? due : lastDueNanos;
        waiting.add(new Chunk(bytes, lastDueNanos));
        waitingBytes += count;
    }

    private long latenessMillis() {
        int jitter = trouble.jitterMillis();
        return Math.max(0, trouble.delayMillis() + (jitter == 0 ? 0 : random.nextInt(-jitter, jitter + 1)));
    }

    private boolean write(SocketChannel to) throws IOException {
        full = false;
        while (!waiting.isEmpty() && !full && dueNanos() - System.nanoTime() <= 0) {
            var chunk = waiting.element();
            if (cutNow() || way == Way.TO_CLIENT && chunk.holds(trouble.lostWord())) return false;
            pass(chunk.bytes(), to);
            if (!chunk.bytes().hasRemaining()) waiting.remove();
        }
        return passedSinceTrouble == 0 || !cutNow();
    }

    private void pass(ByteBuffer bytes, SocketChannel to) throws IOException {
        int piece = piece(bytes.remaining());
        int written = to.write(bytes.slice(bytes.position(), piece));
        bytes.position(bytes.position() + written);
        waitingBytes -= written;
        passedSinceTrouble += written;
        full = written < piece;
        if (trouble.bytesPerSecond() > 0) {
            freeAtNanos = System.nanoTime() + written * NANOS_A_SECOND / trouble.bytesPerSecond();
        }
    }

    private int piece(int most) {
        long piece = most;
        if (trouble.bytesPerSecond() > 0) piece = Math.min(piece, 1 + trouble.bytesPerSecond() / PIECES_A_SECOND);
        if (cuts()) piece = Math.min(piece, trouble.cutAfterBytes() - passedSinceTrouble);
        return (int) piece;
    }

    private boolean cuts() {
        return way == Way.TO_CLIENT && trouble.cutAfterBytes() >= 0;
    }

    private boolean cutNow() {
        return cuts() && passedSinceTrouble >= trouble.cutAfterBytes();
    }
}
