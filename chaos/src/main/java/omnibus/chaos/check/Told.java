package omnibus.chaos.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import omnibus.chaos.facts.OrderFacts;
import omnibus.chaos.history.Entry;

/** How to read the lines of a history. */
final class Told {
    private static final Set<String> PLACING = Set.of("order.placeOrder", "order.checkout");
    private static final Set<String> LISTS = Set.of("order.listOrders", "order.listUserOrders");

    /** What never changes of an order once it is placed; lines are {@code SKU×units@price}, by SKU. */
    record Content(String userId, String total, List<String> lines) {
        static Content of(JsonNode view) {
            var total = view.path("total");
            var lines = each(view.path("items"))
                    .map(line -> line(
                            line.path("sku").asText(),
                            line.path("quantity").asInt(),
                            line.path("unitPrice").path("amount").asLong()))
                    .sorted()
                    .toList();
            return new Content(
                    view.path("userId").asText(),
                    total.path("amount").asLong() + " " + total.path("currency").asText(),
                    lines);
        }

        static Content of(OrderFacts.Order order) {
            var lines = order.lines().stream()
                    .map(line -> line(line.sku(), line.quantity(), line.unit()))
                    .sorted()
                    .toList();
            return new Content(order.userId().toString(), order.total() + " " + order.currency(), lines);
        }

        private static String line(String sku, int quantity, long unit) {
            return sku + "×" + quantity + "@" + unit;
        }

        @Override
        public String toString() {
            return "of user " + userId + " over " + total + ": " + String.join(", ", lines);
        }
    }

    private Told() {}

    static boolean places(Entry entry) {
        return PLACING.contains(entry.operation()) && entry.key() != null;
    }

    /** The views of orders that an answer shows. */
    static List<JsonNode> views(Entry entry) {
        if (entry.phase() != Entry.Phase.OK || entry.body() == null) return List.of();
        if (LISTS.contains(entry.operation()))
            return each(entry.body().path("items")).toList();
        var view = entry.operation().startsWith("order.")
                && entry.body().has("total")
                && entry.body().has("status");
        return view ? List.of(entry.body()) : List.of();
    }

    /** The order an answer is about, whether its driver wrote down the id or only what was answered. */
    static Optional<UUID> order(Entry entry) {
        if (entry.orderId() != null) return id(entry.orderId());
        var body = entry.body() == null ? MissingNode.getInstance() : entry.body();
        return entry.phase() == Entry.Phase.OK ? id(body.path("id").asText()) : Optional.empty();
    }

    static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    /** The units asked for, {@code SKU×units} by SKU; empty where the request does not say, as in a checkout. */
    static Optional<List<String>> asked(Entry invoke) {
        if (invoke.body() == null || !invoke.body().path("items").isArray()) return Optional.empty();
        var units = new TreeMap<String, Integer>();
        each(invoke.body().path("items"))
                .forEach(item -> units.merge(
                        item.path("sku").asText(), item.path("quantity").asInt(), Integer::sum));
        return Optional.of(units.entrySet().stream()
                .map(line -> line.getKey() + "×" + line.getValue())
                .toList());
    }

    static List<String> units(OrderFacts.Order order) {
        return order.lines().stream()
                .map(line -> line.sku() + "×" + line.quantity())
                .sorted()
                .toList();
    }

    private static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
