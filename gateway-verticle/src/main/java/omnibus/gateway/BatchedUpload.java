package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;

/**
 * Carries an NDJSON body of any size as one call per batch of whole lines, in order, one under way; while it is, the
 * client is kept waiting. The answer adds up what the service answered. A batch that is refused or gets no answer ends
 * the upload; how far it came is said in the problem, and what was loaded stays loaded.
 */
final class BatchedUpload {
    private static final int OK = 200;

    private final Exchange exchange;
    private final Function<LineBatches.Batch, Future<Answer>> send;
    private final LineBatches lines = new LineBatches();
    private final BatchTally tally = new BatchTally();
    private Answer last;
    private boolean streamEnded;
    private boolean underWay;
    private boolean done;

    BatchedUpload(Exchange exchange, Function<LineBatches.Batch, Future<Answer>> send) {
        this.exchange = exchange;
        this.send = send;
    }

    void start() {
        exchange.pace().clientsTurn(System.nanoTime());
        exchange.request()
                .handler(this::take)
                .endHandler(end -> {
                    streamEnded = true;
                    lines.end();
                    advance();
                })
                .exceptionHandler(gone -> {
                    done = true;
                    exchange.abandon();
                })
                .resume();
    }

    private void take(Buffer piece) {
        if (done) return;
        exchange.pace().moved(piece.length(), System.nanoTime());
        lines.feed(piece);
        advance();
    }

    private void advance() {
        if (done || underWay || exchange.isOver()) return;
        lines.takeTooLong().forEach(tally::addTooLong);
        var batch = lines.poll();
        if (batch != null) carry(batch);
        else if (!streamEnded) awaitMore();
        // A stream without a line is still asked of the service: what it says of nothing is the form of the answer.
        else if (last == null) carry(new LineBatches.Batch(1, 0, Buffer.buffer()));
        else finish();
    }

    private void awaitMore() {
        exchange.pace().clientsTurn(System.nanoTime());
        exchange.request().resume();
    }

    private void carry(LineBatches.Batch batch) {
        underWay = true;
        exchange.pace().ourTurn(System.nanoTime());
        if (!streamEnded) exchange.request().pause();
        Future.succeededFuture(batch).compose(send).compose(this::accept).onComplete(result -> {
            underWay = false;
            if (result.succeeded()) advance();
            else stop(result.cause());
        });
    }

    private Future<Void> accept(Answer answer) {
        if (answer.status() != OK) return Future.failedFuture(answer.asProblem());
        tally.add(Json.tree(answer.body()));
        last = answer;
        return Future.succeededFuture();
    }

    private void stop(Throwable failure) {
        done = true;
        if (failure instanceof Problem problem) problem.with("loaded", tally.sums());
        exchange.refuse(failure);
    }

    private void finish() {
        done = true;
        exchange.answer(new Answer(OK, last.headers(), Json.encode(tally.total())));
    }
}
