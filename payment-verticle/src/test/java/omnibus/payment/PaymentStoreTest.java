package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import omnibus.payment.model.Authorization;
import omnibus.payment.model.Payment;
import omnibus.platform.Ids;
import omnibus.platform.Money;
import omnibus.platform.postgres.EventLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the database guarantees whatever the code does, and what happens when two do the same at once. */
class PaymentStoreTest {
    static Till till;
    static PaymentStore store;

    @BeforeAll
    static void open() {
        till = new Till();
        store = new PaymentStore(till.database, new EventLog(till.shop.platform(), "payment", till.database), "test");
    }

    @AfterAll
    static void close() {
        till.close();
    }

    @Test
    void aJournalThatDoesNotSumToZeroIsNotCommitted() {
        var id = till.captured(till.anOrder()).path("paymentId").asText();
        var refusal = assertThrows(PgException.class, () -> till.sql("""
                with journal as (insert into ledger_journal (id, payment_id, about, currency)
                    values (gen_random_uuid(), '%s', gen_random_uuid()::text, 'EUR') returning id)
                insert into ledger_posting select id, 'sales', 5 from journal
                """.formatted(id)));
        assertEquals("ledger_balances", refusal.getConstraint());
    }

    @Test
    void aJournalWithoutPostingsIsNotCommitted() {
        var id = till.captured(till.anOrder()).path("paymentId").asText();
        assertThrows(PgException.class, () -> till.sql("""
                insert into ledger_journal (id, payment_id, about, currency)
                values (gen_random_uuid(), '%s', gen_random_uuid()::text, 'EUR')
                """.formatted(id)));
    }

    @Test
    void aPostingAddedLaterIsNotCommitted() {
        till.captured(till.anOrder());
        assertThrows(PgException.class, () -> till.sql("""
                insert into ledger_posting select id, 'refunds', 1 from ledger_journal limit 1
                """));
    }

    @Test
    void theLedgerIsNeverRewritten() {
        till.captured(till.anOrder());
        for (var statement : List.of(
                "update ledger_posting set amount = -amount",
                "delete from ledger_journal",
                "truncate ledger_posting")) {
            assertThrows(PgException.class, () -> till.sql(statement), statement);
        }
    }

    @Test
    void theDatabaseRefusesToGiveBackMoreThanWasTaken() {
        var id = till.captured(till.anOrder()).path("paymentId").asText();
        for (var change : List.of(
                "refunded = captured + 1", "refunding = captured + 1", "captured = amount + 1", "refunded = -1")) {
            var statement = "update payment set " + change + " where id = '" + id + "'";
            assertThrows(PgException.class, () -> till.sql(statement), statement);
        }
    }

    @Test
    void theLedgerAgreesWithThePayments() {
        var order = till.anOrder();
        till.captured(order);
        till.captured(till.anOrder());
        till.done(() -> till.cancel(order));
        var captured = till.number("select coalesce(sum(captured), 0)::bigint from payment");
        var refunded = till.number("select coalesce(sum(refunded), 0)::bigint from payment");
        assertEquals(-captured, till.balance("sales"));
        assertEquals(refunded, till.balance("refunds"));
        assertEquals(captured - refunded, till.balance("provider"));
    }

    @Test
    void thePaymentOfAnOrderIsMadeOnceHoweverManyMakeIt() {
        var wanted = new Authorization(Ids.next(), 1, Ids.next(), new Money(100, "EUR"), "pm_card_visa");
        var makers = IntStream.range(0, 30)
                .mapToObj(i -> store.change(List.of(wanted.orderId()), changes -> make(changes, wanted)))
                .toList();
        var ids = new HashSet<UUID>();
        till.all(makers).forEach(payment -> ids.add(payment.id()));
        assertEquals(1, ids.size());
        assertEquals(1, till.number("select count(*) from provider_call where order_id = '" + wanted.orderId() + "'"));
    }

    private static Payment make(Changes changes, Authorization wanted) {
        return changes.payment(wanted.orderId())
                .orElseGet(() -> changes.apply(Payment.begin(Ids.next(), wanted, changes.now())));
    }

    @Test
    void batchesOfTheSameOrdersInAnyOrderDoNotDeadlock() {
        var wanted = new ArrayList<Authorization>();
        for (var i = 0; i < 20; i++) {
            wanted.add(new Authorization(Ids.next(), 1, Ids.next(), new Money(100, "EUR"), "pm_card_visa"));
        }
        var batches = new ArrayList<Future<Integer>>();
        for (var i = 0; i < 12; i++) {
            var shuffled = new ArrayList<>(wanted);
            Collections.shuffle(shuffled, new java.util.Random(i));
            var orderIds = shuffled.stream().map(Authorization::orderId).toList();
            batches.add(store.change(orderIds, changes -> {
                shuffled.forEach(one -> make(changes, one));
                return shuffled.size();
            }));
        }
        assertEquals(12, till.all(batches).size());
        assertEquals(0, till.number("select deadlocks from pg_stat_database where datname = current_database()"));
    }

    @Test
    void aCallIsClaimedByOneInstance() {
        var order = till.anOrder();
        till.faults("{\"outagePercent\":100}");
        till.authorize(order);
        var claims = new ArrayList<Future<List<Errand>>>();
        till.sql("update provider_call set next_run_at = now(), lease_until = null where order_id = '" + order.orderId()
                + "' and state = 'OPEN'");
        for (var i = 0; i < 8; i++) claims.add(new CallStore(till.database, "instance-" + i).claim(64));
        var claimed = till.all(claims).stream()
                .flatMap(List::stream)
                .filter(errand -> errand.call().orderId().equals(order.orderId()))
                .count();
        assertTrue(claimed <= 1, claimed + " instances ask at once");
        till.faults("{}");
    }

    @Test
    void aCallThatFailsEightTimesIsParked() {
        var order = till.anOrder();
        till.faults("{\"outagePercent\":100}");
        till.authorize(order);
        var store = new CallStore(till.database, "test");
        var id = till.sql("select id from provider_call where order_id = '" + order.orderId() + "'")
                .iterator()
                .next()
                .getUUID("id");
        for (var i = 0; i < 7; i++) assertEquals(false, till.shop.await(store.failed(id, "poison")));
        assertEquals(true, till.shop.await(store.failed(id, "poison")));
        assertEquals(false, till.shop.await(store.failed(id, "poison")));
        till.faults("{}");
    }

    @Test
    void anAnswerThatCannotBeWrittenIsPutOffAndTheOthersAreNot() {
        var poisoned = till.anOrder();
        var sound = till.anOrder();
        // Whatever the code does, the database refuses this one payment.
        till.sql("alter table payment add constraint poison check (order_id <> '" + poisoned.orderId()
                + "' or status = 'PENDING')");
        till.authorize(poisoned, sound);
        till.becomes("AUTHORIZED", sound);
        var failures = "select failures from provider_call where order_id = '" + poisoned.orderId() + "'";
        till.shop.eventually(() -> till.sql(failures).iterator().next().getInteger(0) >= 1);
        till.sql("alter table payment drop constraint poison");
        till.becomes("AUTHORIZED", poisoned);
    }

    @Test
    void eventsAreForgottenAfterAMonthAndNotBefore() {
        till.sql("insert into webhook_event values ('stripe', 'old', now() - interval '31 days'),"
                + " ('stripe', 'young', now() - interval '29 days')");
        till.shop.await(new CallStore(till.database, "test").forgetOldEvents());
        assertEquals(1, till.number("select count(*) from webhook_event where event_id in ('old', 'young')"));
    }
}
