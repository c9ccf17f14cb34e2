package omnibus.sandbox;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One answer per key for 24 hours: the same request gets the stored answer, another request an error, and a request whose
 * first is still under way a 409. The stored answers are in the log; parameter faults leave none, as with Stripe.
 */
final class IdempotencyKeys {
    private static final Duration KEPT = Duration.ofHours(24);
    private static final int LONGEST = 255;

    /** A request as its key remembers it. */
    private record Use(String endpoint, String fingerprint) {}

    private final Clock clock;
    private final Archive archive;
    private final Map<String, Use> underWay = new HashMap<>();

    IdempotencyKeys(Clock clock, Archive archive) {
        this.clock = clock;
        this.archive = archive;
    }

    /** Empty: the key is the caller's until it calls {@link #end}. Present: what the first request was answered. */
    Optional<Effect> begin(String key, String endpoint, String fingerprint) {
        if (key.length() > LONGEST) {
            throw StripeError.keyReused("Idempotency keys may be at most " + LONGEST + " characters long.");
        }
        var current = underWay.get(key);
        if (current != null) {
            requireSame(key, current, endpoint, fingerprint);
            throw StripeError.keyInUse(key);
        }
        var stored = archive.newest("key", key).filter(line -> isKept(line, key));
        stored.ifPresent(line ->
                requireSame(key, new Use(line.getString("endpoint"), line.getString("params")), endpoint, fingerprint));
        if (stored.isEmpty()) underWay.put(key, new Use(endpoint, fingerprint));
        return stored.map(IdempotencyKeys::answer);
    }

    void end(String key) {
        underWay.remove(key);
    }

    private boolean isKept(JsonObject line, String key) {
        return key.equals(line.getString("key"))
                && Instant.parse(line.getString("at")).isAfter(clock.instant().minus(KEPT));
    }

    private static void requireSame(String key, Use first, String endpoint, String fingerprint) {
        if (!first.endpoint.equals(endpoint)) {
            throw StripeError.keyReused("Keys for idempotent requests can only be used for the same endpoint they were"
                    + " first used for ('" + first.endpoint + "' vs '" + endpoint + "').");
        }
        if (!first.fingerprint.equals(fingerprint)) {
            throw StripeError.keyReused("Keys for idempotent requests can only be used with the same parameters they"
                    + " were first used with. Try using a key other than '" + key + "' if you meant to execute a"
                    + " different request.");
        }
    }

    private static Effect answer(JsonObject line) {
        var intent = PaymentIntent.ofLine(line);
        var refund = line.containsKey("refund") ? Refund.fromJson(line.getJsonObject("refund")) : null;
        var error = line.containsKey("error")
                ? StripeError.restored(line.getJsonObject("error")).with("payment_intent", intent.toJson())
                : null;
        return new Effect(intent, refund, error, null, null);
    }
}
