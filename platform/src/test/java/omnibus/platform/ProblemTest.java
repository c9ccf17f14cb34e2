package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import omnibus.platform.call.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {
    @Test
    void theBodyIsAnRfc9457Document() {
        var body = Problem.conflict("cart-empty", "The cart is empty.").body("/api/v1/checkout", "abc");
        assertEquals(
                Map.of(
                        "type", "/problems/cart-empty",
                        "title", "In conflict with the present state",
                        "status", 409,
                        "detail", "The cart is empty.",
                        "instance", "/api/v1/checkout",
                        "traceId", "abc"),
                body);
    }

    @Test
    void aRefusalSurvivesTheWayOverTheBus() {
        var sent = Problem.invalid("invalid-request", "no", Problem.Fault.at("/items/0/sku", "is required"));
        var received = Answer.problem(sent, "/x", "t").asProblem();
        assertEquals(sent.code(), received.code());
        assertEquals(sent.kind(), received.kind());
        assertEquals(sent.faults(), received.faults());
    }

    @Test
    void whenToComeBackSurvivesToo() {
        var received =
                Answer.problem(Problem.limited("slow down", 7), null, null).asProblem();
        assertEquals("7", received.headers().get("Retry-After"));
    }

    @Test
    void anythingThatIsNotThereIsTheSameAnswer() {
        assertEquals(Problem.notFound().body("/x", "t"), Problem.notFound().body("/x", "t"));
        assertNotEquals(
                Problem.notFound().code(), Problem.notFound("unknown-sku", "no").code());
    }

    @ParameterizedTest
    @EnumSource(Problem.Kind.class)
    void everyKindHasAStatusOfItsOwn(Problem.Kind kind) {
        assertEquals(kind, Problem.Kind.ofStatus(kind.status()));
        assertTrue(kind.title().length() > 3);
    }
}
