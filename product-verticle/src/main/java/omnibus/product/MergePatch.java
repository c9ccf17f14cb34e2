package omnibus.product;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON merge patch, RFC 7396: objects merge, null removes, everything else replaces. */
final class MergePatch {
    private MergePatch() {}

    static JsonNode apply(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) return patch;
        var result = target instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
        for (var field : patch.properties()) {
            var name = field.getKey();
            if (field.getValue().isNull()) result.remove(name);
            else result.set(name, apply(result.path(name), field.getValue()));
        }
        return result;
    }
}
