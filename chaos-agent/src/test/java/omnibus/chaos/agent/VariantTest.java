package omnibus.chaos.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VariantTest {
    private enum Step {
        VOID,
        REFUND
    }

    private record Asked(Step step) {}

    private record Errand(Asked call) {}

    private static Object[] arguments(Object first) {
        return new Object[] {first};
    }

    @Test
    void isToldByTheArgumentItself() {
        assertTrue(new Variant("", "inventory.reserveStock").isOf(arguments("inventory.reserveStock")));
        assertFalse(new Variant("", "inventory.reserveStock").isOf(arguments("inventory.commitStock")));
    }

    @Test
    void isToldByWhatAccessorsLeadTo() {
        var refund = new Variant("call.step", "REFUND");
        assertTrue(refund.isOf(arguments(new Errand(new Asked(Step.REFUND)))));
        assertFalse(refund.isOf(arguments(new Errand(new Asked(Step.VOID)))));
    }

    @Test
    void anAccessorThatIsGoneIsAFaultAndNotAMiss() {
        var gone = new Variant("call.phase", "REFUND");
        assertThrows(IllegalStateException.class, () -> gone.isOf(arguments(new Errand(new Asked(Step.VOID)))));
    }
}
