package omnibus.order;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Does many things of one kind together. A batch is what has gathered while the last one was under way, so that one alone
 * never waits for company and many share a message and a transaction. A slow batch (one card that answers late is enough)
 * does not hold up those behind it: after a moment the next one leaves beside it. What is not sociable travels alone, so
 * that it can spoil nobody else's batch. Confined to one event loop.
 */
final class Batcher<T> {
    static final int BATCH = 128;
    static final int LANES = 8;
    private static final long PATIENCE_MILLIS = 50;

    private final Vertx vertx;
    private final Predicate<T> sociable;
    private final Function<List<T>, Future<?>> run;
    private final Deque<T> waiting = new ArrayDeque<>();
    private int underWay;
    private long nextLaneAt;
    private boolean nextLaneTimed;
    private Promise<Void> idle;

    /** @param run does a batch; its future ends when the batch is done with, whatever came of it */
    Batcher(Vertx vertx, Predicate<T> sociable, Function<List<T>, Future<?>> run) {
        this.vertx = vertx;
        this.sociable = sociable;
        this.run = run;
    }

    void add(T one) {
        waiting.add(one);
    }

    /** Starts what may start. */
    void pump() {
        while (!waiting.isEmpty() && idle == null && mayStart()) start(next());
        if (!waiting.isEmpty() && underWay > 0 && underWay < LANES) pumpWhenPatienceEnds();
    }

    private boolean mayStart() {
        return underWay == 0 || (underWay < LANES && now() >= nextLaneAt);
    }

    private void start(List<T> batch) {
        underWay++;
        nextLaneAt = now() + PATIENCE_MILLIS;
        // Within a future, what throws ends like what fails: the lane is given back.
        Future.succeededFuture(batch).compose(it -> run.apply(it).mapEmpty()).onComplete(done -> {
            underWay--;
            if (idle != null && underWay == 0) idle.tryComplete();
            pump();
        });
    }

    private List<T> next() {
        var batch = new ArrayList<T>();
        do batch.add(waiting.poll());
        while (batch.size() < BATCH
                && sociable.test(batch.get(0))
                && !waiting.isEmpty()
                && sociable.test(waiting.peek()));
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
