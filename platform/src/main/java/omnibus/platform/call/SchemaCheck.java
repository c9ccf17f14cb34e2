package omnibus.platform.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import java.util.ArrayList;
import java.util.List;
import omnibus.platform.Problem.Fault;

/**
 * Checks a value against one of a contract's component schemas, for what does not arrive as one whole body: the result
 * of a merge patch, a line of an import.
 */
public final class SchemaCheck {
    private final JsonSchema schema;

    private SchemaCheck(JsonSchema schema) {
        this.schema = schema;
    }

    /** The schema {@code #/components/schemas/<name>}; a contract without it fails the start. */
    public static SchemaCheck of(Contract contract, String name) {
        var node = contract.document().at("/components/schemas/" + name);
        if (node.isMissingNode()) throw new IllegalArgumentException("no schema " + name + " in " + contract);
        return new SchemaCheck(RequestCheck.compile(node, contract.document()));
    }

    /** Everything wrong with the value, with pointers into it; empty when it is valid. */
    public List<Fault> faults(JsonNode value) {
        var faults = new ArrayList<Fault>();
        Texts.findUnstorable(value, "", faults);
        for (var message : schema.validate(value)) faults.add(SchemaFaults.of(message));
        return faults;
    }
}
