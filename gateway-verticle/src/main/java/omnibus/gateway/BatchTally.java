package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Adds up what the service answered to the batches of one stream: numbers are summed field by field, {@code errors} put
 * together. The list of errors is bounded, the count of failed lines is not.
 */
final class BatchTally {
    static final int MAX_ERRORS = 10_000;

    private final ObjectNode sums = JsonNodeFactory.instance.objectNode();
    private final List<JsonNode> errors = new ArrayList<>();

    void add(JsonNode answer) {
        for (var field : answer.properties()) {
            if (field.getValue().isIntegralNumber())
                count(field.getKey(), field.getValue().longValue());
        }
        answer.path("errors").forEach(this::addError);
    }

    /** A line the service never saw. */
    void addTooLong(long line) {
        count("received", 1);
        count("failed", 1);
        addError(JsonNodeFactory.instance
                .objectNode()
                .put("line", line)
                .put("detail", "is longer than " + LineBatches.MAX_LINE_BYTES / 1024 + " KiB"));
    }

    private void count(String field, long number) {
        sums.put(field, sums.path(field).asLong(0) + number);
    }

    private void addError(JsonNode error) {
        if (errors.size() < MAX_ERRORS) errors.add(error);
    }

    ObjectNode sums() {
        return sums;
    }

    JsonNode total() {
        var total = sums.deepCopy();
        errors.sort(Comparator.comparingLong(error -> error.path("line").asLong()));
        total.putArray("errors").addAll(errors);
        return total;
    }
}
