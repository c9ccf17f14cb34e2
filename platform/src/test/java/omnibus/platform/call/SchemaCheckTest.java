package omnibus.platform.call;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import omnibus.platform.Json;
import omnibus.platform.Problem.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCheckTest {
    private static final SchemaCheck SKU = schema(Map.of("type", "string", "pattern", "^[A-Z0-9]{2,5}$"));

    private static SchemaCheck schema(Map<String, Object> schema) {
        var document = Map.of("components", Map.of("schemas", Map.of("It", schema)));
        return SchemaCheck.of(Contract.of("greeter", Json.tree(document)), "It");
    }

    private static List<Fault> faults(SchemaCheck check, Object value) {
        return check.faults(Json.tree(value));
    }

    @Test
    void aTextThatFitsItsPatternIsFine() {
        assertEquals(List.of(), faults(SKU, "MUG1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MUG1\n", "\nMUG1", "MUG1\r\n", "mug", "MUG1\nX"})
    void aPatternsEndIsTheVeryEnd(String text) {
        assertEquals(List.of(Fault.at("", "must match ^[A-Z0-9]{2,5}$")), faults(SKU, text));
    }

    @Test
    void aDollarThatIsMeantIsADollar() {
        var price = schema(Map.of("type", "string", "pattern", "^[0-9]+\\$"));
        assertEquals(List.of(), faults(price, "5$"));
        assertEquals(List.of(), faults(price, "5$\n"));
    }
}
