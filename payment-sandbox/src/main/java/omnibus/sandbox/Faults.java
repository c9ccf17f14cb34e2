package omnibus.sandbox;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The faults a test or a chaos run asks for, drawn from a seed so that a run can be repeated. Percentages are whole
 * numbers from 0 to 100.
 * <ul>
 *   <li>{@code outagePercent}: answered 503, nothing done
 *   <li>{@code lostRequestPercent}: nothing done, the connection is cut
 *   <li>{@code lostReplyPercent}: done, and the connection is cut instead of an answer
 *   <li>{@code stallMillis}: done that much later, the key in use meanwhile
 *   <li>{@code delayMillis}: answered that much later
 *   <li>{@code only}: of create, confirm, capture, cancel, refund, read; {@code times}: only so many calls
 *   <li>{@code lostWebhookPercent}, {@code duplicateWebhookPercent}, {@code shuffleWebhookMillis}
 *   <li>{@code searchLagSeconds}: how long the search does not see a new intent
 * </ul>
 */
final class Faults {
    /** What happens to one call. */
    record Plan(boolean outage, boolean lostRequest, boolean lostReply, int stallMillis, int delayMillis) {
        static final Plan NONE = new Plan(false, false, false, 0, 0);
    }

    private static final Map<String, Integer> LIMITS = Map.ofEntries(
            Map.entry("seed", Integer.MAX_VALUE),
            Map.entry("times", Integer.MAX_VALUE),
            Map.entry("outagePercent", 100),
            Map.entry("lostRequestPercent", 100),
            Map.entry("lostReplyPercent", 100),
            Map.entry("stallMillis", 600_000),
            Map.entry("delayMillis", 600_000),
            Map.entry("lostWebhookPercent", 100),
            Map.entry("duplicateWebhookPercent", 100),
            Map.entry("shuffleWebhookMillis", 600_000),
            Map.entry("searchLagSeconds", 600));

    private final Map<String, Integer> values = new TreeMap<>();
    private final Set<String> only = new HashSet<>();
    private SplittableRandom random = new SplittableRandom();
    private int left = Integer.MAX_VALUE;

    /** Replaces all faults. @throws StripeError naming what is not understood; then nothing has changed */
    void set(JsonObject wanted) {
        wanted.forEach(entry -> check(entry.getKey(), entry.getValue()));
        values.clear();
        only.clear();
        for (var name : LIMITS.keySet()) {
            if (wanted.containsKey(name)) {
                values.put(name, wanted.getInteger(name));
            }
        }
        wanted.getJsonArray("only", new JsonArray()).forEach(operation -> only.add((String) operation));
        left = values.getOrDefault("times", Integer.MAX_VALUE);
        random = values.containsKey("seed") ? new SplittableRandom(values.get("seed")) : new SplittableRandom();
    }

    private static void check(String name, Object value) {
        if (name.equals("only")) {
            if (value instanceof JsonArray names && names.stream().allMatch(String.class::isInstance)) {
                return;
            }
            throw StripeError.invalid("'only' must be a list of operations.");
        }
        var limit = LIMITS.get(name);
        if (limit == null) {
            throw StripeError.invalid("parameter_unknown", name, "Received unknown parameter: " + name);
        }
        if (!(value instanceof Integer number) || number < 0 || number > limit) {
            throw StripeError.invalid("'" + name + "' must be a whole number from 0 to " + limit + ".");
        }
    }

    JsonObject toJson() {
        var json = new JsonObject();
        values.forEach(json::put);
        return only.isEmpty()
                ? json
                : json.put("only", new JsonArray(only.stream().sorted().toList()));
    }

    Plan plan(String operation) {
        if (values.isEmpty() || left == 0 || !(only.isEmpty() || only.contains(operation))) {
            return Plan.NONE;
        }
        left--;
        return new Plan(
                hits("outagePercent"),
                hits("lostRequestPercent"),
                hits("lostReplyPercent"),
                value("stallMillis"),
                value("delayMillis"));
    }

    boolean losesWebhook() {
        return hits("lostWebhookPercent");
    }

    boolean doublesWebhook() {
        return hits("duplicateWebhookPercent");
    }

    /** Up to {@code shuffleWebhookMillis}, so that a later event overtakes an earlier one. */
    int webhookDelayMillis() {
        var bound = value("shuffleWebhookMillis");
        return bound == 0 ? 0 : random.nextInt(bound);
    }

    int searchLagSeconds() {
        return value("searchLagSeconds");
    }

    private boolean hits(String percent) {
        var chance = value(percent);
        return chance > 0 && random.nextInt(100) < chance;
    }

    private int value(String name) {
        return values.getOrDefault(name, 0);
    }
}
