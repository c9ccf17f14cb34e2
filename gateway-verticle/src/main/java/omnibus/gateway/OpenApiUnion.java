package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import omnibus.platform.call.Contract;

/** One OpenAPI 3.1 document of everything that is served: what {@code /openapi.json} answers. */
final class OpenApiUnion {
    /** How the services and the gateway divide the work; nothing a client needs to know. */
    private static final Set<String> PRIVATE_EXTENSIONS =
            Set.of("x-internal", "x-wait", "x-batched", "x-raw", "x-priority", "x-retry", "x-cache");

    private static final Pattern PARAMETER = Pattern.compile("\\{([^}]*)}");

    private final Components components = new Components();
    private final Map<String, ObjectNode> paths = new TreeMap<>();
    /** By the path without the names of its parameters: the path as the first service wrote it. */
    private final Map<String, String> spellings = new HashMap<>();

    private final Map<String, JsonNode> tags = new LinkedHashMap<>();

    private OpenApiUnion() {}

    /** {@code served} are the operations in the route table: the document has these and no internal ones. */
    static ObjectNode of(Collection<Contract> contracts, Set<String> served, String version) {
        var union = new OpenApiUnion();
        for (var contract : contracts) union.add(contract, served);
        var document = JsonNodeFactory.instance.objectNode();
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Omnibus")
                .put("version", version)
                .put("summary", "The HTTP interface of an Omnibus shop: the union of its services' contracts.");
        document.putArray("tags").addAll(union.tags.values());
        var paths = document.putObject("paths");
        union.paths.forEach(paths::set);
        document.set("components", union.components.merged());
        return document;
    }

    private void add(Contract contract, Set<String> served) {
        var document = contract.document();
        document.path("tags").forEach(tag -> tags.putIfAbsent(tag.path("name").asText(), tag));
        for (var path : document.path("paths").properties()) {
            for (var field : path.getValue().properties()) {
                var id = field.getValue().path("operationId").asText();
                if (served.contains(id)) addOperation(contract, path, field);
            }
        }
    }

    private void addOperation(
            Contract contract, Map.Entry<String, JsonNode> path, Map.Entry<String, JsonNode> operation) {
        var template =
                spellings.computeIfAbsent(PARAMETER.matcher(path.getKey()).replaceAll("{}"), nameless -> path.getKey());
        var own = withSharedParameters(path, operation);
        if (!template.equals(path.getKey())) own = respelled(contract.document(), own, path.getKey(), template);
        var adopted = (ObjectNode) components.adopt(contract.service(), contract.document(), own);
        strip(adopted);
        paths.computeIfAbsent(template, key -> JsonNodeFactory.instance.objectNode())
                .set(operation.getKey(), adopted);
    }

    /** Templates that differ in the names of their parameters alone are one path (OpenAPI 3.1, section 4.8.8.2). */
    private static JsonNode respelled(JsonNode document, JsonNode operation, String from, String to) {
        var names = new HashMap<String, String>();
        var mine = PARAMETER.matcher(from);
        var theirs = PARAMETER.matcher(to);
        while (mine.find() && theirs.find()) names.put(mine.group(1), theirs.group(1));
        var copy = (ObjectNode) operation.deepCopy();
        var parameters = copy.putArray("parameters");
        for (var parameter : operation.path("parameters")) {
            var ref = parameter.path("$ref").asText();
            var said = (ref.isEmpty() ? parameter : document.at(ref.substring(1))).deepCopy();
            if (said.path("in").asText().equals("path")) {
                var name = said.path("name").asText();
                ((ObjectNode) said).put("name", names.getOrDefault(name, name));
            }
            parameters.add(said);
        }
        return copy;
    }

    /** Parameters said once for a whole path would hold for another service's operations on it, too: say them again. */
    private static JsonNode withSharedParameters(
            Map.Entry<String, JsonNode> path, Map.Entry<String, JsonNode> operation) {
        var shared = path.getValue().path("parameters");
        if (shared.isEmpty()) return operation.getValue();
        var copy = (ObjectNode) operation.getValue().deepCopy();
        var own = copy.withArrayProperty("parameters");
        for (var parameter : shared) if (!declares(own, parameter)) own.add(parameter);
        return copy;
    }

    private static boolean declares(JsonNode parameters, JsonNode wanted) {
        for (var parameter : parameters) {
            var same = parameter.has("$ref")
                    ? parameter.get("$ref").equals(wanted.path("$ref"))
                    : parameter.path("name").equals(wanted.path("name"))
                            && parameter.path("in").equals(wanted.path("in"));
            if (same) return true;
        }
        return false;
    }

    private static void strip(ObjectNode operation) {
        operation.remove(PRIVATE_EXTENSIONS);
        if (operation.get("requestBody") instanceof ObjectNode body) body.remove(PRIVATE_EXTENSIONS);
    }
}
