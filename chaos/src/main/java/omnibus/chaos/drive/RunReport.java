package omnibus.chaos.drive;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import omnibus.chaos.check.Report;

/**
 * What a run came to.
 *
 * @param settledSeconds how long the slowest order took to end, once placed or cancelled and the faults over
 * @param zombies writes of a saga that were refused because another instance had taken it over, as far as the counters were
 *     seen before their JVMs died
 */
record RunReport(
        long seed,
        List<String> faultKinds,
        double seconds,
        Map<String, Integer> faults,
        Tally.Figures shoppers,
        Map<String, Integer> ordersByStatus,
        double settledSeconds,
        int takenOver,
        Backlog.Takeovers takeovers,
        long zombies,
        List<Promise> promises,
        Report invariants,
        List<String> files) {

    /**
     * What was promised about the run as a whole.
     *
     * @param detail what was seen, and what is allowed
     */
    record Promise(String name, boolean held, String detail) {}

    boolean held() {
        return promises.stream().allMatch(Promise::held) && !invariants.violated();
    }

    String json() {
        var json = Json.MAPPER.<ObjectNode>valueToTree(this);
        json.set("invariants", invariants.json());
        return Json.text(json.put("held", held()));
    }

    String text() {
        var text = new StringBuilder();
        line(text, "seed", seed + ", " + String.join(",", faultKinds) + ", " + seconds + " s");
        line(text, "faults", joined(faults));
        line(
                text,
                "orders",
                shoppers.asked() + " asked, " + shoppers.acknowledged() + " acknowledged ("
                        + shoppers.acknowledgedPercent() + " %), " + shoppers.refused() + " refused, "
                        + shoppers.givenUp() + " never answered");
        line(text, "", joined(ordersByStatus));
        line(text, "cancels, reads", shoppers.cancels() + ", " + shoppers.reads());
        line(
                text,
                "unknown",
                joined(shoppers.unknowns()) + "; " + shoppers.retries() + " retries, " + shoppers.resolved()
                        + " asks resolved");
        line(text, "refusals", joined(shoppers.refusals()));
        line(
                text,
                "placing",
                "p50 " + shoppers.placingP50Millis() + " ms, p99 " + shoppers.placingP99Millis()
                        + " ms, repeats included");
        line(text, "sagas", takenOver + " taken over, " + zombies + " writes of zombies refused");
        line(
                text,
                "takeovers",
                takeovers.count() + " from instances that died: p50 " + takeovers.p50Seconds() + " s, p95 "
                        + takeovers.p95Seconds() + " s, longest " + takeovers.longestSeconds() + " s");
        line(text, "settled", settledSeconds + " s for the slowest order, once nothing disturbed it any more");
        text.append('\n');
        text.append(invariants.table());
        for (var promise : promises) {
            text.append(
                    "%-9s %s: %s%n".formatted(promise.held() ? "held" : "VIOLATED", promise.name(), promise.detail()));
        }
        text.append('\n');
        files.forEach(file -> text.append("  ").append(file).append('\n'));
        text.append(held() ? "Every invariant held.\n" : "VIOLATED: see above. The seed repeats the faults.\n");
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  %-15s %s%n".formatted(name, value));
    }

    private static String joined(Map<String, Integer> counts) {
        if (counts.isEmpty()) return "none";
        return counts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(it -> it.getValue() + " " + it.getKey())
                .reduce((one, other) -> one + ", " + other)
                .orElse("");
    }
}
