package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class WaitingTest {
    @Test
    void secondsAreReadAsRfc7240SaysAndRubbishIsIgnored() {
        Map.of(
                        "wait=5", 5,
                        "respond-async, Wait=7; foo=bar", 7,
                        "wait=\"3\"", 3,
                        "wait=10", 10,
                        "wait=11", 10,
                        "wait=99999999999999", 10,
                        "wait=-1", 0,
                        "wait", 0,
                        "wait=soon", 0,
                        "return=minimal", 0)
                .forEach((header, seconds) -> assertEquals(seconds, Waiting.seconds(header), header));
        assertEquals(0, Waiting.seconds("wait="));
        assertEquals(0, Waiting.seconds(""));
        assertEquals(0, Waiting.seconds(null));
    }
}
