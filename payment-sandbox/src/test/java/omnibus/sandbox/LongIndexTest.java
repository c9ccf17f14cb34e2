package omnibus.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LongIndexTest {
    @Test
    void whatWasPutIsFoundThroughEveryGrowth() {
        var index = new LongIndex();
        for (var i = 0; i < 100_000; i++) assertEquals(-1, index.put("key:" + i, i));
        for (var i = 0; i < 100_000; i++) assertEquals(i, index.get("key:" + i));
        assertEquals(-1, index.get("key:100000"));
    }

    @Test
    void theNewestValueCountsAndTheOneBeforeIsTold() {
        var index = new LongIndex();
        index.put("a", 1);
        assertEquals(1, index.put("a", 2));
        assertEquals(2, index.get("a"));
    }
}
