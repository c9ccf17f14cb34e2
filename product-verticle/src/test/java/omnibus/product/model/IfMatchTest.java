package omnibus.product.model;

import static omnibus.product.ProductFixtures.aMug;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import omnibus.platform.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {
    /** Version 1, facts 0. */
    private final Product product = aMug();

    @ParameterizedTest
    @ValueSource(strings = {"\"1-0\"", "\"1-99\"", "*", " * ", "\"7-0\", \"1-0\""})
    void theVersionThatWasReadPasses(String header) {
        assertDoesNotThrow(() -> IfMatch.of(Optional.of(header)).check(product));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2-0\"",
                "\"0-1\"",
                "1-0",
                "W/\"1-0\"",
                "\"1\"",
                "\"\"",
                "",
                "\"99999999999999999999-0\"",
                "\"*\""
            })
    void anythingElseIsStale(String header) {
        var refusal = assertThrows(
                Problem.class, () -> IfMatch.of(Optional.of(header)).check(product));
        assertEquals(412, refusal.status());
    }

    @Test
    void editingBlindlyIsRefused() {
        var refusal =
                assertThrows(Problem.class, () -> IfMatch.of(Optional.empty()).check(product));
        assertEquals(428, refusal.status());
    }
}
