package omnibus.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
    private final SandboxConfig config;
    private final Provider provider;
    private final IdempotencyKeys keys;
    private final Map<String, ProviderEvent> undelivered = new LinkedHashMap<>();
    private final Consumer<ProviderEvent> tell;
    private Journal journal;

    /** @param tell takes each event once its cause is on disk */
    Operations(Vertx vertx, Clock clock, SandboxConfig config, Provider provider, Consumer<ProviderEvent> tell) {
        this.vertx = vertx;
        this.clock = clock;
        this.config = config;
        this.provider = provider;
        this.keys = new IdempotencyKeys(clock);
        this.tell = tell;
    }

    /** Replays the log; events that were not delivered before are told again. */
    Future<Void> start(Consumer<Throwable> onLogFailure) {
        return vertx.executeBlocking(() -> Journal.open(vertx, config.log(), this::replay, onLogFailure))
                .map(opened -> {
                    journal = opened;
                    undelivered.values().forEach(tell);
                    undelivered.clear();
                    return null;
                });
    }

    Future<Outcome> run(Command command, Faults.Plan faults) {
        if (command.key().isPresent()) {
            var stored = keys.begin(command.key().get(), command.endpoint(), command.fingerprint());
            if (stored.isPresent()) {
                return journal.settled().map(new Outcome(stored.get(), true));
            }
        }
        return pause(faults.stallMillis())
                .compose(go -> commit(command))
                .compose(effect -> pause(answerDelay(effect, faults)).map(effect))
                .andThen(done -> command.key().ifPresent(key -> {
                    if (done.succeeded()) {
                        keys.complete(key, done.result());
                    } else {
                        keys.release(key);
                    }
                }))
                .map(effect -> new Outcome(effect, false));
    }

    /** A reader must see nothing that a crash could take back. */
    <T> Future<T> read(Supplier<T> reading) {
        var seen = reading.get();
        return journal.settled().map(seen);
    }

    void delivered(String eventId) {
        // Nobody waits for this line: if it is lost, the event is told once more, which is within the contract.
        journal.append(new JsonObject().put("delivered", eventId));
    }

    Future<Void> close() {
        return journal == null ? Future.succeededFuture() : journal.close();
    }

    private Future<Effect> commit(Command command) {
        var effect = command.decision().get();
        var now = clock.instant();
        var events = new ArrayList<ProviderEvent>(1);
        for (var type : effect.events()) {
            events.add(new ProviderEvent(
                    Provider.newId("evt"),
                    type,
                    effect.intent(),
                    command.requestId(),
                    command.key().orElse(null),
                    now.getEpochSecond()));
        }
        provider.apply(effect.intent(), effect.refund());
        return journal.append(line(command, effect, events, now)).map(written -> {
            events.forEach(event -> {
                provider.record(event);
                tell.accept(event);
            });
            return effect;
        });
    }

    private static JsonObject line(Command command, Effect effect, List<ProviderEvent> events, Instant now) {
        var line = new JsonObject()
                .put("at", now.toString())
                .put("request", command.requestId())
                .put("endpoint", command.endpoint())
                .put("params", command.fingerprint())
                .put("intent", effect.intent().toJson());
        command.key().ifPresent(key -> line.put("key", key));
        if (effect.refund() != null) {
            line.put("refund", effect.refund().toJson());
        }
        if (effect.error() != null) {
            var error = effect.error().toJson().getJsonObject("error").copy();
            error.remove("payment_intent");
            line.put("error", error);
        }
        var told = new JsonArray();
        events.forEach(event -> told.add(new JsonObject().put("id", event.id()).put("type", event.type())));
        return line.put("events", told);
    }

    private void replay(JsonObject line) {
        if (line.containsKey("delivered")) {
            undelivered.remove(line.getString("delivered"));
            return;
        }
        var refund = line.containsKey("refund") ? Refund.fromJson(line.getJsonObject("refund")) : null;
        var written = PaymentIntent.fromJson(line.getJsonObject("intent"));
        var before = provider.find(written.id()).map(PaymentIntent::refunded).orElse(0L);
        var intent = written.refunded(before + (refund == null ? 0 : refund.amount()));
        provider.apply(intent, refund);
        var at = Instant.parse(line.getString("at"));
        var key = line.getString("key");
        for (var event : line.getJsonArray("events")) {
            var json = (JsonObject) event;
            var told = new ProviderEvent(
                    json.getString("id"),
                    json.getString("type"),
                    intent,
                    line.getString("request"),
                    key,
                    at.getEpochSecond());
            provider.record(told);
            undelivered.put(told.id(), told);
        }
        if (key != null) {
            var error = line.containsKey("error")
                    ? StripeError.restored(line.getJsonObject("error")).with("payment_intent", intent.toJson())
                    : null;
            keys.restore(
                    key,
                    line.getString("endpoint"),
                    line.getString("params"),
                    at.toEpochMilli(),
                    new Effect(intent, refund, error, List.of(), null));
        }
    }

    private int answerDelay(Effect effect, Faults.Plan faults) {
        return faults.delayMillis() + (effect.card() == TestCard.SLOW ? config.slowMillis() : 0);
    }

    private Future<Void> pause(int millis) {
        return millis == 0 ? Future.succeededFuture() : vertx.timer(millis).mapEmpty();
    }
}
