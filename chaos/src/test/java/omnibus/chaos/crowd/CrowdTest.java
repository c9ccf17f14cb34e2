package omnibus.chaos.crowd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CrowdTest {
    @Test
    void everyRoundHasAUnitOfItsOwn() {
        assertEquals(3, Crowd.LAST_UNIT.stock(3).size());
        assertTrue(Crowd.LAST_UNIT.stock(3).values().stream().allMatch(units -> units == 1));
        assertEquals(30, keys(Crowd.LAST_UNIT.wants(3, 10)).size());
    }

    @Test
    void repeatsOfAKeyComeFromOneAccountWithOneRequest() {
        var wants = Crowd.SAME_KEY.wants(20, 5);
        assertEquals(100, wants.size());
        assertEquals(20, keys(wants).size());
        assertEquals(20, new HashSet<>(wants).size());
    }

    @Test
    void theHotSkuHasAUnitForOneInTwenty() {
        assertEquals(List.of(1_000), List.copyOf(Crowd.HOT_SKU.stock(20_000).values()));
        assertEquals(20_000, keys(Crowd.HOT_SKU.wants(20_000, 200)).size());
    }

    @Test
    void oppositeOrdersNameTheSameSkusInReversedOrderAndSomeNameOneTwice() {
        var wants = Crowd.OPPOSITE.wants(12, 2);
        var forward = wants.get(2).skus();
        var backward = new java.util.ArrayList<>(wants.get(1).skus());
        java.util.Collections.reverse(backward);
        assertEquals(forward, backward);
        assertTrue(wants.stream()
                .anyMatch(it -> new HashSet<>(it.skus()).size() < it.skus().size()));
    }

    private static java.util.Set<String> keys(List<Want> wants) {
        return wants.stream().map(Want::key).collect(Collectors.toSet());
    }
}
