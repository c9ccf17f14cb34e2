package omnibus.platform.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.regex.RegularExpression;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import omnibus.platform.Problem;
import omnibus.platform.Problem.Fault;
import omnibus.platform.call.Operation.Parameter;

/**
 * Checks a call of one operation against its contract, all faults together: parameters and headers by their schemas,
 * nothing undeclared, nothing repeated, and the JSON body by its schema (JSON Schema 2020-12, formats asserted).
 */
final class RequestCheck {
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(VersionFlag.V202012);
    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .formatAssertionsEnabled(true)
            .regularExpressionFactory(RequestCheck::ecmaScript)
            .build();

    private final Operation operation;
    private final JsonSchema bodySchema;
    private final Map<Parameter, JsonSchema> parameterSchemas = new HashMap<>();
    private final Map<String, Parameter> queries = new HashMap<>();
    private final List<Parameter> prefixes = new ArrayList<>();

    RequestCheck(Operation operation, JsonNode document) {
        this.operation = operation;
        this.bodySchema = operation.bodySchema().isMissingNode() ? null : compile(operation.bodySchema(), document);
        for (var parameter : operation.parameters()) {
            parameterSchemas.put(parameter, compile(parameter.schema(), document));
            if (parameter.in() != Parameter.In.QUERY) continue;
            if (parameter.prefix()) prefixes.add(parameter);
            else queries.put(parameter.name(), parameter);
        }
    }

    /** A schema's {@code $} is the very end (ECMA-262); Java's also matches before a last line break. */
    private static RegularExpression ecmaScript(String regex) {
        var anchored = regex.endsWith("$") && !regex.endsWith("\\$");
        var pattern = Pattern.compile(anchored ? regex.substring(0, regex.length() - 1) + "\\z" : regex);
        return text -> pattern.matcher(text).find();
    }

    /** Every schema becomes a document of its own, with the components its references point into. */
    static JsonSchema compile(JsonNode schema, JsonNode document) {
        if (!(schema instanceof ObjectNode object)) return SCHEMAS.getSchema(schema, CONFIG);
        var self = object.deepCopy();
        if (document.has("components")) self.set("components", document.get("components"));
        return SCHEMAS.getSchema(self, CONFIG);
    }

    /** Throws {@link Problem} 400 with every fault found. */
    void check(Call call) {
        var faults = new ArrayList<Fault>();
        checkQueries(call, faults);
        for (var parameter : operation.parameters()) {
            if (parameter.in() == Parameter.In.QUERY && !parameter.prefix()) {
                checkValue(parameter, call.query(parameter.name()).orElse(null), faults);
            } else if (parameter.in() == Parameter.In.HEADER) {
                checkValue(parameter, call.header(parameter.name()).orElse(null), faults);
            }
        }
        if (!faults.isEmpty()) throw Problem.invalid(faults);
        if (bodySchema != null) checkBody(call, faults);
        if (!faults.isEmpty()) throw Problem.invalid(faults);
    }

    private void checkQueries(Call call, List<Fault> faults) {
        var seen = new HashMap<String, Integer>();
        for (var header : call.headers()) {
            if (!header.getKey().startsWith(BusHeaders.QUERY_PREFIX)) continue;
            var name = header.getKey().substring(BusHeaders.QUERY_PREFIX.length());
            if (seen.merge(name, 1, Integer::sum) == 2) faults.add(Fault.parameter(name, "is given more than once"));
            if (queries.containsKey(name)) continue;
            var prefix =
                    prefixes.stream().filter(p -> name.startsWith(p.name())).findFirst();
            if (prefix.isEmpty()) faults.add(Fault.parameter(name, "is not a parameter of this operation"));
            else checkSchema(prefix.get(), name, header.getValue(), faults);
        }
    }

    private void checkValue(Parameter parameter, String value, List<Fault> faults) {
        if (value != null) {
            checkSchema(parameter, parameter.name(), value, faults);
        } else if (parameter.required()) {
            faults.add(Fault.parameter(parameter.name(), "is required"));
        }
    }

    private void checkSchema(Parameter parameter, String name, String value, List<Fault> faults) {
        if (Texts.unstorable(value)) {
            faults.add(Fault.parameter(name, "contains a character that no text may have"));
            return;
        }
        var type = parameter.schema().path("type").asText("string");
        for (var message : parameterSchemas.get(parameter).validate(typed(value, type))) {
            faults.add(Fault.parameter(name, SchemaFaults.detail(message)));
        }
    }

    private static JsonNode typed(String value, String type) {
        var nodes = JsonNodeFactory.instance;
        switch (type) {
            case "integer":
                if (!value.matches("-?[0-9]{1,18}")) break;
                return nodes.numberNode(new BigInteger(value).longValueExact());
            case "boolean":
                if (value.equals("true") || value.equals("false")) return nodes.booleanNode(value.equals("true"));
                break;
            default:
        }
        return nodes.textNode(value);
    }

    private void checkBody(Call call, List<Fault> faults) {
        if (!call.hasBody()) {
            if (operation.bodyRequired()) faults.add(Fault.at("", "a JSON body is required"));
            return;
        }
        var body = call.json();
        Texts.findUnstorable(body, "", faults);
        for (var message : bodySchema.validate(body)) faults.add(SchemaFaults.of(message));
    }
}
