package example.wishlist;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import omnibus.platform.Instance;
import omnibus.platform.Main;
import omnibus.platform.Platform;
import omnibus.platform.call.Contract;
import omnibus.platform.events.Follower;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.Postgres;
import omnibus.platform.postgres.PostgresConfig;

/** The wish list service: what a customer would like to have. */
public final class WishlistVerticle extends VerticleBase {
    private static final String SERVICE = "wishlist";

    private final Platform platform;
    private final PostgresConfig postgres;
    private Instance instance;

    WishlistVerticle(Platform platform, PostgresConfig postgres) {
        this.platform = platform;
        this.postgres = postgres;
    }

    public static void main(String[] args) {
        Main.run(SERVICE, PostgresConfig::from, WishlistVerticle::new);
    }

    @Override
    public Future<?> start() {
        return Postgres.migrate(vertx, postgres, SERVICE)
                .compose(migrated -> serve(Postgres.pool(vertx, postgres)))
                .onSuccess(started -> instance = started);
    }

    private Future<Instance> serve(Pool pool) {
        var log = new EventLog(platform, SERVICE, pool);
        var store = new WishlistStore(pool, log);
        return Instance.of(platform, Contract.load(SERVICE), new WishlistApi(store, platform.caller()))
                .events(log)
                .follow(Follower.of(platform, "user", store.userLog()))
                .store("postgres", () -> Postgres.ping(pool))
                .onStop(pool::close)
                .start();
    }

    @Override
    public Future<?> stop() {
        return instance == null ? Future.succeededFuture() : instance.stop();
    }
}
