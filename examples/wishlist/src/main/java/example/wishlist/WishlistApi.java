package example.wishlist;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Request;

/** The operations of {@code wishlist/openapi.yaml}, one method each. A list belongs to who asks: nobody names a user. */
final class WishlistApi {
    static final int MOST_ITEMS = 100;

    /** What the catalogue says of a product today. */
    record Product(String sku, String productId, String name, Money price, String availability) {}

    private record Quote(Collection<String> skus) {}

    private record Quoted(List<Product> products) {}

    private record Item(String sku, String productId, String name, Money price, String availability, String addedAt) {}

    private record Shown(List<Item> items) {}

    private final WishlistStore store;
    private final Caller caller;

    WishlistApi(WishlistStore store, Caller caller) {
        this.store = store;
        this.caller = caller;
    }

    Future<Answer> getWishlist(Call call) {
        return show(call, call.identity().requireUser());
    }

    Future<Answer> putItem(Call call) {
        var user = call.identity().requireUser();
        var sku = call.path("sku");
        return quote(call, List.of(sku))
                .compose(sold -> {
                    if (!sold.containsKey(sku)) throw Problem.notFound();
                    return store.add(user, sku, MOST_ITEMS);
                })
                .compose(added -> {
                    if (!added) {
                        throw Problem.invalid(
                                "invalid-request",
                                "A wish list holds " + MOST_ITEMS + " products. Take one out first.");
                    }
                    return show(call, user);
                });
    }

    Future<Answer> deleteItem(Call call) {
        return store.remove(call.identity().requireUser(), call.path("sku")).map(removed -> Answer.noContent());
    }

    /** Names and prices are today's, asked for each time; what is no longer sold is not shown. */
    private Future<Answer> show(Call call, UUID user) {
        return store.read(user)
                .compose(wishes -> quote(
                                call,
                                wishes.stream().map(WishlistStore.Wish::sku).toList())
                        .map(sold -> Answer.ok(shown(wishes, sold)).header("Cache-Control", "no-store")));
    }

    private static Shown shown(List<WishlistStore.Wish> wishes, Map<String, Product> sold) {
        var items = new ArrayList<Item>();
        for (var wish : wishes) {
            var product = sold.get(wish.sku());
            if (product == null) continue;
            items.add(new Item(
                    product.sku(),
                    product.productId(),
                    product.name(),
                    product.price(),
                    product.availability(),
                    wish.addedAt().toString()));
        }
        return new Shown(items);
    }

    /** Asks the catalogue over the bus, within what is left of the caller's deadline. By SKU; unknown ones are absent. */
    private Future<Map<String, Product>> quote(Call call, Collection<String> skus) {
        if (skus.isEmpty()) return Future.succeededFuture(Map.of());
        var request = Request.read("product.quoteProducts", call.deadline())
                .from(call)
                .body(new Quote(skus));
        return caller.call(request)
                .map(answer -> answer.as(Quoted.class).products().stream()
                        .collect(Collectors.toMap(Product::sku, Function.identity())));
    }
}
