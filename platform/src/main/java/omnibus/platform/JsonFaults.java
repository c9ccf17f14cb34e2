package omnibus.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.util.List;
import java.util.stream.Collectors;

/** Says in the caller's terms where a tree does not fit a record. */
final class JsonFaults {
    private JsonFaults() {}

    static RuntimeException of(JsonProcessingException e) {
        if (e.getCause() instanceof Problem refusal) return refusal;
        var pointer = e instanceof JsonMappingException mapping ? pointer(mapping) : "";
        return Problem.invalid(List.of(Problem.Fault.at(pointer, "has the wrong type or form")));
    }

    private static String pointer(JsonMappingException e) {
        return e.getPath().stream()
                .map(step ->
                        "/" + (step.getFieldName() == null ? Integer.toString(step.getIndex()) : step.getFieldName()))
                .collect(Collectors.joining());
    }
}
