package omnibus.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import omnibus.platform.call.Contract;

/**
 * An answer says what it may hold and nothing else, so that no field gets out because a record has grown. What is open on
 * purpose says {@code additionalProperties: true} and why, in its description.
 */
final class ClosedAnswers {
    private final Contract contract;
    private final Set<Visit> seen = new HashSet<>();
    private final List<String> faults = new ArrayList<>();

    /** @param closed by a schema around it */
    private record Visit(JsonNode schema, boolean closed) {}

    ClosedAnswers(Contract contract) {
        this.contract = contract;
    }

    /** The faults of the successful answers of one operation. */
    List<String> faultsOf(String operation, JsonNode responses) {
        faults.clear();
        responses.properties().forEach(response -> {
            if (!response.getKey().startsWith("2")) return;
            for (var media : resolve(response.getValue()).path("content")) {
                check(operation + " " + response.getKey(), media.path("schema"), false);
            }
        });
        return List.copyOf(faults);
    }

    private void check(String where, JsonNode schema, boolean closedAround) {
        var resolved = resolve(schema);
        if (!seen.add(new Visit(resolved, closedAround))) return;
        var closed = closedAround || isClosed(resolved);
        if (holdsFields(resolved) && !closed && !isOpenOnPurpose(resolved)) {
            faults.add(where
                    + " answers anything: add additionalProperties: false, or true and a description that says why");
        }
        resolved.path("properties")
                .properties()
                .forEach(property -> check(where + "/" + property.getKey(), property.getValue(), false));
        if (resolved.path("additionalProperties").isObject()) {
            check(where + "/*", resolved.path("additionalProperties"), false);
        }
        if (resolved.has("items")) check(where + "/-", resolved.path("items"), false);
        for (var several : List.of("allOf", "oneOf", "anyOf")) {
            for (var one : resolved.path(several)) check(where, one, closed);
        }
    }

    /** An object, or what does not say what it is. */
    private static boolean holdsFields(JsonNode schema) {
        if (schema.has("oneOf") || schema.has("anyOf") || schema.has("enum") || schema.has("const")) return false;
        var type = schema.path("type");
        if (type.isMissingNode()) return true;
        for (var one : type) if (one.asText().equals("object")) return true;
        return type.asText().equals("object");
    }

    private static boolean isClosed(JsonNode schema) {
        var rest = schema.path("additionalProperties");
        return rest.isObject()
                || rest.isBoolean() && !rest.booleanValue()
                || schema.path("unevaluatedProperties").isBoolean()
                        && !schema.path("unevaluatedProperties").booleanValue();
    }

    private static boolean isOpenOnPurpose(JsonNode schema) {
        return schema.path("additionalProperties").asBoolean()
                && !schema.path("description").asText().isBlank();
    }

    private JsonNode resolve(JsonNode node) {
        var ref = node.path("$ref");
        return ref.isTextual() ? contract.document().at(ref.asText().substring(1)) : node;
    }
}
