package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/**
 * The components of several documents under one roof. Only what is referred to moves in. Two services may give one name
 * to different things: the second is then renamed ({@code OrderProblem}) and every reference to it with it.
 */
final class Components {
    private static final String PREFIX = "#/components/";
    private static final String SECURITY = "securitySchemes";

    private final ObjectNode merged = JsonNodeFactory.instance.objectNode();
    /** Service, space, and pointer in its document → pointer in the union. */
    private final Map<String, String> moved = new HashMap<>();

    ObjectNode merged() {
        return merged;
    }

    /** A copy of a part of {@code document} whose references point into the union; what they name moves in. */
    JsonNode adopt(String service, JsonNode document, JsonNode part) {
        if (part instanceof ArrayNode array) {
            var copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> copy.add(adopt(service, document, element)));
            return copy;
        }
        if (!(part instanceof ObjectNode object)) return part;
        var copy = JsonNodeFactory.instance.objectNode();
        for (var field : object.properties()) copy.set(field.getKey(), adoptField(service, document, field));
        return copy;
    }

    private JsonNode adoptField(String service, JsonNode document, Map.Entry<String, JsonNode> field) {
        var value = field.getValue();
        switch (field.getKey()) {
            case "example", "examples", "default", "const", "enum":
                return adoptExamples(service, document, field);
            case "$ref":
                return value.isTextual() ? textNode(move(service, document, value.textValue())) : value;
            case "properties", "patternProperties", "$defs", "headers", "callbacks":
                return adoptNamed(service, document, value);
            case "mapping":
                return adoptMapping(service, document, value);
            case "security":
                return adoptSecurity(service, document, value);
            default:
                return adopt(service, document, value);
        }
    }

    /** The keys of these maps are names somebody chose; one of them may be called {@code default} or {@code enum}. */
    private JsonNode adoptNamed(String service, JsonNode document, JsonNode named) {
        if (!named.isObject()) return adopt(service, document, named);
        var copy = JsonNodeFactory.instance.objectNode();
        for (var entry : named.properties()) copy.set(entry.getKey(), adopt(service, document, entry.getValue()));
        return copy;
    }

    /** Values are left alone, whatever their fields are called; a map of named examples may hold references. */
    private JsonNode adoptExamples(String service, JsonNode document, Map.Entry<String, JsonNode> field) {
        if (!field.getKey().equals("examples") || !field.getValue().isObject()) return field.getValue();
        var copy = JsonNodeFactory.instance.objectNode();
        for (var example : field.getValue().properties()) {
            var reference = example.getValue().path("$ref");
            copy.set(
                    example.getKey(),
                    reference.isTextual()
                            ? JsonNodeFactory.instance
                                    .objectNode()
                                    .put("$ref", move(service, document, reference.textValue()))
                            : example.getValue());
        }
        return copy;
    }

    private JsonNode adoptMapping(String service, JsonNode document, JsonNode mapping) {
        if (!mapping.isObject()) return mapping;
        var copy = JsonNodeFactory.instance.objectNode();
        for (var entry : mapping.properties()) {
            var target = entry.getValue();
            copy.set(
                    entry.getKey(),
                    target.isTextual() && target.textValue().startsWith(PREFIX)
                            ? textNode(move(service, document, target.textValue()))
                            : adopt(service, document, target));
        }
        return copy;
    }

    private JsonNode adoptSecurity(String service, JsonNode document, JsonNode security) {
        if (!security.isArray()) return adopt(service, document, security);
        var copy = JsonNodeFactory.instance.arrayNode();
        for (var alternative : security) {
            var renamed = copy.addObject();
            for (var scheme : alternative.properties()) {
                var pointer = move(service, document, PREFIX + SECURITY + '/' + scheme.getKey());
                renamed.set(pointer.substring(pointer.lastIndexOf('/') + 1), scheme.getValue());
            }
        }
        return copy;
    }

    /** Moves the component a pointer names, if it has not moved yet, and says where it is now. */
    private String move(String service, JsonNode document, String pointer) {
        if (!pointer.startsWith(PREFIX)) return pointer;
        var parts = pointer.substring(PREFIX.length()).split("/", 3);
        if (parts.length < 2) return pointer;
        var whole = PREFIX + parts[0] + '/' + parts[1];
        var deeper = parts.length == 3 ? '/' + parts[2] : "";
        var known = moved.get(service + ' ' + whole);
        if (known != null) return known + deeper;
        var component = document.path("components").path(parts[0]).path(parts[1]);
        if (component.isMissingNode()) return pointer;
        return settle(service, document, parts[0], parts[1], component) + deeper;
    }

    private String settle(String service, JsonNode document, String kind, String name, JsonNode component) {
        var shelf = merged.withObjectProperty(kind);
        var source = service + ' ' + PREFIX + kind + '/' + name;
        // The name is taken before what lies inside is adopted: a schema may refer to itself.
        var free = !shelf.has(name);
        var newName = free ? name : freeName(shelf, capital(service) + name);
        moved.put(source, PREFIX + kind + '/' + newName);
        shelf.putObject(newName);
        var adopted = adopt(service, document, component);
        if (!free && same(kind, adopted, shelf.get(name))) {
            shelf.remove(newName);
            moved.put(source, PREFIX + kind + '/' + name);
        } else {
            shelf.set(newName, adopted);
        }
        return moved.get(source);
    }

    /** One way to sign in, told in different words, is still one: nobody wants to authorize once per service. */
    private static boolean same(String kind, JsonNode one, JsonNode other) {
        if (!kind.equals(SECURITY)) return one.equals(other);
        return one.path("type").equals(other.path("type"))
                && one.path("scheme").equals(other.path("scheme"))
                && one.path("in").equals(other.path("in"))
                && one.path("name").equals(other.path("name"));
    }

    private static String freeName(ObjectNode shelf, String wanted) {
        var name = wanted;
        for (var i = 2; shelf.has(name); i++) name = wanted + i;
        return name;
    }

    private static String capital(String service) {
        return Character.toUpperCase(service.charAt(0)) + service.substring(1);
    }

    private static JsonNode textNode(String text) {
        return JsonNodeFactory.instance.textNode(text);
    }
}
