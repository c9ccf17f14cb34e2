package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * Sends a body piece by piece, the next one when the network has taken the one before. What a client does not read thus
 * costs no more than a piece of the memory outside of the heap, of which there is little, and only what was taken counts for
 * its {@link Pace}. Lives on one event loop.
 */
final class Outflow {
    static final int PIECE_BYTES = 16 * 1024;

    private final Exchange exchange;
    private final HttpServerResponse response;
    private final Buffer body;
    private final Promise<Void> sent = Promise.promise();
    private int next;
    private boolean writing;
    private boolean taken;

    private Outflow(Exchange exchange, Buffer body) {
        this.exchange = exchange;
        this.response = exchange.request().response();
        this.body = body;
    }

    /** Ends the response with this body. The future ends when all of it was taken, or none of the rest will be. */
    static Future<Void> send(Exchange exchange, Buffer body) {
        var response = exchange.request().response();
        if (body.length() <= PIECE_BYTES) return response.end(body);
        response.headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        var outflow = new Outflow(exchange, body);
        outflow.goOn();
        return outflow.sent.future();
    }

    /** A loop and no recursion: a fast network takes every piece at once. */
    private void goOn() {
        if (writing) return;
        writing = true;
        taken = true;
        while (taken && !exchange.isOver()) {
            taken = false;
            writePiece();
        }
        writing = false;
    }

    private void writePiece() {
        var end = Math.min(body.length(), next + PIECE_BYTES);
        var piece = body.slice(next, end);
        next = end;
        if (end == body.length()) {
            response.end(piece).onComplete(sent);
            return;
        }
        response.write(piece).onComplete(written -> {
            if (written.failed()) {
                sent.tryFail(written.cause());
                return;
            }
            exchange.pace().moved(piece.length(), System.nanoTime());
            taken = true;
            goOn();
        });
    }
}
