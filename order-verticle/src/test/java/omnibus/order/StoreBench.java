package omnibus.order;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import omnibus.order.model.CartVersion;
import omnibus.order.model.Placement;
import omnibus.order.model.Saga;
import omnibus.platform.Ids;
import omnibus.platform.Instance;
import omnibus.platform.Platform;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.Postgres;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;

/** The stores on a real database without engine or sweeper, so that a test decides who claims and moves what. */
final class StoreBench implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofMinutes(15);

    final TestPlatform kit = TestPlatform.start();
    final Pool pool;
    final EventLog log;
    final OrderStore orders;
    final FollowerStore followers;
    private final Door door = new Door();

    StoreBench() {
        var config = TestStores.postgres("order");
        kit.await(Postgres.migrate(kit.vertx(), config, "order"));
        pool = Postgres.pool(kit.vertx(), config);
        log = new EventLog(kit.platform(), "order", pool);
        orders = new OrderStore(pool, log);
        followers = new FollowerStore(pool);
        // The first connection of a JVM loads half a driver; on a busy machine that takes longer than a pool waits.
        kit.eventually(
                () -> kit.await(Postgres.ping(pool).transform(done -> Future.succeededFuture(done.succeeded()))));
        kit.deploy(new VerticleBase() {
            @Override
            public Future<?> start() {
                return Instance.of(kit.platform(), Contract.load("order"), door).start();
            }
        });
    }

    /** Gives the stores what only a request over the bus can: a {@link Call}. */
    @SuppressWarnings("unused")
    private static final class Door {
        private final AtomicReference<Function<Call, Future<Answer>>> behind = new AtomicReference<>();

        Future<Answer> placeOrder(Call call) {
            return behind.get().apply(call);
        }

        Future<Answer> checkout(Call call) {
            return closed();
        }

        Future<Answer> listOrders(Call call) {
            return closed();
        }

        Future<Answer> listUserOrders(Call call) {
            return closed();
        }

        Future<Answer> getOrder(Call call) {
            return closed();
        }

        Future<Answer> awaitOrder(Call call) {
            return closed();
        }

        Future<Answer> cancelOrder(Call call) {
            return closed();
        }

        Future<Answer> patchStatus(Call call) {
            return closed();
        }

        Future<Answer> readStandings(Call call) {
            return closed();
        }

        Future<Answer> listReviews(Call call) {
            return closed();
        }

        Future<Answer> retryOrder(Call call) {
            return closed();
        }

        private static Future<Answer> closed() {
            return Future.succeededFuture(Answer.noContent());
        }
    }

    SagaStore sagas(String owner) {
        return new SagaStore(pool, log, owner);
    }

    PlacingStore.Placed place(Placement placement, String key, String owner) {
        var store = new PlacingStore(pool, log, owner, DEADLINE);
        var placed = new AtomicReference<PlacingStore.Placed>();
        door.behind.set(
                call -> new Placings(kit.vertx(), store).place(call, placement).map(done -> {
                    placed.set(done);
                    return Answer.noContent();
                }));
        var who = new Identity(placement.userId(), Set.of("customer"), null);
        var answer = kit.call(Request.write("order.placeOrder", Deadline.in(Duration.ofSeconds(6)))
                .as(who)
                .header("Idempotency-Key", key)
                .body(Map.of(
                        "items",
                        List.of(new Item("MUG-BLUE", 1)),
                        "shippingAddress",
                        OrderFixtures.HOME,
                        "paymentMethod",
                        "pm_card_visa")));
        if (answer.isProblem()) throw answer.asProblem();
        return placed.get();
    }

    /** A placed order's saga as {@code owner} holds it. */
    Saga placed(String owner) {
        return placed(owner, Ids.next(), Optional.empty());
    }

    Saga placed(String owner, UUID user, Optional<CartVersion> cart) {
        var placed = place(OrderFixtures.aPlacement(user, cart), Ids.next().toString(), owner);
        return Saga.begin(((PlacingStore.Placed.New) placed).record().order());
    }

    /** Lets a saga's lease run out and makes it due. */
    void hoursPassFor(Saga saga) {
        sql("""
                update saga set next_run_at = now() - interval '1 hour', step_at = step_at - interval '1 hour',
                  lease_until = case when lease_owner is not null then now() - interval '1 hour' end
                where order_id = $1
                """, saga.order().id());
    }

    List<Row> sql(String statement, Object... parameters) {
        return kit.await(pool.preparedQuery(statement)
                .execute(Tuple.from(List.of(parameters)))
                .map(rows -> OrderStore.stream(rows).toList()));
    }

    Object one(String query, Object... parameters) {
        return sql(query, parameters).get(0).getValue(0);
    }

    Platform platform() {
        return kit.platform();
    }

    @Override
    public void close() {
        kit.await(pool.close());
        kit.close();
    }
}
