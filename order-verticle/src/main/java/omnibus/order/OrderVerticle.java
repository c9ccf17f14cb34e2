package omnibus.order;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.util.Map;
import omnibus.platform.Ids;
import omnibus.platform.Instance;
import omnibus.platform.Main;
import omnibus.platform.Platform;
import omnibus.platform.call.Contract;
import omnibus.platform.events.Doorbell;
import omnibus.platform.events.Follower;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.IdempotencyKeys;
import omnibus.platform.postgres.Postgres;

/** Orders, checkout and the saga behind them. */
public final class OrderVerticle extends VerticleBase {
    private static final String SERVICE = "order";
    private static final int WARM_UP_READS = 200;

    private final Platform platform;
    private final OrderConfig config;
    private Pool pool;
    private SagaStore sagas;
    private SagaEngine engine;
    private Sweeper sweeper;
    private Settlements settlements;
    private Instance instance;

    OrderVerticle(Platform platform, OrderConfig config) {
        this.platform = platform;
        this.config = config;
    }

    public static void main(String[] args) {
        Main.run(SERVICE, OrderConfig::from, OrderVerticle::new);
    }

    @Override
    public Future<?> start() {
        return Postgres.migrate(vertx, config.postgres(), SERVICE)
                .compose(migrated -> build())
                .onSuccess(started -> {
                    instance = started;
                    engine.start();
                    sweeper.start();
                    IdempotencyKeys.forgetHourly(vertx, pool);
                });
    }

    private Future<Instance> build() {
        pool = Postgres.pool(vertx, config.postgres());
        var log = new EventLog(platform, SERVICE, pool);
        var store = new OrderStore(pool, log);
        var caller = platform.caller();
        var products = new ProductClient(caller);
        sagas = new SagaStore(pool, log, platform.instanceId());
        settlements = new Settlements(vertx, store);
        engine = new SagaEngine(
                vertx,
                sagas,
                Map.of("inventory", new InventoryClient(caller), "payment", new PaymentClient(caller)),
                settlements::settled,
                platform.metrics());
        sweeper = new Sweeper(vertx, sagas, engine, platform.metrics());
        var placings = new Placings(vertx, new PlacingStore(pool, log, platform.instanceId(), config.deadline()));
        var orders = new Orders(store, sagas, engine, settlements, products, placings);
        var checkout = new Checkout(orders, new CartClient(caller), products, new UserClient(caller));
        var followers = new FollowerStore(pool);
        settlements.start(engine::holds);
        Doorbell.listen(vertx, SERVICE, settlements::rung);
        takeOverFromTheDeparted();
        return Instance.of(platform, Contract.load(SERVICE), new OrderApi(orders, checkout))
                .events(log)
                .follow(Follower.of(platform, "payment", followers.paymentLog(sweeper::sweep)))
                .follow(Follower.of(platform, "user", followers.userLog()))
                .store("postgres", store::ping)
                .warmUp(() -> warmUp(store))
                .onDrain(() -> {
                    sweeper.stop();
                    return Future.succeededFuture();
                })
                .onStop(this::letGo)
                .start();
    }

    /** What an instance held that has left the cluster is taken over at once instead of when its leases have run out. */
    private void takeOverFromTheDeparted() {
        var own = context;
        platform.directory().onDeparture(address -> {
            if (!address.startsWith(SERVICE + "@")) return;
            var holder = address.substring(SERVICE.length() + 1);
            own.runOnContext(now -> sagas.release(holder).onSuccess(released -> sweeper.sweep()));
        });
    }

    private Future<?> warmUp(OrderStore store) {
        Future<?> reads = Future.succeededFuture();
        for (var i = 0; i < WARM_UP_READS; i++) reads = reads.compose(before -> store.find(Ids.next()));
        return reads;
    }

    private Future<?> letGo() {
        settlements.stop();
        return engine.stop().eventually(() -> pool.close());
    }

    @Override
    public Future<?> stop() {
        return instance == null ? Future.succeededFuture() : instance.stop();
    }
}
