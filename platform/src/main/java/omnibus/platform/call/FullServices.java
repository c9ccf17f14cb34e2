package omnibus.platform.call;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import omnibus.platform.call.Operation.Priority;

/**
 * Which services were full a moment ago, and for whom: no instance that could be asked had room for a call of this
 * priority, so none of a lower one. Remembered for less time than a full instance needs for what it has under way, so
 * that it does not run dry while its callers keep away.
 */
final class FullServices {
    private static final long REMEMBERED_NANOS = 100_000_000L;

    private final LongSupplier nanos;
    private final Map<String, Map<Priority, Long>> refusedAt = new ConcurrentHashMap<>();

    FullServices(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void refused(String service, Priority priority) {
        refusedAt.compute(service, (name, known) -> {
            var next = new EnumMap<Priority, Long>(Priority.class);
            if (known != null) next.putAll(known);
            next.put(priority, nanos.getAsLong());
            return next;
        });
    }

    boolean isFull(String service, Priority priority) {
        var now = nanos.getAsLong();
        return refusedAt.getOrDefault(service, Map.of()).entrySet().stream()
                .anyMatch(it -> it.getKey().compareTo(priority) <= 0 && now - it.getValue() < REMEMBERED_NANOS);
    }
}
