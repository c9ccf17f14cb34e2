package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    record Thing(String name, int count, Instant at, Optional<String> note) {}

    @Test
    void aRecordSurvivesTheWayThereAndBack() {
        var thing = new Thing("mug", 2, Instant.parse("2026-01-02T03:04:05Z"), Optional.of("blue"));
        assertEquals(thing, Json.decode(Json.encode(thing), Thing.class));
    }

    @Test
    void nullsAreLeftOutAndTimesAreRfc3339() {
        var text = Json.encode(new Thing(null, 1, Instant.EPOCH, null)).toString();
        assertEquals("{\"count\":1,\"at\":\"1970-01-01T00:00:00Z\"}", text);
    }

    @Test
    void unknownFieldsAreToleratedByAReader() {
        assertEquals(
                "mug",
                Json.decode(Buffer.buffer("{\"name\":\"mug\",\"count\":1,\"new\":true}"), Thing.class)
                        .name());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{\"a\":1,\"a\":2}", "{} {}", "// hello\n{}", "{\"a\":NaN}", "{\"a\":01}", "{'a':1}"})
    void whatIsNotStrictJsonIsRefused(String text) {
        var refusal = assertThrows(Problem.class, () -> Json.tree(Buffer.buffer(text)));
        assertEquals("malformed-json", refusal.code());
        assertEquals(400, refusal.status());
    }

    @Test
    void depthAndNumbersAreBoundedAndNobodyIsToldByWhatClass() {
        for (var text : new String[] {"[".repeat(1000) + "]".repeat(1000), "1".repeat(500)}) {
            var refusal = assertThrows(Problem.class, () -> Json.tree(Buffer.buffer(text)));
            assertTrue(refusal.detail().contains("deeper than 64 levels"), refusal.detail());
            assertFalse(refusal.detail().contains("StreamReadConstraints"), refusal.detail());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"count\":\"1\"}", "{\"count\":1.5}", "{\"count\":true}", "{\"count\":null}"})
    void nothingIsCoercedSilently(String text) {
        var refusal = assertThrows(Problem.class, () -> Json.decode(Buffer.buffer(text), Thing.class));
        assertEquals("/count", refusal.faults().get(0).pointer());
    }
}
