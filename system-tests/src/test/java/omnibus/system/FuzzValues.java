package omnibus.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Values for a JSON schema: such that fit it, such that nearly do, and such that were never meant to. What the shop has
 * answered under a name ({@code id}, {@code sku}) is used again for parameters and fields of that name.
 */
final class FuzzValues {
    private static final int MOST_KNOWN = 200;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Texts that have broken something somewhere. */
    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            "null",
            "' OR 1=1--",
            "\"; DROP TABLE orders; --",
            "{\"$gt\":\"\"}",
            "${jndi:ldap://127.0.0.1/a}",
            "<script>alert(1)</script>",
            "../../../../etc/passwd",
            "%00",
            "a\r\nX-Evil: b",
            "\u0000",
            "\u202Eevil",
            "\uD83D\uDE00\uD83D\uDE00",
            "\uD800",
            "(a+)+$",
            "-1",
            "9223372036854775808",
            "1e400",
            "NaN",
            "A".repeat(5_000));

    private static final List<JsonNode> NUMBERS = List.of(
            LongNode.valueOf(0),
            LongNode.valueOf(-1),
            LongNode.valueOf(Integer.MAX_VALUE + 1L),
            LongNode.valueOf(Long.MAX_VALUE),
            LongNode.valueOf(Long.MIN_VALUE),
            DecimalNode.valueOf(new BigDecimal("9223372036854775808")),
            DecimalNode.valueOf(new BigDecimal("1e400")),
            DecimalNode.valueOf(new BigDecimal("1.5")),
            DecimalNode.valueOf(new BigDecimal("-0.0000001")));

    private final Random random;
    private final JsonNode document;
    private final Map<String, List<String>> known = new HashMap<>();

    FuzzValues(Random random, JsonNode document) {
        this.random = random;
        this.document = document;
    }

    /** Remembers every text of an answer under its field's name. */
    void learn(JsonNode answer) {
        answer.properties().forEach(field -> {
            if (field.getValue().isTextual())
                remember(field.getKey(), field.getValue().asText());
        });
        for (var child : answer) if (child.isContainerNode()) learn(child);
    }

    private void remember(String name, String value) {
        if (value.length() > 200) return;
        var values = known.computeIfAbsent(name, key -> new ArrayList<>());
        if (values.size() < MOST_KNOWN) values.add(value);
        else values.set(random.nextInt(MOST_KNOWN), value);
    }

    JsonNode resolve(JsonNode schema) {
        var ref = schema.path("$ref");
        return ref.isTextual() ? resolve(document.at(ref.asText().substring(1))) : schema;
    }

    /** A value for what is named so, mostly one that fits; the wilder, the less often. */
    JsonNode of(String name, JsonNode schema, double wildness) {
        if (random.nextDouble() < wildness) return hostile();
        var resolved = resolve(schema);
        if (known.containsKey(name) && random.nextInt(3) > 0) {
            var values = known.get(name);
            return TextNode.valueOf(values.get(random.nextInt(values.size())));
        }
        for (var alternatives : List.of("oneOf", "anyOf")) {
            var options = resolved.path(alternatives);
            if (!options.isEmpty()) return of(name, options.get(random.nextInt(options.size())), wildness);
        }
        if (resolved.has("enum"))
            return resolved.get("enum").get(random.nextInt(resolved.get("enum").size()));
        return switch (type(resolved)) {
            case "object" -> object(resolved, wildness);
            case "array" -> array(name, resolved, wildness);
            case "integer", "number" -> number(resolved, wildness);
            case "boolean" -> BooleanNode.valueOf(random.nextBoolean());
            default -> TextNode.valueOf(text(resolved, wildness));
        };
    }

    private String type(JsonNode schema) {
        var type = schema.path("type");
        if (type.isArray()) return type.get(random.nextInt(type.size())).asText();
        if (type.isTextual()) return type.asText();
        return schema.has("properties") ? "object" : "string";
    }

    private JsonNode object(JsonNode schema, double wildness) {
        var object = JSON.objectNode();
        var required = new ArrayList<String>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        schema.path("properties").properties().forEach(property -> {
            var wanted = required.contains(property.getKey()) ? random.nextInt(50) > 0 : random.nextBoolean();
            if (wanted) object.set(property.getKey(), of(property.getKey(), property.getValue(), wildness / 2));
        });
        if (random.nextDouble() < wildness) object.set("unknownField" + random.nextInt(9), hostile());
        return object;
    }

    private JsonNode array(String name, JsonNode schema, double wildness) {
        var array = JSON.arrayNode();
        var size = Math.max(schema.path("minItems").asInt(0), random.nextInt(4));
        for (var i = 0; i < size; i++) array.add(of(name, schema.path("items"), wildness / 2));
        return array;
    }

    private JsonNode number(JsonNode schema, double wildness) {
        var least = schema.path("minimum").asLong(0);
        var most = schema.path("maximum").asLong(least + 1_000);
        return switch (wildness == 0 ? 7 : random.nextInt(8)) {
            case 0 -> LongNode.valueOf(least - 1);
            case 1 -> LongNode.valueOf(most + 1);
            case 2 -> LongNode.valueOf(least);
            case 3 -> LongNode.valueOf(most);
            default -> LongNode.valueOf(least + (long) (random.nextDouble() * (most - least + 1)));
        };
    }

    private String text(JsonNode schema, double wildness) {
        switch (schema.path("format").asText()) {
            case "uuid":
                return new UUID(random.nextLong(), random.nextLong()).toString();
            case "email":
                return "fuzz-" + Long.toHexString(random.nextLong()) + "@example.org";
            case "date-time":
                return "2026-01-01T00:00:00Z";
            case "uri":
                return "https://example.org/" + random.nextInt(100);
            default:
        }
        var most = schema.path("maxLength").asInt(40);
        var length = switch (wildness == 0 ? 9 : random.nextInt(10)) {
            case 0 -> Math.min(most + 1, 30_000);
            case 1 -> Math.min(most, 30_000);
            default -> 1 + random.nextInt(Math.min(most, 30));
        };
        var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
        var text = new StringBuilder();
        while (text.length() < length) text.append(letters.charAt(random.nextInt(letters.length())));
        return text.toString();
    }

    JsonNode hostile() {
        return switch (random.nextInt(6)) {
            case 0 -> NUMBERS.get(random.nextInt(NUMBERS.size()));
            case 1 -> NullNode.getInstance();
            case 2 -> JSON.arrayNode().add(hostileText());
            case 3 -> JSON.objectNode().put("$gt", "");
            default -> TextNode.valueOf(hostileText());
        };
    }

    String hostileText() {
        return HOSTILE.get(random.nextInt(HOSTILE.size()));
    }

    /** An example from a contract, with ids that this shop knows, and now and then one thing in it changed. */
    JsonNode variation(JsonNode example, double wildness) {
        if (example.isObject()) {
            ObjectNode object = example.deepCopy();
            for (var field : List.copyOf(object.properties())) {
                object.set(field.getKey(), variation(field.getKey(), field.getValue(), wildness));
            }
            if (random.nextDouble() < wildness / 4) object.set("unknownField", hostile());
            return object;
        }
        return variation("", example, wildness);
    }

    private JsonNode variation(String name, JsonNode value, double wildness) {
        if (random.nextDouble() < wildness / 3) return hostile();
        if (value.isObject()) return variation(value, wildness);
        if (value.isArray()) {
            var array = JSON.arrayNode();
            value.forEach(element -> array.add(variation(name, element, wildness)));
            return array;
        }
        if (!value.isTextual() || !known.containsKey(name)) return value;
        var values = known.get(name);
        return TextNode.valueOf(values.get(random.nextInt(values.size())));
    }

    /** JSON that is none, or more than one likes. */
    String brokenBody() {
        return switch (random.nextInt(7)) {
            case 0 -> "{";
            case 1 -> "{} {}";
            case 2 -> "[".repeat(2_000) + "]".repeat(2_000);
            case 3 -> "{\"a\":1,\"a\":2}";
            case 4 -> "{\"quantity\":NaN}";
            case 5 -> "\"" + "x".repeat(100_000) + "\"";
            default -> "/* */ {}";
        };
    }
}
