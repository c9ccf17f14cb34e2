package omnibus.chaos.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.chaos.facts.Facts;
import omnibus.platform.postgres.PostgresConfig;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reader and the sampler on the services' own schemas, with what their services would have written. */
class StoresTest {
    private static final List<String> SERVICES = List.of("order", "inventory", "payment");
    private static final Map<String, PostgresConfig> DATABASES = new HashMap<>();

    @TempDir
    static Path home;

    private final UUID user = UUID.randomUUID();
    private final UUID order = UUID.randomUUID();
    private final UUID payment = UUID.randomUUID();

    @BeforeAll
    static void theServicesHaveMigratedTheirDatabases() throws Exception {
        var urls = new HashMap<String, String>();
        for (var service : SERVICES) {
            var database = TestStores.migrated(service);
            DATABASES.put(service, database);
            urls.put(
                    service,
                    "postgresql://" + database.user() + ":"
                            + database.password().reveal() + "@" + database.host() + ":" + database.port() + "/"
                            + database.database());
        }
        var stores = Map.of("stores", List.of(Map.of("name", "redis"), Map.of("name", "postgres", "urls", urls)));
        Files.createDirectories(home.resolve("run"));
        Files.writeString(home.resolve("run/stores.json"), new ObjectMapper().writeValueAsString(stores));
    }

    @BeforeEach
    void anOrderOfTwoMugsIsConfirmed() throws Exception {
        sql("inventory", """
                alter table movement disable trigger user;
                truncate movement, reservation_line, reservation, stock, event_log;
                insert into stock (sku, on_hand, version) values ('MUG', 8, 3);
                insert into movement (sku, version, kind, on_hand_delta, reserved_delta, on_hand, reserved, order_id) values
                  ('MUG', 1, 'INITIAL', 10, 0, 10, 0, null), ('MUG', 2, 'RESERVED', 0, 2, 10, 2, '$order'),
                  ('MUG', 3, 'COMMITTED', -2, -2, 8, 0, '$order');
                insert into reservation (order_id, state, epoch) values ('$order', 'COMMITTED', 1);
                insert into reservation_line values ('$order', 'MUG', 2);
                insert into event_log (position, event_id, type, aggregate, version, at, data) values
                  (1, gen_random_uuid(), 'AvailabilityChanged', 'MUG', 1, now(),
                   '{"sku": "MUG", "availability": "IN_STOCK", "available": 10}');
                """);
        sql("payment", """
                alter table ledger_journal disable trigger user; alter table ledger_posting disable trigger user;
                truncate ledger_posting, ledger_journal, provider_call, refund, payment, event_log;
                insert into payment (id, order_id, user_id, amount, currency, captured, refunded, refunding, status,
                                     provider_ref, cancel_requested, epoch, version, created_at, updated_at)
                values ('$payment', '$order', '$user', 1000, 'EUR', 1000, 0, 0, 'CAPTURED', 'pi_1', false, 1, 3, now(), now());
                insert into provider_call (id, payment_id, order_id, step, key, amount, state)
                values (gen_random_uuid(), '$payment', '$order', 'CAPTURE', '$order:capture', 0, 'DONE');
                insert into ledger_journal (id, payment_id, about, currency)
                values ('$payment', '$payment', 'capture:$payment', 'EUR');
                insert into ledger_posting values ('$payment', 'provider', 1000), ('$payment', 'sales', -1000);
                insert into event_log (position, event_id, type, aggregate, version, at, data) values
                  (1, gen_random_uuid(), 'PaymentStatusChanged', '$payment', 3, now(),
                   '{"previous": "AUTHORIZED", "status": "CAPTURED", "captured": {"amount": 1000, "currency": "EUR"},
                     "refunded": {"amount": 0, "currency": "EUR"}}');
                """);
        sql("order", """
                alter table saga_log disable trigger user; alter table orders disable trigger user;
                truncate saga_log, saga, order_timeline, order_line, orders, idempotency_key, event_log, follower_cursor;
                insert into orders (id, number, user_id, status, currency, total_minor, payment_method, payment_id,
                                    payment_status)
                values ('$order', 'O-1', '$user', 'CONFIRMED', 'EUR', 1000, 'pm_card_visa', '$payment', 'CAPTURED');
                insert into order_line values ('$order', 1, 'MUG', 'p', 'Mug', 2, 500);
                insert into order_timeline (order_id, version, status, detail)
                values ('$order', 1, 'PENDING', 'Order placed'), ('$order', 3, 'CONFIRMED', 'Paid');
                insert into saga (order_id, state, step, deadline_at) values ('$order', 'DONE', 'CONFIRMED', now());
                insert into saga_log (order_id, epoch, "from", "to", owner) values
                  ('$order', 1, null, 'RESERVE', 'order-1'), ('$order', 1, 'RESERVE', 'AUTHORIZE', 'order-1'),
                  ('$order', 1, 'AUTHORIZE', 'COMMIT', 'order-1'), ('$order', 1, 'COMMIT', 'CAPTURE', 'order-1'),
                  ('$order', 1, 'CAPTURE', 'CONFIRMED', 'order-1');
                insert into idempotency_key (user_id, key, fingerprint, resource) values ('$user', 'key-1', '', '$order');
                insert into event_log (position, event_id, type, aggregate, version, at, data) values
                  (1, gen_random_uuid(), 'OrderPlaced', '$order', 1, now(), '{"total": {"amount": 1000}}'),
                  (2, gen_random_uuid(), 'OrderStatusChanged', '$order', 3, now(),
                   '{"previous": "PENDING", "status": "CONFIRMED", "total": {"amount": 1000}}');
                insert into follower_cursor values ('order', 'payment', '$log', 1, 'order-1', now());
                """.replace("$log", logId()));
        Files.createDirectories(home.resolve("sandbox"));
        Files.writeString(home.resolve("sandbox/log.jsonl"), filled("""
                {"at":"noon","endpoint":"/v1/payment_intents/pi_1/capture","intent":{"id":"pi_1","status":"succeeded",\
                "amount":1000,"amount_received":1000,"currency":"eur","metadata":{"order_id":"$order"}}}
                """));
    }

    private static String logId() throws SQLException {
        try (var connection = connection("payment");
                var rows = connection.createStatement().executeQuery("select log_id from event_log_identity")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Connection connection(String service) throws SQLException {
        var database = DATABASES.get(service);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + database.host() + ":" + database.port() + "/" + database.database(),
                database.user(),
                database.password().reveal());
    }

    private void sql(String service, String statements) throws SQLException {
        try (var connection = connection(service);
                var statement = connection.createStatement()) {
            statement.execute(filled(statements));
        }
    }

    private String filled(String text) {
        return text.replace("$order", order.toString())
                .replace("$payment", payment.toString())
                .replace("$user", user.toString());
    }

    private static Report check() throws IOException {
        return Checker.check(new ArrayList<>(), Facts.of(home), Sampled.none());
    }

    private static void assertFound(Report report, String invariant, Object subject) {
        assertTrue(
                report.verdict(invariant).examples().stream()
                        .anyMatch(violation -> violation.subject().equals(subject.toString())),
                report::table);
    }

    private static Sampled sample() {
        try (var sampler = new Sampler(home)) {
            sampler.sample();
            return sampler.sampled();
        }
    }

    @Test
    void anOrderThatIsAsItShouldBeIsReadWithAllThatBelongsToIt() throws IOException {
        var facts = Facts.of(home);
        var read = facts.orders().orders().get(0);
        assertEquals(order, read.id());
        assertEquals(2, read.lines().get(0).quantity());
        assertEquals(
                List.of("PENDING", "CONFIRMED"),
                read.timeline().stream().map(it -> it.status()).toList());
        assertEquals(5, facts.orders().sagaLog().size());
        assertEquals(Map.of("MUG", 2), facts.stock().reservations().get(0).lines());
        assertEquals(
                Map.of("captured", 1000L, "refunded", 0L),
                facts.payments().log().events().get(0).amounts());
        assertEquals(1, facts.payments().calls().size());
        var report = check();
        assertTrue(!report.violated(), report::table);
        assertEquals(Verdict.Outcome.UNCHECKED, report.verdict("I7").outcome());
    }

    @Test
    void whatAnybodyDoesToTheStoresIsFound() throws Exception {
        sql("inventory", "update reservation set state = 'ACTIVE'");
        sql("payment", "update ledger_posting set amount = 999 where account = 'provider'");
        sql("order", "update orders set total_minor = 1; update saga_log set epoch = 0 where \"to\" = 'COMMIT'");
        var report = check();
        assertFound(report, "I1", "capture:" + payment);
        assertFound(report, "I1", order);
        assertFound(report, "I3", "MUG");
        assertFound(report, "I8", order);
        assertFound(report, "I9", order);
        assertFound(report, "I10", order);
    }

    @Test
    void aSampleSeesWhatIsWrongAtThatMoment() throws Exception {
        assertEquals(List.of(), sample().violations());
        sql("inventory", "update reservation set state = 'ACTIVE'");
        sql("payment", "update payment set captured = 999; update ledger_posting set amount = 999 where amount > 0");
        var sampled = sample();
        assertEquals(1, sampled.samples());
        var found = sampled.violations().stream()
                .map(violation -> violation.invariant() + " " + violation.subject())
                .toList();
        assertEquals(List.of("I3 MUG", "I1 capture:" + payment, "I8 " + order, "I1 " + order), found);
    }

    @Test
    void aSampleLooksAtRejectedOrdersToo() throws Exception {
        sql("order", "update orders set status = 'REJECTED', reason_code = 'expired', reason_detail = ''");
        var found = sample().violations().stream().map(Violation::invariant).toList();
        assertEquals(List.of("I8", "I1"), found);
    }

    @Test
    void aStoreThatIsAwayIsASampleMissed() {
        try (var sampler = new Sampler(home.resolve("nowhere"))) {
            sampler.sample();
            assertEquals(1, sampler.sampled().missed());
            assertEquals(List.of(), sampler.sampled().violations());
        }
    }

    @Test
    void aHomeWhoseStoresDoNotRunIsSaidToBeOne() {
        var failure = assertThrows(IOException.class, () -> Facts.of(home.resolve("nowhere")));
        assertTrue(failure.getMessage().contains("./omnibus up"));
    }
}
