package omnibus.chaos.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import omnibus.chaos.facts.OrderFacts.Order;
import omnibus.chaos.history.Entry;

/**
 * I11. Whoever has been shown an order and asks again is shown the same or what follows. Two requests that were under way
 * at once may be answered in any order.
 */
final class NobodySeesAnOrderGoBack implements Invariant {
    private static final Map<String, Set<String>> LATER = Map.of(
            "PENDING", Set.of("RESERVED", "CONFIRMED", "SHIPPED", "DELIVERED", "RETURNED", "REJECTED", "CANCELLED"),
            "RESERVED", Set.of("CONFIRMED", "SHIPPED", "DELIVERED", "RETURNED", "REJECTED", "CANCELLED"),
            "CONFIRMED", Set.of("SHIPPED", "DELIVERED", "RETURNED", "CANCELLED"),
            "SHIPPED", Set.of("DELIVERED", "RETURNED"),
            "DELIVERED", Set.of("RETURNED"));

    /** As a payment proceeds; an order without one shows nothing. */
    private static final List<String> PAYMENT = List.of(
            "", "PENDING", "UNKNOWN", "AUTHORIZED", "CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED", "DECLINED", "VOIDED");

    private record Who(String userId, UUID order) {}

    private record Seen(long line, String status, String payment, int timeline) {
        boolean mayBecome(Seen next) {
            return follows(status, next.status)
                    && PAYMENT.indexOf(next.payment) >= PAYMENT.indexOf(payment)
                    && next.timeline >= timeline;
        }

        @Override
        public String toString() {
            return status + (payment.isEmpty() ? "" : ", payment " + payment) + ", " + timeline + " entries";
        }
    }

    private final Map<String, Long> underWay = new HashMap<>();
    /** What somebody knows of an order, oldest first. */
    private final Map<Who, List<Seen>> known = new HashMap<>();

    private final List<Violation> backwards = new ArrayList<>();
    private long line;
    private long looks;

    private static boolean follows(String status, String next) {
        return status.equals(next) || LATER.getOrDefault(status, Set.of()).contains(next);
    }

    @Override
    public String id() {
        return "I11";
    }

    @Override
    public String promise() {
        return "no shopper sees an order go back";
    }

    @Override
    public void hear(Entry entry) {
        line++;
        if (entry.phase() == Entry.Phase.INVOKE) {
            underWay.put(entry.request(), line);
            return;
        }
        var asked = underWay.remove(entry.request());
        var since = asked == null ? line : asked;
        for (var view : Told.views(entry)) {
            Told.id(view.path("id").asText())
                    .ifPresent(order -> look(new Who(entry.userId(), order), since, seen(view)));
        }
        if (entry.phase() == Entry.Phase.REFUSED && entry.status() == 404) {
            Told.order(entry).ifPresent(order -> missing(new Who(entry.userId(), order), since));
        }
    }

    private Seen seen(JsonNode view) {
        return new Seen(
                line,
                view.path("status").asText().intern(),
                view.path("payment").path("status").asText().intern(),
                view.path("timeline").size());
    }

    private void look(Who who, long since, Seen now) {
        looks++;
        var all = known.computeIfAbsent(who, it -> new ArrayList<>(2));
        before(all, since)
                .filter(seen -> !seen.mayBecome(now))
                .ifPresent(seen -> backwards.add(new Violation(
                        id(), who.order().toString(), "what was seen (" + seen + ") or later", now.toString())));
        if (all.isEmpty() || all.get(all.size() - 1).mayBecome(now)) all.add(now);
    }

    private void missing(Who who, long since) {
        before(known.getOrDefault(who, List.of()), since)
                .ifPresent(seen -> backwards.add(new Violation(
                        id(), who.order().toString(), "what was seen (" + seen + ") or later", "404: no such order")));
    }

    /** The last that was known when the question was asked. */
    private static Optional<Seen> before(List<Seen> all, long since) {
        return all.stream().filter(seen -> seen.line < since).reduce((first, second) -> second);
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        findings.checked(looks);
        backwards.forEach(findings::add);
        known.forEach((who, all) -> subjects.order(who.order()).ifPresent(order -> {
            var last = all.get(all.size() - 1).status();
            if (!follows(last, order.status())) {
                findings.violated(order.id(), "what was seen (" + last + ") or later", order.status() + " in the end");
            }
        }));
        subjects.facts().orders().orders().forEach(order -> judgeTimeline(order, findings));
    }

    /** Owners are shown this too, whenever they look. */
    private static void judgeTimeline(Order order, Findings findings) {
        findings.checked();
        if (order.timeline().isEmpty()) findings.violated(order.id(), "a timeline", "none");
        var last = "PENDING";
        for (var entry : order.timeline()) {
            if (!follows(last, entry.status())) {
                findings.violated(order.id(), "a timeline that goes forward", entry.status() + " after " + last);
            }
            last = entry.status();
        }
        if (!follows(last, order.status())) {
            findings.violated(order.id(), "by its timeline " + last + " or later", order.status());
        }
    }
}
