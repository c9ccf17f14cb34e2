package omnibus.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One answer per key for at least 24 hours: the same request gets the stored answer, another request an error, and a
 * request whose first is still under way a 409. Parameter faults release their key, as Stripe does.
 */
final class IdempotencyKeys {
    private static final long KEPT_MILLIS = Duration.ofHours(24).toMillis();
    private static final int LONGEST = 255;

    /** @param effect {@code null} while the first request is under way */
    private record Entry(String endpoint, String fingerprint, long atMillis, Effect effect) {}

    private final Clock clock;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    IdempotencyKeys(Clock clock) {
        this.clock = clock;
    }

    /** Empty: the key is the caller's, to be completed or released. Present: what the first request was answered. */
    Optional<Effect> begin(String key, String endpoint, String fingerprint) {
        if (key.length() > LONGEST) {
            throw StripeError.keyReused("Idempotency keys may be at most " + LONGEST + " characters long.");
        }
        forgetOld();
        var entry = entries.get(key);
        if (entry == null) {
            entries.put(key, new Entry(endpoint, fingerprint, clock.millis(), null));
            return Optional.empty();
        }
        if (!entry.endpoint.equals(endpoint)) {
            throw StripeError.keyReused("Keys for idempotent requests can only be used for the same endpoint they were"
                    + " first used for ('" + entry.endpoint + "' vs '" + endpoint + "').");
        }
        if (!entry.fingerprint.equals(fingerprint)) {
            throw StripeError.keyReused("Keys for idempotent requests can only be used with the same parameters they"
                    + " were first used with. Try using a key other than '" + key + "' if you meant to execute a"
                    + " different request.");
        }
        if (entry.effect == null) {
            throw StripeError.keyInUse(key);
        }
        return Optional.of(entry.effect);
    }

    void complete(String key, Effect effect) {
        entries.computeIfPresent(
                key, (k, entry) -> new Entry(entry.endpoint, entry.fingerprint, entry.atMillis, effect));
    }

    void release(String key) {
        entries.remove(key);
    }

    void restore(String key, String endpoint, String fingerprint, long atMillis, Effect effect) {
        if (atMillis > clock.millis() - KEPT_MILLIS) {
            entries.put(key, new Entry(endpoint, fingerprint, atMillis, effect));
        }
    }

    private void forgetOld() {
        var oldest = entries.values().iterator();
        var horizon = clock.millis() - KEPT_MILLIS;
        while (oldest.hasNext() && oldest.next().atMillis < horizon) {
            oldest.remove();
        }
    }
}
