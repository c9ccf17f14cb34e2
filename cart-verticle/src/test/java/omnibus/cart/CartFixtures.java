package omnibus.cart;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.platform.Secret;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;

/** A cart service on a Redis of its own, with a catalogue that a test can change. */
final class CartFixtures implements AutoCloseable {
    final TestPlatform platform = TestPlatform.start();
    final CartConfig config = new CartConfig(new Secret(TestStores.redis()), "EUR");
    final CartScripts scripts = new CartScripts(platform.vertx(), config);
    final CartStore store = new CartStore(scripts);
    private final Map<String, Map<String, Object>> catalogue = new ConcurrentHashMap<>();

    private record Quote(List<String> skus) {}

    CartFixtures() {
        openCatalogue();
        sell("MUG", 1250, "EUR");
        sell("TEAPOT", 4000, "EUR");
        sell("SAUCER", 300, "USD");
    }

    void closeCatalogue() {
        platform.answer(
                "product.quoteProducts", call -> Future.failedFuture(Problem.unavailable("The catalogue is away.", 1)));
    }

    void openCatalogue() {
        platform.answer("product.quoteProducts", call -> {
            var found = new ArrayList<Map<String, Object>>();
            for (var sku : call.body(Quote.class).skus()) if (catalogue.containsKey(sku)) found.add(catalogue.get(sku));
            return Future.succeededFuture(Answer.ok(Map.of("products", found)));
        });
    }

    CartFixtures deployed() {
        platform.deploy(new CartVerticle(platform.platform(), config));
        return this;
    }

    void sell(String sku, long amount, String currency) {
        catalogue.put(
                sku,
                Map.of(
                        "sku",
                        sku,
                        "productId",
                        UUID.randomUUID().toString(),
                        "name",
                        "A " + sku,
                        "price",
                        new Money(amount, currency),
                        "availability",
                        "IN_STOCK"));
    }

    void withdraw(String sku) {
        catalogue.remove(sku);
    }

    static Identity somebody() {
        return new Identity(UUID.randomUUID(), Set.of("customer"), "s");
    }

    static Request request(String operation) {
        return Request.write(operation, Deadline.in(Duration.ofSeconds(5)));
    }

    static Request add(String sku, int quantity) {
        return request("cart.addItem").body(Map.of("sku", sku, "quantity", quantity));
    }

    Answer call(Request request) {
        return platform.call(request);
    }

    @Override
    public void close() {
        scripts.close();
        platform.close();
    }
}
