package omnibus.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import omnibus.inventory.model.StockCommand;
import omnibus.inventory.model.StockCommand.Line;
import omnibus.inventory.model.StockLevel;
import omnibus.inventory.model.StockOutcome;
import omnibus.inventory.model.StockOutcome.Result;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.Postgres;
import omnibus.platform.postgres.PostgresConfig;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The whole service of one suite, without its verticle, on a database of its own. */
final class InventoryFixtures implements BeforeAllCallback, AfterAllCallback {
    private final AtomicInteger skus = new AtomicInteger();

    TestPlatform test;
    PostgresConfig postgres;
    Pool pool;
    EventLog log;
    InventoryStore store;
    Inventory inventory;

    @Override
    public void beforeAll(ExtensionContext context) {
        test = TestPlatform.start();
        postgres = TestStores.postgres("inventory");
        await(Postgres.migrate(test.vertx(), postgres, "inventory"));
        pool = Postgres.pool(test.vertx(), postgres);
        test.eventually(() -> await(Postgres.ping(pool).map(true).otherwise(false)));
        log = new EventLog(test.platform(), "inventory", pool);
        store = new InventoryStore(pool, log);
        inventory = new Inventory(store);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        await(pool.close());
        test.close();
    }

    <T> T await(Future<T> future) {
        return test.await(future);
    }

    Problem refusalOf(Future<?> future) {
        return assertThrows(Problem.class, () -> await(future));
    }

    RowSet<Row> sql(String statement, Object... values) {
        return await(pool.preparedQuery(statement).execute(Tuple.from(values)));
    }

    long number(String query, Object... values) {
        return sql(query, values).iterator().next().getLong(0);
    }

    /** A SKU nobody else in the suite knows, with this many units. */
    String aSkuWith(int units) {
        var sku = "SKU-" + skus.incrementAndGet();
        create(Map.of(sku, units));
        return sku;
    }

    void create(Map<String, Integer> unitsBySku) {
        await(Postgres.transaction(pool, transaction -> store.create(transaction, unitsBySku)));
    }

    StockLevel level(String sku) {
        return await(store.find(sku)).orElseThrow();
    }

    static UUID anOrder() {
        return Ids.next();
    }

    static Line line(String sku, int quantity) {
        return new Line(sku, quantity);
    }

    static StockCommand reserve(UUID order, Line... lines) {
        return StockCommand.reserve(order, 1, List.of(lines));
    }

    static StockCommand commit(UUID order) {
        return StockCommand.commit(order, 1);
    }

    static StockCommand release(UUID order) {
        return StockCommand.release(order, 1);
    }

    Future<StockOutcome> begin(StockCommand command) {
        return inventory.apply(List.of(command), soon()).map(outcomes -> outcomes.get(0));
    }

    StockOutcome apply(StockCommand command) {
        return await(begin(command));
    }

    Result resultOf(StockCommand command) {
        return apply(command).result();
    }

    /** All of them, begun at once; fails if one fails. */
    <T> List<T> allAtOnce(Stream<Future<T>> begun) {
        return await(Future.<T>all(begun.toList())).list();
    }

    static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(15));
    }

    /** What the log tells of a SKU, oldest first. */
    List<Event> eventsOf(String sku) {
        return await(log.read(0, 100_000)).events().stream()
                .map(LoggedEvent::event)
                .filter(event -> event.aggregate().equals(sku))
                .toList();
    }

    List<String> availabilitiesOf(String sku) {
        return eventsOf(sku).stream()
                .map(event -> event.data().path("availability").asText())
                .toList();
    }

    /** The books: every stock row is what its ledger sums up to and holds exactly what active orders hold. */
    void assertTheBooksBalance() {
        assertEquals(0, number("""
                        select count(*)
                        from stock s
                        left join (select sku, sum(on_hand_delta) as on_hand, sum(reserved_delta) as reserved
                                   from movement group by sku) m using (sku)
                        left join (select l.sku, sum(l.quantity) as held
                                   from reservation_line l join reservation r using (order_id)
                                   where r.state = 'ACTIVE' group by l.sku) h using (sku)
                        where s.on_hand <> coalesce(m.on_hand, 0)
                           or s.reserved <> coalesce(m.reserved, 0)
                           or s.reserved <> coalesce(h.held, 0)
                        """));
    }
}
