package omnibus.product;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;
import omnibus.platform.Instance;
import omnibus.platform.Main;
import omnibus.platform.Platform;
import omnibus.platform.call.Contract;
import omnibus.platform.events.Follower;
import omnibus.platform.events.LoggedEvent;
import omnibus.product.Products.StockWord;
import omnibus.product.model.Availability;
import omnibus.product.model.StockMark;

/** The catalogue as one instance on the bus: store, domain, api, and what it follows. */
public final class ProductVerticle extends VerticleBase {
    private static final String SERVICE = "product";
    private static final int WARM_UP_READS = 300;

    private final Platform platform;
    private final ProductConfig config;
    private MongoStore mongo;
    private EventMover events;
    private Instance instance;

    ProductVerticle(Platform platform, ProductConfig config) {
        this.platform = platform;
        this.config = config;
    }

    public static void main(String[] args) {
        Main.run(SERVICE, ProductConfig::from, ProductVerticle::new);
    }

    @Override
    public Future<?> start() {
        mongo = MongoStore.connect(vertx, config.mongoUrl().reveal());
        var store = new ProductStore(mongo);
        var log = new ProductLogStore(mongo);
        events = new EventMover(vertx, store, log);
        var products = new Products(store, events, platform.clock());
        var contract = Contract.load(SERVICE);
        var inputs = new ProductInputs(contract, config.currency());
        var api = new ProductApi(products, new ProductImport(store, products, events, inputs), store, inputs);
        var cursor =
                new StockCursorStore(mongo, platform.clock(), (logId, page) -> products.hear(stockWords(logId, page)));
        return store.prepare()
                .compose(indexed -> log.prepare())
                .compose(prepared -> Instance.of(platform, contract, api)
                        .events(log)
                        .follow(Follower.of(platform, "inventory", cursor))
                        .store("mongo", mongo::ping)
                        .warmUp(() -> warmUp(store))
                        .onStop(this::release)
                        .start())
                .onSuccess(started -> {
                    instance = started;
                    events.start();
                });
    }

    @Override
    public Future<?> stop() {
        return instance == null ? release() : instance.stop();
    }

    private Future<Void> release() {
        return events.stop().otherwiseEmpty().compose(moved -> mongo.close());
    }

    /** Reads as a shopper would: a first page, and its products one after the other. */
    private static Future<?> warmUp(ProductStore store) {
        var newest = new Listing(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Listing.Sort.NEWEST);
        return store.list(newest, Optional.empty(), 20).compose(page -> {
            Future<?> reads = Future.succeededFuture();
            for (var i = 0; i < WARM_UP_READS && !page.items().isEmpty(); i++) {
                var id = page.items().get(i % page.items().size()).get("id").toString();
                reads = reads.compose(before -> store.view(id));
            }
            return reads;
        });
    }

    private record AvailabilityChanged(String sku, Availability availability) {}

    private static List<StockWord> stockWords(String logId, List<LoggedEvent> page) {
        return page.stream()
                .map(LoggedEvent::event)
                .filter(event -> event.type().equals("AvailabilityChanged"))
                .map(event -> {
                    var heard = event.dataAs(AvailabilityChanged.class);
                    return new StockWord(heard.sku(), heard.availability(), new StockMark(logId, event.version()));
                })
                .toList();
    }
}
