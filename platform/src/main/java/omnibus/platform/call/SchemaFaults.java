package omnibus.platform.call;

import com.networknt.schema.ValidationMessage;
import omnibus.platform.Problem.Fault;

/** Says what a schema found wrong in words for the caller, by keyword, the same whatever library found it. */
final class SchemaFaults {
    private SchemaFaults() {}

    static Fault of(ValidationMessage message) {
        var pointer = message.getInstanceLocation().toString();
        var property = message.getProperty();
        return Fault.at(property == null ? pointer : pointer + "/" + property, detail(message));
    }

    static String detail(ValidationMessage message) {
        var limit =
                message.getSchemaNode() == null ? "" : message.getSchemaNode().asText();
        switch (message.getType()) {
            case "required":
                return "is required";
            case "additionalProperties":
            case "unevaluatedProperties":
                return "is not a known field";
            case "minimum":
                return "must be at least " + limit;
            case "exclusiveMinimum":
                return "must be more than " + limit;
            case "maximum":
                return "must be at most " + limit;
            case "exclusiveMaximum":
                return "must be less than " + limit;
            case "minLength":
                return "must have at least " + limit + " character(s)";
            case "maxLength":
                return "must have at most " + limit + " characters";
            case "minItems":
                return "must have at least " + limit + " element(s)";
            case "maxItems":
                return "must have at most " + limit + " elements";
            case "maxProperties":
                return "must have at most " + limit + " fields";
            case "minProperties":
                return "must have at least " + limit + " field(s)";
            case "uniqueItems":
                return "must not repeat an element";
            case "pattern":
                return "must match " + limit;
            case "enum":
                return "must be one of " + message.getSchemaNode();
            case "format":
                return "must be a valid " + limit;
            case "type":
                return "must be of type " + (message.getSchemaNode().isArray() ? message.getSchemaNode() : limit);
            default:
                return message.getError();
        }
    }
}
