package omnibus.chaos.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import omnibus.chaos.check.Told.Content;
import omnibus.chaos.facts.OrderFacts.Order;
import omnibus.chaos.history.Entry;

/**
 * I6. What was acknowledged is there, as it was shown. What was not answered has happened once or not at all, what was
 * refused not at all, and nothing has happened that nobody asked for.
 */
final class NothingIsLost implements Invariant {
    /** Keys are kept as long; older orders have none. */
    private static final Duration KEPT = Duration.ofHours(23);

    /** How the requests with one key ended. */
    private static final class Fate {
        private List<String> asked;
        private boolean happened;
        private boolean refused;
        /** Requests that were sent, less those that were refused for certain. */
        private int uncertain;

        void hear(Entry entry) {
            switch (entry.phase()) {
                case INVOKE -> {
                    uncertain++;
                    if (asked == null) asked = Told.asked(entry).orElse(null);
                }
                case OK -> happened = true;
                case REFUSED -> {
                    // 409 may be a repeat's of a request that is still under way, and that one may succeed.
                    if (entry.status() == 409) return;
                    refused = true;
                    uncertain--;
                }
                case UNKNOWN -> {}
            }
        }
    }

    private final Map<OrderKey, Fate> fates = new HashMap<>();
    private final Set<String> users = new HashSet<>();
    private final Set<UUID> acknowledged = new HashSet<>();
    private final Set<UUID> cancelled = new HashSet<>();
    private final Map<UUID, Content> shown = new HashMap<>();
    private final List<Violation> changed = new ArrayList<>();

    @Override
    public String id() {
        return "I6";
    }

    @Override
    public String promise() {
        return "no acknowledged order lost or changed";
    }

    @Override
    public void hear(Entry entry) {
        if (Told.places(entry)) {
            users.add(entry.userId());
            fates.computeIfAbsent(OrderKey.of(entry), key -> new Fate()).hear(entry);
            if (entry.phase() == Entry.Phase.OK) Told.order(entry).ifPresent(acknowledged::add);
        }
        for (var view : Told.views(entry)) {
            Told.id(view.path("id").asText()).ifPresent(order -> {
                show(order, Content.of(view));
                var gone = view.path("status").asText().equals("CANCELLED");
                if (gone && entry.operation().equals("order.cancelOrder")) cancelled.add(order);
            });
        }
    }

    private void show(UUID order, Content content) {
        var first = shown.putIfAbsent(order, content);
        if (first == null || first.equals(content)) return;
        changed.add(new Violation(id(), order.toString(), "shown " + first, "shown " + content));
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        changed.forEach(findings::add);
        for (var order : acknowledged) {
            findings.checked();
            if (subjects.order(order).isEmpty()) findings.violated(order, "the acknowledged order", "no such order");
        }
        shown.forEach((id, content) -> {
            var order = subjects.order(id);
            if (order.isPresent()) findings.same(id, "an order", content, Content.of(order.get()));
            else if (!acknowledged.contains(id)) findings.violated(id, "the order that was shown", "no such order");
        });
        for (var id : cancelled) {
            findings.checked();
            subjects.order(id)
                    .filter(order -> !order.cancelled())
                    .ifPresent(order -> findings.violated(id, "CANCELLED, as acknowledged", order.status()));
        }
        judgeKeys(subjects, findings);
    }

    private void judgeKeys(Subjects subjects, Findings findings) {
        Map<OrderKey, UUID> made = new HashMap<>();
        Map<UUID, Set<OrderKey>> keysOf = new HashMap<>();
        for (var row : subjects.facts().orders().keys()) {
            made.put(OrderKey.of(row), row.orderId());
            keysOf.computeIfAbsent(row.orderId(), order -> new HashSet<>()).add(OrderKey.of(row));
        }
        fates.forEach((key, fate) -> {
            if (!fate.happened) findings.checked();
            judge(key, fate, Optional.ofNullable(made.get(key)).flatMap(subjects::order), findings);
        });
        var orders = subjects.facts().orders().orders();
        var newest =
                orders.stream().map(Order::createdAt).max(Instant::compareTo).orElse(Instant.EPOCH);
        for (var order : orders) {
            if (order.createdAt().isBefore(newest.minus(KEPT))) continue;
            judge(order, keysOf.getOrDefault(order.id(), Set.of()), findings);
        }
    }

    private static void judge(OrderKey key, Fate fate, Optional<Order> order, Findings findings) {
        if (order.isEmpty()) return;
        if (fate.refused && !fate.happened && fate.uncertain == 0) {
            findings.violated(order.get().id(), "no order, as " + key + " was refused", "an order");
        }
        if (fate.asked != null) {
            findings.same(order.get().id(), "by " + key + " ordered", fate.asked, Told.units(order.get()));
        }
    }

    private void judge(Order order, Set<OrderKey> keys, Findings findings) {
        if (keys.size() != 1) {
            findings.violated(order.id(), "an order made by one key", "made by " + keys.size());
        } else if (users.contains(order.userId().toString())
                && !fates.containsKey(keys.iterator().next())) {
            findings.violated(order.id(), "only orders that were asked for", "nobody asked with " + keys);
        }
    }
}
