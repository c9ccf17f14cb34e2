package omnibus.payment;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import omnibus.platform.Ids;
import omnibus.platform.Instance;
import omnibus.platform.Main;
import omnibus.platform.Platform;
import omnibus.platform.call.Contract;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.IdempotencyKeys;
import omnibus.platform.postgres.Postgres;

/** Payments: store, provider, domain, operations, wired and put on the bus. */
public final class PaymentVerticle extends VerticleBase {
    private static final int WARM_UP_ROUNDS = 50;

    private final Platform platform;
    private final PaymentConfig config;
    private Instance instance;

    public static void main(String[] args) {
        Main.run("payment", PaymentConfig::from, PaymentVerticle::new);
    }

    PaymentVerticle(Platform platform, PaymentConfig config) {
        this.platform = platform;
        this.config = config;
    }

    @Override
    public Future<?> start() {
        return Postgres.migrate(vertx, config.postgres(), "payment")
                .compose(migrated -> serve(Postgres.pool(vertx, config.postgres())))
                .onSuccess(started -> instance = started);
    }

    private Future<Instance> serve(Pool pool) {
        var log = new EventLog(platform, "payment", pool);
        var store = new PaymentStore(pool, log, platform.instanceId());
        var calls = new CallStore(pool, platform.instanceId());
        var stripe = new StripeClient(vertx, config, platform.metrics());
        var provider = new ProviderCalls(vertx, store, calls, stripe, platform.metrics());
        var payments = new Payments(store, provider, config.answerWithin());
        var reviews = new Reviews(new ReviewStore(pool), store, provider, config.answerWithin());
        var webhooks = new Webhooks(store, provider, config.webhookSecret(), platform.clock());
        var reconciler = reconciler(pool, store, provider, stripe);
        var api = new PaymentApi(payments, store, new MismatchStore(pool), webhooks, reviews);
        return Instance.of(platform, Contract.load("payment"), api)
                .events(log)
                .store("postgres", () -> Postgres.ping(pool))
                .warmUp(() -> warmUp(store))
                .onDrain(() -> {
                    reconciler.stop();
                    provider.stop();
                    return Future.succeededFuture();
                })
                .onStop(() -> provider.idle(config.timeout())
                        .eventually(calls::release)
                        .eventually(stripe::close)
                        .eventually(pool::close))
                .start()
                .onSuccess(ready -> {
                    provider.start();
                    reconciler.start();
                    IdempotencyKeys.forgetHourly(vertx, pool);
                });
    }

    private Reconciler reconciler(Pool pool, PaymentStore payments, ProviderCalls provider, StripeClient stripe) {
        var store = new ReconcilerStore(pool, platform.instanceId(), config.reconciling());
        var orders = new OrderClient(platform.caller());
        var examination = new Examination(store, payments, orders, provider, platform.metrics());
        return new Reconciler(vertx, store, stripe, examination, config.reconciling(), platform.metrics());
    }

    /** A few reads at a time: as many at once as a cold pool can serve. */
    private static Future<?> warmUp(PaymentStore store) {
        Future<?> last = Future.succeededFuture();
        for (var i = 0; i < WARM_UP_ROUNDS; i++) {
            last = last.compose(done -> Future.all(store.byOrder(Ids.next()), store.byId(Ids.next())));
        }
        return last;
    }

    @Override
    public Future<?> stop() {
        return instance == null ? Future.succeededFuture() : instance.stop();
    }
}
