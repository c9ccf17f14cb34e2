package omnibus.chaos.drive;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import omnibus.chaos.drive.Web.Reply;
import omnibus.chaos.drive.Web.Request;

/** What the shop of a run sells: enough of most things, and a few of which there is never enough. */
final class Catalogue {
    static final int SKUS = 50;
    private static final int SCARCE = 8;
    private static final int PLENTY = 1_000_000;

    private Catalogue() {}

    static String sku(int index) {
        return String.format(Locale.ROOT, "CHAOS-%02d", index);
    }

    static int stock(int index) {
        return index < SCARCE ? 5 + 15 * index : PLENTY;
    }

    /** Units by SKU. */
    static Map<String, Integer> stock() {
        var stock = new LinkedHashMap<String, Integer>();
        for (int index = 0; index < SKUS; index++) stock.put(sku(index), stock(index));
        return stock;
    }

    /** Makes what is missing; can be repeated. */
    static Future<Void> make(Web web, String adminToken, Map<String, Integer> stock) {
        Future<Void> made = Future.succeededFuture();
        int price = 199;
        for (var item : stock.entrySet()) {
            var product = product(item.getKey(), item.getValue(), price);
            price += 50;
            made = made.compose(go -> web.send(new Request(
                            "product.createProduct", HttpMethod.POST, "/api/v1/products", adminToken, null, product))
                    .compose(Catalogue::check));
        }
        return made;
    }

    /** Stock follows the products a moment later. */
    static Future<Boolean> stocked(Web web, String adminToken, String sku) {
        var last = "/api/v1/inventory/" + sku;
        return web.send(new Request("inventory.getStock", HttpMethod.GET, last, adminToken, null, null))
                .map(reply ->
                        reply.status() == 200 && reply.body().path("available").asInt() > 0);
    }

    private static Map<String, Object> product(String sku, int units, int price) {
        var product = new LinkedHashMap<String, Object>();
        product.put("sku", sku);
        product.put("name", "Thing " + sku);
        product.put("description", "Sold while everything falls down.");
        product.put("price", Map.of("amount", price, "currency", "EUR"));
        product.put("initialStock", units);
        return product;
    }

    private static Future<Void> check(Reply reply) {
        boolean there = reply.status() == 201 || reply.status() == 409;
        return there ? Future.succeededFuture() : Future.failedFuture("a product was answered " + reply.status());
    }
}
