package omnibus.platform.call;

import static omnibus.platform.call.Operation.Priority.BROWSE;
import static omnibus.platform.call.Operation.Priority.CART;
import static omnibus.platform.call.Operation.Priority.CHECKOUT;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FullServicesTest {
    private long now;
    private final FullServices full = new FullServices(() -> now);

    @Test
    void whoRefusedOneHasNoRoomForThoseThatComeAfterIt() {
        full.refused("order", CART);
        assertTrue(full.isFull("order", CART));
        assertTrue(full.isFull("order", BROWSE));
        assertFalse(full.isFull("order", CHECKOUT));
        assertFalse(full.isFull("cart", BROWSE));
    }

    @Test
    void aRefusalIsSoonForgotten() {
        full.refused("order", BROWSE);
        now += TimeUnit.MILLISECONDS.toNanos(99);
        assertTrue(full.isFull("order", BROWSE));
        now += TimeUnit.MILLISECONDS.toNanos(1);
        assertFalse(full.isFull("order", BROWSE));
    }

    @Test
    void aLaterRefusalOfALesserCallDoesNotHideThatOfAGreaterOne() {
        full.refused("order", CHECKOUT);
        full.refused("order", BROWSE);
        assertTrue(full.isFull("order", CHECKOUT));
    }
}
