package omnibus.gateway;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import omnibus.platform.Problem;
import omnibus.platform.call.Operation;

/**
 * Reads a whole request body of bounded size. Memory follows what has arrived, not what was announced, and is part of what
 * the gateway has for all bodies together.
 */
final class BodyReader {
    private static final int MAX_BYTES = 1024 * 1024;
    /** Whoever may send what nobody has looked at yet, and is not signed in, sends less. */
    private static final int MAX_RAW_BYTES = 256 * 1024;

    private final Exchange exchange;
    private final boolean keep;
    private final Consumer<Buffer> whole;
    private final Runnable tooLarge;
    private Buffer body = Buffer.buffer();
    private long bytes;
    private boolean done;

    /** How long a body of this operation may be. */
    static int maxBytes(Operation operation) {
        return operation.rawBody() ? MAX_RAW_BYTES : MAX_BYTES;
    }

    private BodyReader(Exchange exchange, boolean keep, Consumer<Buffer> whole, Runnable tooLarge) {
        this.exchange = exchange;
        this.keep = keep;
        this.whole = whole;
        this.tooLarge = tooLarge;
    }

    /** Hands over the whole body, or calls {@code tooLarge} as soon as it is known to be that. */
    static void read(Exchange exchange, Consumer<Buffer> whole, Runnable tooLarge) {
        new BodyReader(exchange, true, whole, tooLarge).start();
    }

    /** Reads without keeping anything: only the size matters. */
    static void measure(Exchange exchange, Runnable whole, Runnable tooLarge) {
        new BodyReader(exchange, false, nothing -> whole.run(), tooLarge).start();
    }

    private void start() {
        exchange.pace().clientsTurn(System.nanoTime());
        exchange.request()
                .handler(this::take)
                .endHandler(end -> finish())
                .exceptionHandler(gone -> exchange.abandon())
                .resume();
    }

    private void take(Buffer piece) {
        if (done || exchange.isOver()) return;
        bytes += piece.length();
        exchange.pace().moved(piece.length(), System.nanoTime());
        if (bytes > maxBytes(exchange.route().operation())) {
            stop(tooLarge);
        } else if (keep && !exchange.takeRoom(piece.length())) {
            stop(this::refuseForWantOfRoom);
        } else if (keep) {
            body.appendBuffer(piece);
        }
    }

    private void stop(Runnable why) {
        done = true;
        body = Buffer.buffer();
        why.run();
    }

    private void refuseForWantOfRoom() {
        exchange.closeAfter();
        exchange.refuse(
                Problem.unavailable("There are more bodies of requests under way than this gateway has room for.", 1));
    }

    private void finish() {
        if (done || exchange.isOver()) return;
        done = true;
        exchange.pace().ourTurn(System.nanoTime());
        whole.accept(body);
    }
}
