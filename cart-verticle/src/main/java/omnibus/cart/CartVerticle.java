package omnibus.cart;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Optional;
import omnibus.cart.model.Owner;
import omnibus.platform.Instance;
import omnibus.platform.Main;
import omnibus.platform.Platform;
import omnibus.platform.call.Contract;
import omnibus.platform.events.Follower;

/** Wires the cart service: Redis, carts, operations, and the logs it follows. */
public final class CartVerticle extends VerticleBase {
    private static final int WARM_UP_READS = 100;

    private final Platform platform;
    private final CartConfig config;
    private Instance instance;

    CartVerticle(Platform platform, CartConfig config) {
        this.platform = platform;
        this.config = config;
    }

    public static void main(String[] args) {
        Main.run("cart", CartConfig::from, CartVerticle::new);
    }

    @Override
    public Future<?> start() {
        var scripts = new CartScripts(vertx, config);
        var store = new CartStore(scripts);
        var carts = new Carts(store, new ProductClient(platform.caller()), config.currency());
        var events = new CartEvents(platform.clock());
        var orders = new CartCursorStore(scripts, platform.clock(), "order", events::ofOrder);
        var users = new CartCursorStore(scripts, platform.clock(), "user", events::ofUser);
        return scripts.ping()
                .compose(reached -> Instance.of(platform, Contract.load("cart"), new CartApi(carts, store))
                        .store("redis", scripts::ping)
                        .follow(Follower.of(platform, "order", orders).fromEnd())
                        .follow(Follower.of(platform, "user", users))
                        .warmUp(() -> warmUp(store, WARM_UP_READS))
                        .onStop(() -> {
                            scripts.close();
                            return Future.succeededFuture();
                        })
                        .start())
                .onSuccess(started -> instance = started);
    }

    private static Future<?> warmUp(CartStore store, int reads) {
        Future<?> done = Future.succeededFuture();
        for (var i = 0; i < reads; i++) {
            done = done.compose(before -> store.read(Owner.guest(Optional.of(CartStore.newId()))));
        }
        return done;
    }

    @Override
    public Future<?> stop() {
        return instance == null ? Future.succeededFuture() : instance.stop();
    }
}
