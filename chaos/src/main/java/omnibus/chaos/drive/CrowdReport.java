package omnibus.chaos.drive;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import omnibus.chaos.check.Report;
import omnibus.chaos.crowd.Outcome.Round;
import omnibus.chaos.crowd.Promise;

/**
 * What a crowd came to.
 *
 * @param seconds from the first request until every order had ended
 * @param answers how often which came, repeats included
 * @param roundsSeen of a crowd that comes in rounds for a last unit; else empty
 */
record CrowdReport(
        String crowd,
        int rounds,
        int buyers,
        double seconds,
        Map<String, Integer> answers,
        Map<String, Integer> ordersByStatus,
        List<Round> roundsSeen,
        List<Promise> promises,
        Report invariants,
        List<String> files) {

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
        text.append("  crowd    %s, %d rounds, %d at once, %s s%n".formatted(crowd, rounds, buyers, seconds));
        text.append("  answers  %s%n  orders   %s%n%n".formatted(answers, ordersByStatus));
        for (var round : roundsSeen) {
            text.append("  round %3d  %d confirmed, %d out of stock, %d other; settled p50 %d ms, p99 %d ms%n"
                    .formatted(
                            round.number() + 1,
                            round.confirmed(),
                            round.outOfStock(),
                            round.other(),
                            round.p50Millis(),
                            round.p99Millis()));
        }
        text.append('\n').append(invariants.table());
        for (var promise : promises) {
            text.append(
                    "%-9s %s: %s%n".formatted(promise.held() ? "held" : "VIOLATED", promise.name(), promise.detail()));
        }
        text.append('\n');
        files.forEach(file -> text.append("  ").append(file).append('\n'));
        return text.append(held() ? "Everything held.\n" : "VIOLATED: see above.\n")
                .toString();
    }
}
