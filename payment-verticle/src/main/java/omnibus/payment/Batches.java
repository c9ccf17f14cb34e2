package omnibus.payment;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Makes one transaction of what has gathered while the last one was under way. A single item goes at once; nobody waits
 * for company. A batch that fails is repeated one by one, so that a bad item fails alone. Used from one event loop.
 */
final class Batches<T, R> {
    private record Waiting<T, R>(T item, Promise<R> result) {}

    private final int largest;
    private final Function<List<T>, Future<List<R>>> transaction;
    private final Deque<Waiting<T, R>> gathering = new ArrayDeque<>();
    private boolean underWay;

    /** @param transaction answers its items in their order */
    Batches(int largest, Function<List<T>, Future<List<R>>> transaction) {
        this.largest = largest;
        this.transaction = transaction;
    }

    Future<R> add(T item) {
        var waiting = new Waiting<T, R>(item, Promise.promise());
        gathering.add(waiting);
        if (!underWay) next();
        return waiting.result.future();
    }

    private void next() {
        var batch = new ArrayList<Waiting<T, R>>();
        while (batch.size() < largest && !gathering.isEmpty()) batch.add(gathering.poll());
        underWay = !batch.isEmpty();
        if (underWay) run(batch).onComplete(done -> next());
    }

    private Future<?> run(List<Waiting<T, R>> batch) {
        return attempt(batch).recover(failure -> {
            if (batch.size() > 1) return oneByOne(batch, 0);
            batch.get(0).result.fail(failure);
            return Future.succeededFuture();
        });
    }

    private Future<Void> oneByOne(List<Waiting<T, R>> batch, int index) {
        return index == batch.size()
                ? Future.succeededFuture()
                : run(List.of(batch.get(index))).compose(done -> oneByOne(batch, index + 1));
    }

    private Future<Void> attempt(List<Waiting<T, R>> batch) {
        Future<List<R>> answered;
        try {
            answered = transaction.apply(batch.stream().map(Waiting::item).toList());
        } catch (RuntimeException failure) {
            return Future.failedFuture(failure);
        }
        return answered.map(results -> {
            for (var i = 0; i < batch.size(); i++) batch.get(i).result.complete(results.get(i));
            return null;
        });
    }
}
