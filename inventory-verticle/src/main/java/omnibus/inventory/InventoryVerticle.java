package omnibus.inventory;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import omnibus.platform.Instance;
import omnibus.platform.Main;
import omnibus.platform.Platform;
import omnibus.platform.call.Contract;
import omnibus.platform.events.Follower;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.IdempotencyKeys;
import omnibus.platform.postgres.Postgres;

/** The inventory service: stock levels, reservations, the ledger. */
public final class InventoryVerticle extends VerticleBase {
    private static final String SERVICE = "inventory";
    private static final int WARM_UP_READS = 200;

    private final Platform platform;
    private final InventoryConfig config;
    private Instance instance;

    public static void main(String[] args) {
        Main.run(SERVICE, InventoryConfig::from, InventoryVerticle::new);
    }

    InventoryVerticle(Platform platform, InventoryConfig config) {
        this.platform = platform;
        this.config = config;
    }

    @Override
    public Future<?> start() {
        return Postgres.migrate(vertx, config.postgres(), SERVICE)
                .compose(migrated -> serve(Postgres.pool(vertx, config.postgres())))
                .onSuccess(started -> instance = started);
    }

    private Future<Instance> serve(Pool pool) {
        var log = new EventLog(platform, SERVICE, pool);
        var store = new InventoryStore(pool, log);
        var api = new InventoryApi(new Inventory(store), store);
        return Instance.of(platform, Contract.load(SERVICE), api)
                .events(log)
                .follow(Follower.of(platform, "product", new InitialStock(pool, store, log).cursor()))
                .store("postgres", () -> Postgres.ping(pool))
                .warmUp(() -> warmUp(store))
                .onStop(pool::close)
                .start()
                .onSuccess(ready -> IdempotencyKeys.forgetHourly(vertx, pool));
    }

    private static Future<?> warmUp(InventoryStore store) {
        Future<?> reads = Future.succeededFuture();
        for (var i = 0; i < WARM_UP_READS; i++) reads = reads.compose(done -> store.find("NO-SUCH-SKU"));
        return reads;
    }

    @Override
    public Future<?> stop() {
        return instance == null ? Future.succeededFuture() : instance.stop();
    }
}
