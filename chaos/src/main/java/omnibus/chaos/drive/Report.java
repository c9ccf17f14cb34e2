package omnibus.chaos.drive;

import java.util.List;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param settledSeconds from the end of the last fault until every order had ended
 * @param zombies writes of a saga that were refused because another instance had taken it over, as far as the counters were
 *     seen before their JVMs died
 */
record Report(
        long seed,
        List<String> faultKinds,
        double seconds,
        Map<String, Integer> faults,
        Tally.Figures shoppers,
        Map<String, Integer> ordersByStatus,
        double settledSeconds,
        int takenOver,
        long zombies,
        List<Verdict> verdicts,
        List<String> files) {

    boolean held() {
        return verdicts.stream().allMatch(Verdict::held);
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
        line(text, "settled", settledSeconds + " s after the last fault");
        text.append('\n');
        for (var verdict : verdicts) {
            text.append("  %-9s %s%n             %s%n"
                    .formatted(verdict.held() ? "held" : "VIOLATED", verdict.name(), verdict.detail()));
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
