package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;
import omnibus.payment.Till.Wanted;
import omnibus.platform.call.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The provider takes requests and answers none: only what needs it waits. */
class ProviderOutageTest {
    /** Longer than the client waits; the provider keeps a key in use until it answers. */
    private static final String HANG = "{\"delayMillis\":6000%s}";

    /** The breaker opens after 1.5 s, a command is answered after 0.9 s; the rest is for a busy machine. */
    private static final Duration SOON = Duration.ofMillis(3_500);

    static Till till;

    @BeforeAll
    static void open() {
        till = new Till();
    }

    @AfterAll
    static void close() {
        till.close();
    }

    @AfterEach
    void noMoreFaults() {
        till.faults("{}");
    }

    @Test
    void aHangOpensTheBreakerAndNobodyElseWaits() {
        var held = till.anOrder();
        till.authorized(held);
        till.faults(HANG.formatted(""));
        var orders = orders(40);
        var started = System.nanoTime();
        for (var result : within(SOON, () -> till.authorize(orders))) {
            assertEquals("pending", result.path("outcome").asText());
        }
        till.shop.eventually(() -> isOpen("taking"));
        var opened = Duration.ofNanos(System.nanoTime() - started);
        assertTrue(opened.compareTo(SOON) < 0, "the breaker took " + opened);
        assertEquals("pending", outcome(within(SOON, () -> till.cancel(held))));
        assertEquals("pending", outcome(within(SOON, () -> till.authorize(till.anOrder()))));
        Answer read = within(
                SOON,
                () -> till.shop.call(Till.read("payment.getOrderPayment")
                        .path("id", held.orderId())
                        .as(till.admin)));
        assertEquals(200, read.status());
        till.faults("{}");
        for (var order : orders) till.becomes("AUTHORIZED", order);
        till.becomes("VOIDED", held);
        for (var order : orders) assertEquals(1, till.providerPayments(order).size());
    }

    @Test
    void authorizationsThatHangDoNotKeepAHoldFromBeingReleased() {
        var held = till.anOrder();
        till.authorized(held);
        till.faults(HANG.formatted(",\"only\":[\"create\"]"));
        var orders = orders(40);
        till.authorize(orders);
        var released = within(SOON, () -> till.done(() -> till.cancel(held)));
        assertEquals("VOIDED", released.path("status").asText());
        till.faults("{}");
        for (var order : orders) till.becomes("AUTHORIZED", order);
    }

    private static Wanted[] orders(int count) {
        return Stream.generate(till::anOrder).limit(count).toArray(Wanted[]::new);
    }

    private static String outcome(JsonNode results) {
        return results.get(0).path("outcome").asText();
    }

    private static boolean isOpen(String line) {
        return till.shop
                        .platform()
                        .metrics()
                        .get("omnibus.payment.provider.open")
                        .tag("line", line)
                        .gauge()
                        .value()
                == 1;
    }

    private static <T> T within(Duration limit, Supplier<T> action) {
        var started = System.nanoTime();
        var result = action.get();
        var took = Duration.ofNanos(System.nanoTime() - started);
        assertTrue(took.compareTo(limit) < 0, "took " + took);
        return result;
    }
}
