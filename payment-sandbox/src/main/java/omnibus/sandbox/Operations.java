package omnibus.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Carries out one request exactly once: take its key, decide, write the log, only then let the answer go. */
final class Operations {
    /**
     * @param key         of the request, empty when it sent none
     * @param endpoint    method and path
     * @param fingerprint of its parameters
     */
    record Command(
            String requestId, Optional<String> key, String endpoint, String fingerprint, Supplier<Effect> decision) {}

    /** @param replayed the stored answer of an earlier request with the same key */
    record Outcome(Effect effect, boolean replayed) {}

    private final Vertx vertx;
    private final Clock clock;
    private final int slowMillis;
    private final Archive archive;
    private final IdempotencyKeys keys;
    private final LongConsumer tell;

    /** @param tell takes the offset of each line with an event, once it is on disk */
    Operations(Vertx vertx, Clock clock, int slowMillis, Archive archive, LongConsumer tell) {
        this.vertx = vertx;
        this.clock = clock;
        this.slowMillis = slowMillis;
        this.archive = archive;
        this.keys = new IdempotencyKeys(clock, archive);
        this.tell = tell;
    }

    Future<Outcome> run(Command command, Faults.Plan faults) {
        if (command.key().isPresent()) {
            var stored = keys.begin(command.key().get(), command.endpoint(), command.fingerprint());
            if (stored.isPresent()) {
                return archive.settled().map(new Outcome(stored.get(), true));
            }
        }
        return pause(faults.stallMillis())
                .compose(go -> commit(command))
                .compose(effect -> pause(answerDelay(effect, faults)).map(effect))
                .andThen(done -> command.key().ifPresent(keys::end))
                .map(effect -> new Outcome(effect, false));
    }

    /** A reader must see nothing that a crash could take back. */
    <T> Future<T> read(Supplier<T> reading) {
        var seen = reading.get();
        return archive.settled().map(seen);
    }

    private Future<Effect> commit(Command command) {
        var effect = command.decision().get();
        var offset = archive.append(line(command, effect));
        return archive.settled().map(written -> {
            if (effect.event() != null) tell.accept(offset);
            return effect;
        });
    }

    private JsonObject line(Command command, Effect effect) {
        var line = new JsonObject()
                .put("at", clock.instant().toString())
                .put("request", command.requestId())
                .put("endpoint", command.endpoint())
                .put("params", command.fingerprint())
                .put("intent", effect.intent().toJson());
        command.key().ifPresent(key -> line.put("key", key));
        if (archive.newest("intent", effect.intent().id()).isEmpty()) line.put("new", true);
        if (effect.intent().refunded() > 0) line.put("refunded", effect.intent().refunded());
        if (effect.refund() != null) line.put("refund", effect.refund().toJson());
        if (effect.error() != null) {
            var error = effect.error().toJson().getJsonObject("error").copy();
            error.remove("payment_intent");
            line.put("error", error);
        }
        if (effect.event() != null) {
            line.put("event", Provider.newId("evt")).put("eventType", effect.event());
        }
        return line;
    }

    private int answerDelay(Effect effect, Faults.Plan faults) {
        return faults.delayMillis() + (effect.card() == TestCard.SLOW ? slowMillis : 0);
    }

    private Future<Void> pause(int millis) {
        return millis == 0 ? Future.succeededFuture() : vertx.timer(millis).mapEmpty();
    }
}
