package omnibus.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Operation;

/** The house rules for a contract: what a reader of one endpoint needs is there, and what goes in and out is said whole. */
public final class ContractRules {
    private ContractRules() {}

    /** Throws with every rule that is broken. That methods and operations match is checked when an instance starts. */
    public static void check(String service) {
        var contract = Contract.load(service);
        var faults = new ArrayList<String>();
        for (var operation : contract.operations().values()) {
            var node = contract.document()
                    .path("paths")
                    .path(operation.path())
                    .path(operation.method().toLowerCase(java.util.Locale.ROOT));
            check(contract, operation, node, faults);
        }
        if (!faults.isEmpty()) throw new AssertionError(String.join("\n", faults));
    }

    private static void check(Contract contract, Operation operation, JsonNode node, List<String> faults) {
        var id = operation.id();
        if (!operation.service().equals(contract.service())) faults.add(id + " belongs to another service");
        if (node.path("summary").asText().isBlank()) faults.add(id + " has no summary");
        if (node.path("responses").isEmpty()) faults.add(id + " has no responses");
        if (operation.internal()) {
            if (!operation.path().startsWith("/internal/")) faults.add(id + " is internal but has a public path");
            return;
        }
        if (node.path("tags").isEmpty()) faults.add(id + " has no tag");
        if (!operation.bodySchema().isMissingNode()) checkStrict(contract, id, operation.bodySchema(), faults);
        faults.addAll(new ClosedAnswers(contract).faultsOf(id, node.path("responses")));
        node.path("responses").properties().forEach(response -> {
            if (response.getKey().startsWith("2") && lacksExample(contract, response.getValue())) {
                faults.add(id + " has no example for " + response.getKey());
            }
        });
    }

    private static void checkStrict(Contract contract, String id, JsonNode schema, List<String> faults) {
        var resolved = resolve(contract, schema);
        var strict = resolved.has("additionalProperties") || resolved.has("unevaluatedProperties");
        var alternatives = resolved.has("oneOf") || resolved.has("anyOf");
        if (!strict && !alternatives) faults.add(id + " accepts unknown fields: add additionalProperties: false");
    }

    private static boolean lacksExample(Contract contract, JsonNode response) {
        for (var media : resolve(contract, response).path("content")) {
            if (!media.has("example") && !media.has("examples")) return true;
        }
        return false;
    }

    private static JsonNode resolve(Contract contract, JsonNode node) {
        var ref = node.path("$ref");
        return ref.isTextual() ? contract.document().at(ref.asText().substring(1)) : node;
    }
}
