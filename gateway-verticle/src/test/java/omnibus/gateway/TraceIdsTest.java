package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TraceIdsTest {
    private static final String GOOD = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void aW3cTraceparentIsKnown() {
        assertTrue(TraceIds.isTraceparent(GOOD));
        assertEquals("4bf92f3577b34da6a3ce929d0e0e4736", TraceIds.traceIdOf(GOOD));
    }

    @Test
    void anythingElseIsNot() {
        for (var text : List.of(
                "",
                "00",
                GOOD + "0",
                GOOD.replace("4bf9", "4BF9"),
                GOOD.replace("00-4", "01-4"),
                GOOD.replace("-01", "-0x"),
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01")) {
            assertFalse(TraceIds.isTraceparent(text), text);
        }
        assertFalse(TraceIds.isTraceparent(null));
    }

    @Test
    void aNewTraceIsWellFormedAndItsOwn() {
        assertTrue(TraceIds.isTraceparent(TraceIds.traceparent(TraceIds.next())));
        assertNotEquals(TraceIds.next(), TraceIds.next());
        assertEquals(32, TraceIds.next().length());
    }
}
