package omnibus.chaos.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/**
 * The verdicts on all invariants.
 *
 * @param orders how many there are in the end
 * @param reviews how many of them wait for a person
 * @param samples how often somebody looked during the run, and how often ({@code missed}) a store did not answer then
 */
public record Report(List<Verdict> verdicts, long orders, long reviews, long samples, long missed) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public boolean violated() {
        return verdicts.stream().anyMatch(verdict -> verdict.outcome() == Verdict.Outcome.VIOLATED);
    }

    /** Everything was checked and nothing was found. */
    public boolean held() {
        return verdicts.stream().allMatch(verdict -> verdict.outcome() == Verdict.Outcome.HELD);
    }

    public Verdict verdict(String id) {
        return verdicts.stream()
                .filter(verdict -> verdict.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no invariant " + id));
    }

    /** For people: a line for each invariant, and under it examples of what is wrong. */
    public String table() {
        var width =
                verdicts.stream().mapToInt(it -> it.promise().length()).max().orElse(1);
        var text = new StringBuilder();
        for (var verdict : verdicts) {
            text.append(line("%-4s %-" + width + "s  %s", verdict.id(), verdict.promise(), inWords(verdict)));
            for (var example : verdict.examples()) {
                text.append(line(
                        "       %s: expected %s, found %s", example.subject(), example.expected(), example.found()));
            }
            var more = verdict.violations() - verdict.examples().size();
            if (more > 0) text.append(line("       and %,d more", more));
        }
        return text.append(line("%,d orders, %,d of them wait for a person", orders, reviews))
                .append(line("%,d samples during the run, %,d missed", samples, missed))
                .toString();
    }

    private static String inWords(Verdict verdict) {
        var checked = String.format(Locale.ROOT, "%,9d checked", verdict.checked());
        return switch (verdict.outcome()) {
            case HELD -> "held      " + checked;
            case UNCHECKED -> "UNCHECKED " + checked;
            case VIOLATED ->
                "VIOLATED  " + checked + String.format(Locale.ROOT, ", %,d violations", verdict.violations());
        };
    }

    private static String line(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments) + "\n";
    }

    /** For programs; the names of the fields stay as they are. */
    public ObjectNode json() {
        var json = JSON.createObjectNode()
                .put("held", held())
                .put("violated", violated())
                .put("orders", orders)
                .put("reviews", reviews)
                .put("samples", samples)
                .put("missedSamples", missed);
        var list = json.putArray("invariants");
        for (var verdict : verdicts) {
            var node = list.addObject()
                    .put("id", verdict.id())
                    .put("promise", verdict.promise())
                    .put("outcome", verdict.outcome().name())
                    .put("checked", verdict.checked())
                    .put("violations", verdict.violations());
            var examples = node.putArray("examples");
            verdict.examples()
                    .forEach(example -> examples.addObject()
                            .put("subject", example.subject())
                            .put("expected", example.expected())
                            .put("found", example.found()));
        }
        return json;
    }
}
