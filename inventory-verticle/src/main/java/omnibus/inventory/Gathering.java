package omnibus.inventory;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Outage;

/**
 * Gathers what arrives while a batch is under way into the next one, so that a hot SKU costs one transaction for many
 * orders. One alone never waits for company. What nobody waits for any more is dropped before it is begun, and a batch
 * that fails for one element's sake is repeated element by element.
 */
final class Gathering<C, R> {
    private static final long RETRY_AFTER_SECONDS = 1;

    private record Waiting<C, R>(C element, Deadline deadline, Promise<R> answer) {}

    private final int batchSize;
    private final int capacity;
    private final Function<List<C>, Future<List<R>>> batch;
    private final Deque<Waiting<C, R>> queue = new ArrayDeque<>();
    private boolean underWay;

    /** @param batch answers each element, in their order; either all of its effects hold or none */
    Gathering(int batchSize, int capacity, Function<List<C>, Future<List<R>>> batch) {
        this.batchSize = batchSize;
        this.capacity = capacity;
        this.batch = batch;
    }

    /** Fails with {@link Problem} 503 when too many wait already, 504 when the deadline passes before its turn. */
    Future<R> submit(C element, Deadline deadline) {
        var waiting = new Waiting<C, R>(element, deadline, Promise.promise());
        synchronized (this) {
            if (queue.size() >= capacity) {
                return Future.failedFuture(
                        Problem.unavailable("Too many orders are waiting for stock.", RETRY_AFTER_SECONDS));
            }
            queue.add(waiting);
        }
        next();
        return waiting.answer.future();
    }

    private void next() {
        var taken = take();
        if (taken.isEmpty()) return;
        run(taken).onComplete(done -> {
            synchronized (this) {
                underWay = false;
            }
            next();
        });
    }

    private synchronized List<Waiting<C, R>> take() {
        var taken = new ArrayList<Waiting<C, R>>();
        while (!underWay && taken.size() < batchSize && !queue.isEmpty()) {
            var first = queue.remove();
            if (first.deadline.passed()) first.answer.fail(Problem.deadlinePassed());
            else taken.add(first);
        }
        underWay |= !taken.isEmpty();
        return taken;
    }

    private Future<?> run(List<Waiting<C, R>> taken) {
        var elements = taken.stream().map(Waiting::element).toList();
        return Future.succeededFuture(elements)
                .compose(batch)
                .onSuccess(answers -> {
                    for (var i = 0; i < taken.size(); i++) taken.get(i).answer.complete(answers.get(i));
                })
                .<Object>mapEmpty()
                .recover(failure -> {
                    if (taken.size() > 1 && !Outage.is(failure)) return oneByOne(taken);
                    taken.forEach(waiting -> waiting.answer.fail(failure));
                    return Future.succeededFuture();
                });
    }

    private Future<Object> oneByOne(List<Waiting<C, R>> taken) {
        Future<Object> all = Future.succeededFuture();
        for (var waiting : taken) all = all.compose(before -> alone(waiting));
        return all;
    }

    private Future<Object> alone(Waiting<C, R> waiting) {
        if (waiting.deadline.passed()) {
            waiting.answer.fail(Problem.deadlinePassed());
            return Future.succeededFuture();
        }
        return run(List.of(waiting)).mapEmpty();
    }
}
