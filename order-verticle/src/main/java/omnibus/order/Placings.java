package omnibus.order;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import omnibus.order.PlacingStore.Placed;
import omnibus.order.PlacingStore.Placing;
import omnibus.order.model.OrderRecord;
import omnibus.order.model.Placement;
import omnibus.platform.Problem;
import omnibus.platform.call.Call;

/**
 * Orders on their way into the database. Those that arrive together share one transaction, for what a rush of buyers costs
 * is commits. One that spoils a transaction is found by writing each of them alone. Confined to one event loop.
 */
final class Placings {
    private record Waiting(Placing placing, Promise<Placed> answer) {
        /** Two of these in one statement would be one row twice. */
        List<Object> key() {
            var call = placing.call();
            return List.of(call.identity().requireUser(), call.idempotencyKey().orElseThrow());
        }
    }

    private final PlacingStore store;
    private final Batcher<Waiting> batches;

    Placings(Vertx vertx, PlacingStore store) {
        this.store = store;
        this.batches = new Batcher<>(vertx, waiting -> true, this::write);
    }

    Future<Optional<UUID>> earlier(Call call) {
        return store.earlier(call);
    }

    Future<Placed> place(Call call, Placement placement) {
        Promise<Placed> answer = Promise.promise();
        batches.add(new Waiting(new Placing(call, placement), answer));
        batches.pump();
        return answer.future();
    }

    private Future<?> write(List<Waiting> batch) {
        Map<List<Object>, Waiting> first = new LinkedHashMap<>();
        var repeats = new ArrayList<Waiting>();
        for (var waiting : batch) {
            if (waiting.placing.call().deadline().passed()) waiting.answer.fail(Problem.deadlinePassed());
            else if (first.putIfAbsent(waiting.key(), waiting) != null) repeats.add(waiting);
        }
        var written = writeTogether(first.values());
        return repeats.isEmpty() ? written : written.compose(done -> write(repeats));
    }

    /** Never fails: what went wrong is told to those it went wrong for. */
    private Future<Void> writeTogether(Collection<Waiting> batch) {
        if (batch.isEmpty()) return Future.succeededFuture();
        return store.place(batch.stream().map(Waiting::placing).toList()).transform(done -> {
            if (done.succeeded()) return answer(batch, done.result());
            if (batch.size() > 1) return writeEachAlone(batch);
            batch.forEach(waiting -> waiting.answer.fail(done.cause()));
            return Future.succeededFuture();
        });
    }

    private Future<Void> writeEachAlone(Collection<Waiting> batch) {
        return Future.join(batch.stream()
                        .map(waiting -> writeTogether(List.of(waiting)))
                        .toList())
                .mapEmpty();
    }

    private Future<Void> answer(Collection<Waiting> batch, Map<UUID, OrderRecord> placed) {
        for (var waiting : batch) {
            var record = placed.get(waiting.placing.placement().id());
            if (record != null) waiting.answer.complete(new Placed.New(record));
            else store.whyNot(waiting.placing).onComplete(waiting.answer);
        }
        return Future.succeededFuture();
    }
}
