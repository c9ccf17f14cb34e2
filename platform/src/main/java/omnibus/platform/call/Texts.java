package omnibus.platform.call;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import omnibus.platform.Problem.Fault;

/** Texts that no store can hold: U+0000 (PostgreSQL) and halves of surrogate pairs (not encodable as UTF-8). */
final class Texts {
    private Texts() {}

    static boolean unstorable(String text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == 0) return true;
            if (!Character.isSurrogate(c)) continue;
            if (Character.isLowSurrogate(c)
                    || i + 1 == text.length()
                    || !Character.isLowSurrogate(text.charAt(i + 1))) {
                return true;
            }
            i++;
        }
        return false;
    }

    static void findUnstorable(JsonNode node, String pointer, List<Fault> faults) {
        if (node.isTextual()) {
            if (unstorable(node.textValue()))
                faults.add(Fault.at(pointer, "contains a character that no text may have"));
        } else if (node.isObject()) {
            for (var field : node.properties()) {
                var at = pointer + "/" + field.getKey();
                if (unstorable(field.getKey())) faults.add(Fault.at(pointer, "has a name with a forbidden character"));
                findUnstorable(field.getValue(), at, faults);
            }
        } else if (node.isArray()) {
            for (var i = 0; i < node.size(); i++) findUnstorable(node.get(i), pointer + "/" + i, faults);
        }
    }
}
