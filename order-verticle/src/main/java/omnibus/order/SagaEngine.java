package omnibus.order;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import omnibus.order.model.Move;
import omnibus.order.model.OrderSaga;
import omnibus.order.model.Outcome;
import omnibus.order.model.Saga;
import omnibus.order.model.Step;
import omnibus.platform.Problem;
import omnibus.platform.call.Outage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the sagas this instance holds through {@link OrderSaga}'s table: asks the participant, decides, writes, and hands
 * what goes on to the next step in memory. It holds rows by lease and owes nothing: whatever it forgets, by a crash or
 * because the store is away, is claimed by some instance's {@link Sweeper} when the lease has run out. Confined to one
 * event loop.
 */
final class SagaEngine {
    /** Shorter than half a lease, so that no answer is waited for by somebody who no longer holds the row. */
    static final Duration COMMAND_DEADLINE = Duration.ofMillis(4_500);

    static final long COMMAND_TRY_MILLIS = 2_500;
    private static final long RENEW_MILLIS = 3_000;
    /** How often a write is tried while the store is away; together well within a lease. */
    private static final int WRITE_TRIES = 4;

    private static final long WRITE_PAUSE_MILLIS = 250;
    private static final Logger LOG = LoggerFactory.getLogger(SagaEngine.class);

    private final Vertx vertx;
    private final SagaStore store;
    private final Map<String, Participant> participants;
    private final Consumer<UUID> settled;
    private final MeterRegistry metrics;
    private final Map<Step, Batcher<Saga>> workers = new EnumMap<>(Step.class);
    private final Map<UUID, Long> held = new HashMap<>();
    private Map<UUID, Long> heldAtLastLook = Map.of();
    private long renewal = -1;

    /**
     * @param participants by service name
     * @param settled told of every order that this instance brings to a settled status
     */
    SagaEngine(
            Vertx vertx,
            SagaStore store,
            Map<String, Participant> participants,
            Consumer<UUID> settled,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.store = store;
        this.participants = participants;
        this.settled = settled;
        this.metrics = metrics;
        for (var step : Step.values()) {
            OrderSaga.command(step).ifPresent(command -> workers.put(step, worker(step, command)));
        }
        metrics.gaugeMapSize("omnibus.saga.held", Tags.empty(), held);
    }

    private Batcher<Saga> worker(Step step, String command) {
        var participant = participants.get(command.substring(0, command.indexOf('.')));
        var batches = metrics.summary("omnibus.saga.batch", "step", step.name());
        return new Batcher<>(vertx, saga -> saga.failures() == 0, batch -> {
            batches.record(batch.size());
            return run(batch, command, participant);
        });
    }

    void start() {
        renewal = vertx.setPeriodic(RENEW_MILLIS, tick -> renew());
    }

    /** Goes on with sagas whose rows this instance holds. */
    void take(Collection<Saga> sagas) {
        for (var saga : sagas) {
            held.put(saga.order().id(), saga.epoch());
            workers.get(saga.step()).add(saga);
        }
        workers.values().forEach(Batcher::pump);
    }

    boolean holds(UUID orderId) {
        return held.containsKey(orderId);
    }

    int held() {
        return held.size();
    }

    /** Finishes the batches under way and lets go of everything. */
    Future<Void> stop() {
        vertx.cancelTimer(renewal);
        return Future.join(workers.values().stream().map(Batcher::quiesce).toList())
                .compose(quiet -> store.releaseOwn())
                .onSuccess(released -> {
                    if (released > 0) LOG.info("handed back {} sagas", released);
                })
                .mapEmpty();
    }

    private Future<Void> run(List<Saga> batch, String command, Participant participant) {
        var moves = new ArrayList<Move>();
        var asking = new ArrayList<Saga>();
        for (var saga : batch) {
            if (!isStillHeld(saga)) continue;
            var instead = OrderSaga.insteadOfSending(saga);
            instead.ifPresentOrElse(moves::add, () -> asking.add(saga));
        }
        return ask(asking, command, participant)
                .compose(answered -> {
                    moves.addAll(answered);
                    return write(moves);
                })
                .otherwise(failure -> forget(batch, failure));
    }

    private Future<List<Move>> ask(List<Saga> sagas, String command, Participant participant) {
        if (sagas.isEmpty()) return Future.succeededFuture(List.of());
        return Future.succeededFuture(sagas)
                .compose(travellers -> participant.send(command, travellers))
                .otherwise(failure -> outcomesOf(failure, sagas))
                .map(outcomes -> sagas.stream()
                        .map(saga -> decide(saga, outcomes.get(saga.order().id())))
                        .toList());
    }

    private Move decide(Saga saga, Outcome answered) {
        var outcome = answered == null ? Outcome.failed("no answer for this order") : answered;
        metrics.counter(
                        "omnibus.saga.steps",
                        "step",
                        saga.step().name(),
                        "outcome",
                        outcome.kind().name())
                .increment();
        try {
            return OrderSaga.next(saga, outcome);
        } catch (RuntimeException undecidable) {
            LOG.error("order {} at {} cannot follow {}", saga.order().id(), saga.step(), outcome, undecidable);
            return OrderSaga.next(saga, Outcome.failed(undecidable.toString()));
        }
    }

    /**
     * One outcome for all when the message as a whole came to nothing. A peer that is not there is nobody's fault. Silence
     * may be one order's doing, so those who travelled together travel alone next time.
     */
    private static Map<UUID, Outcome> outcomesOf(Throwable failure, List<Saga> sagas) {
        var kind = failure instanceof Problem problem ? problem.kind() : Problem.Kind.BUG;
        var outcome = switch (kind) {
            case UNAVAILABLE, LIMITED -> Outcome.unavailable(failure.getMessage());
            case DEADLINE_PASSED ->
                sagas.size() == 1 ? Outcome.unavailable(failure.getMessage()) : Outcome.failed(failure.getMessage());
            default -> Outcome.failed(failure.toString());
        };
        Map<UUID, Outcome> outcomes = new HashMap<>();
        for (var saga : sagas) outcomes.put(saga.order().id(), outcome);
        return outcomes;
    }

    private Future<Void> write(List<Move> moves) {
        return moves.isEmpty() ? Future.succeededFuture() : write(moves, 1);
    }

    private Future<Void> write(List<Move> moves, int tried) {
        return store.write(moves).map(written -> written(moves, written)).recover(failure -> {
            if (!Outage.is(failure)) return writeOneByOne(moves, failure);
            if (tried == WRITE_TRIES) return Future.failedFuture(failure);
            return vertx.timer(WRITE_PAUSE_MILLIS << tried, TimeUnit.MILLISECONDS)
                    .compose(rested -> write(moves, tried + 1));
        });
    }

    /** One row that the database refuses must not keep the others of its batch from moving. */
    private Future<Void> writeOneByOne(List<Move> moves, Throwable failure) {
        if (moves.size() == 1) return writeFailure(moves.get(0), failure);
        Future<Void> all = Future.succeededFuture();
        for (var move : moves) all = all.compose(before -> write(List.of(move)));
        return all;
    }

    private Future<Void> writeFailure(Move move, Throwable failure) {
        LOG.error("order {} cannot move from {} to {}", id(move), move.saga().step(), move.to(), failure);
        var failed = OrderSaga.next(move.saga(), Outcome.failed("cannot be written: " + failure.getMessage()));
        return store.write(List.of(failed)).map(written -> written(List.of(failed), written));
    }

    private Void written(List<Move> moves, Set<UUID> written) {
        var goOn = new ArrayList<Saga>();
        for (var move : moves) {
            if (!written.contains(id(move))) {
                metrics.counter("omnibus.saga.zombies").increment();
                letGo(move.saga());
                continue;
            }
            if (move.goesOn()) goOn.add(move.saga().after(move));
            else letGo(move.saga());
            if (move.state() == Saga.State.REVIEW) askForReview(move);
            if (move.changesStatus() && move.order().orElseThrow().status().settled()) settled.accept(id(move));
        }
        take(goOn);
        return null;
    }

    private static void askForReview(Move move) {
        LOG.error(
                "order {} needs a person: step {} has come to nothing {} times, last by: {}",
                id(move),
                move.saga().step(),
                move.failures(),
                move.error().orElse(""));
    }

    /** The store cannot say what became of these; their leases run out and whoever claims them then asks again. */
    private Void forget(List<Saga> batch, Throwable failure) {
        LOG.warn("what became of {} sagas cannot be written; they will be taken up again", batch.size(), failure);
        batch.forEach(this::letGo);
        return null;
    }

    /** Every move prolongs its lease; only what has stayed at one step since the last look needs it done here. */
    private void renew() {
        var staying = new HashMap<UUID, Long>();
        heldAtLastLook.forEach((order, epoch) -> {
            if (epoch.equals(held.get(order))) staying.put(order, epoch);
        });
        heldAtLastLook = Map.copyOf(held);
        if (staying.isEmpty()) return;
        store.renew(staying)
                .onSuccess(lost -> lost.forEach(order -> held.remove(order, staying.get(order))))
                .onFailure(failure ->
                        LOG.warn("cannot renew the leases of {} sagas: {}", staying.size(), failure.toString()));
    }

    private boolean isStillHeld(Saga saga) {
        return Long.valueOf(saga.epoch()).equals(held.get(saga.order().id()));
    }

    private void letGo(Saga saga) {
        held.remove(saga.order().id(), saga.epoch());
    }

    private static UUID id(Move move) {
        return move.saga().order().id();
    }
}
