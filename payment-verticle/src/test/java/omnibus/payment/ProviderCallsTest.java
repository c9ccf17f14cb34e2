package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Promise;
import java.util.List;
import java.util.UUID;
import omnibus.payment.Till.Wanted;
import omnibus.payment.model.Payment;
import omnibus.payment.model.ProviderCall;
import omnibus.payment.model.Step;
import omnibus.platform.postgres.EventLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two instances ask the same: the one that froze comes back after the other has finished its work. */
class ProviderCallsTest {
    static Till till;
    static PaymentStore store;
    static ProviderCalls zombie;

    @BeforeAll
    static void open() {
        till = new Till();
        var platform = till.shop.platform();
        store = new PaymentStore(till.database, new EventLog(platform, "payment", till.database), "zombie");
        var metrics = new SimpleMeterRegistry();
        var stripe = new StripeClient(till.shop.vertx(), till.config(), metrics);
        var calls = new CallStore(till.database, "zombie");
        zombie = new ProviderCalls(till.shop.vertx(), store, calls, stripe, metrics);
    }

    @AfterAll
    static void close() {
        till.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"AUTHORIZE", "CAPTURE", "REFUND"})
    void anAnswerThatIsNoNewsChangesNothing(Step step) {
        var order = till.anOrder();
        till.captured(order);
        till.done(() -> till.cancel(order));
        var before = till.payment(order);
        var journals = till.number("select count(*) from ledger_journal");
        askAgain(order, step);
        assertEquals(before, till.payment(order));
        assertEquals(journals, till.number("select count(*) from ledger_journal"));
    }

    @Test
    void aVoidAskedTwiceIsOne() {
        var order = till.anOrder();
        till.authorized(order);
        till.done(() -> till.cancel(order));
        var before = till.payment(order);
        askAgain(order, Step.VOID);
        assertEquals(before, till.payment(order));
    }

    private static void askAgain(Wanted order, Step step) {
        var row = till.sql("select id, key, amount, refund_id from provider_call where order_id = '" + order.orderId()
                        + "' and step = '" + step + "'")
                .iterator()
                .next();
        var payment = till.shop.await(store.byOrder(order.orderId())).orElseThrow();
        var call = new ProviderCall(
                row.getUUID("id"),
                payment.id(),
                order.orderId(),
                step,
                row.getString("key"),
                row.getLong("amount"),
                (UUID) row.getValue("refund_id"),
                null);
        Promise<Payment> done = Promise.promise();
        till.shop.vertx().runOnContext(go -> zombie.run(List.of(call), payment).onComplete(done));
        till.shop.await(done.future());
    }
}
