package omnibus.cart;

import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import omnibus.cart.model.Cart;
import omnibus.cart.model.CartView;
import omnibus.cart.model.Owner;
import omnibus.cart.model.Product;
import omnibus.platform.Problem;
import omnibus.platform.Problem.Fault;
import omnibus.platform.call.Call;

/**
 * What can be done with a cart. Prices are asked for each time; when the catalogue is away there is no cart to show, for
 * a stale price is worse than none.
 */
final class Carts {
    private final CartStore store;
    private final ProductClient products;
    private final String currency;

    Carts(CartStore store, ProductClient products, String currency) {
        this.store = store;
        this.products = products;
        this.currency = currency;
    }

    /** A cart and how it is shown; the id goes into a guest's {@code X-Cart-Id}. */
    record Shown(Cart cart, CartView view) {}

    Future<Shown> show(Call call, Owner owner) {
        return store.read(owner).compose(cart -> show(call, cart, Map.of()));
    }

    Future<Shown> add(Call call, Owner owner, String sku, int quantity) {
        return change(call, owner, sku, "/sku", currency -> store.add(owner, sku, quantity, currency));
    }

    /** Sets a line. Taking one out asks nothing of the catalogue: it may be gone from there. */
    Future<Shown> set(Call call, Owner owner, String sku, int quantity) {
        if (quantity == 0) return store.remove(owner, sku).compose(cart -> show(call, cart, Map.of()));
        return change(call, owner, sku, null, currency -> store.set(owner, sku, quantity, currency));
    }

    Future<Shown> clear(Call call, Owner owner) {
        return store.clear(owner).compose(cart -> show(call, cart, Map.of()));
    }

    Future<Shown> merge(Call call, UUID user, String guestCart) {
        return store.merge(user, guestCart).compose(cart -> show(call, cart, Map.of()));
    }

    /** All prices are asked for before anything is written: when the catalogue is away, nothing has changed. */
    private Future<Shown> change(
            Call call, Owner owner, String sku, String pointer, Function<String, Future<Cart>> write) {
        return store.read(owner).compose(before -> {
            var asked = new HashSet<>(before.lines().keySet());
            asked.add(sku);
            return products.quote(call, asked).compose(quoted -> {
                requireSold(sku, quoted, pointer);
                var itsCurrency = quoted.get(sku).price().currency();
                return write.apply(itsCurrency).compose(cart -> show(call, cart, quoted));
            });
        });
    }

    private static void requireSold(String sku, Map<String, Product> quoted, String pointer) {
        if (quoted.containsKey(sku)) return;
        var faults = pointer == null ? new Fault[0] : new Fault[] {Fault.at(pointer, "names no product that is sold")};
        throw Problem.notFound("unknown-sku", "There is no product with the SKU " + sku + " for sale.", faults);
    }

    /** Shows a cart; what is known from a moment ago need not be asked for again. */
    private Future<Shown> show(Call call, Cart cart, Map<String, Product> known) {
        var quoted = known.keySet().containsAll(cart.lines().keySet())
                ? Future.succeededFuture(known)
                : products.quote(call, cart.lines().keySet());
        return quoted.compose(found -> {
            var gone = gone(cart, found);
            if (gone.isEmpty()) return Future.succeededFuture(shown(cart, found, List.of()));
            return store.drop(cart.id().orElseThrow(), gone).map(left -> shown(left.only(found.keySet()), found, gone));
        });
    }

    /** What cannot be bought with the rest any more: no longer sold, or by now in another currency. */
    private static List<String> gone(Cart cart, Map<String, Product> found) {
        return cart.lines().keySet().stream()
                .filter(sku -> !found.containsKey(sku)
                        || !found.get(sku).price().currency().equals(cart.currency()))
                .toList();
    }

    private Shown shown(Cart cart, Map<String, Product> found, List<String> removed) {
        return new Shown(cart, CartView.of(cart, found, currency, removed));
    }
}
