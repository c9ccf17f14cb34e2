package omnibus.product;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Supplier;
import omnibus.platform.call.Contract;
import omnibus.product.model.IfMatch;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;

/** The rooms of one instance on a database of its own; a second instance may share the database. */
final class Catalogue implements AutoCloseable {
    static final IfMatch ANY = IfMatch.of(Optional.of("*"));

    final TestPlatform platform;
    final MongoStore mongo;
    final ProductStore store;
    final ProductLogStore log;
    final EventMover events;
    final Products products;
    final ProductImport imports;
    private final String url;
    private final Context context;
    private final boolean ownsPlatform;

    Catalogue() {
        this(TestPlatform.start(), TestStores.mongo(), true);
    }

    private Catalogue(TestPlatform platform, String url, boolean ownsPlatform) {
        this.platform = platform;
        this.url = url;
        this.ownsPlatform = ownsPlatform;
        context = platform.vertx().getOrCreateContext();
        mongo = MongoStore.connect(platform.vertx(), url);
        store = new ProductStore(mongo);
        log = new ProductLogStore(mongo);
        events = new EventMover(platform.vertx(), store, log);
        products = new Products(store, events, platform.platform().clock());
        imports = new ProductImport(store, products, events, new ProductInputs(Contract.load("product"), "EUR"));
        run(() -> store.prepare().compose(done -> log.prepare()));
    }

    Catalogue another() {
        return new Catalogue(platform, url, false);
    }

    /** Runs on this instance's event loop and waits. */
    <T> T run(Supplier<Future<T>> work) {
        return platform.await(begin(work));
    }

    <T> Future<T> begin(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(now -> {
            try {
                work.get().onComplete(done);
            } catch (RuntimeException thrown) {
                done.fail(thrown);
            }
        });
        return done.future();
    }

    @Override
    public void close() {
        run(() -> events.stop().otherwiseEmpty().compose(stopped -> mongo.close()));
        if (ownsPlatform) platform.close();
    }
}
