package omnibus.order;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import omnibus.order.model.Saga;

/**
 * Runs one step of many sagas. A batch is what has gathered while the last one was under way, so that one order alone never
 * waits for company and many share a message and a transaction. A slow batch (one card that answers late is enough) does
 * not hold up those behind it: after a moment the next one leaves beside it. A saga that has failed here before travels
 * alone, so that it can spoil nobody else's batch. Confined to one event loop.
 */
final class StepWorker {
    static final int BATCH = 128;
    static final int LANES = 8;
    private static final long PATIENCE_MILLIS = 50;

    private final Vertx vertx;
    private final Function<List<Saga>, Future<Void>> run;
    private final Deque<Saga> waiting = new ArrayDeque<>();
    private int underWay;
    private long nextLaneAt;
    private boolean nextLaneTimed;
    private Promise<Void> idle;

    /** @param run does a batch; its future ends when the batch's moves are written, and never fails */
    StepWorker(Vertx vertx, Function<List<Saga>, Future<Void>> run) {
        this.vertx = vertx;
        this.run = run;
    }

    void add(Saga saga) {
        waiting.add(saga);
    }

    /** Starts what may start. */
    void pump() {
        while (!waiting.isEmpty() && idle == null && mayStart()) start(next());
        if (!waiting.isEmpty() && underWay > 0 && underWay < LANES) pumpWhenPatienceEnds();
    }

    private boolean mayStart() {
        return underWay == 0 || (underWay < LANES && now() >= nextLaneAt);
    }

    private void start(List<Saga> batch) {
        underWay++;
        nextLaneAt = now() + PATIENCE_MILLIS;
        run.apply(batch).onComplete(done -> {
            underWay--;
            if (idle != null && underWay == 0) idle.tryComplete();
            pump();
        });
    }

    private List<Saga> next() {
        var batch = new ArrayList<Saga>();
        batch.add(waiting.poll());
        if (batch.get(0).failures() > 0) return batch;
        while (batch.size() < BATCH && !waiting.isEmpty() && waiting.peek().failures() == 0) batch.add(waiting.poll());
        return batch;
    }

    private void pumpWhenPatienceEnds() {
        if (nextLaneTimed) return;
        nextLaneTimed = true;
        vertx.setTimer(Math.max(1, nextLaneAt - now()), tick -> {
            nextLaneTimed = false;
            pump();
        });
    }

    /** Starts nothing more; the future ends with the last batch that is under way. */
    Future<Void> quiesce() {
        idle = Promise.promise();
        if (underWay == 0) idle.complete();
        return idle.future();
    }

    int waiting() {
        return waiting.size();
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
