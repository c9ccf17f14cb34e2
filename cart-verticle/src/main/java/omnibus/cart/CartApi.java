package omnibus.cart;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.cart.CartStore.Line;
import omnibus.cart.Carts.Shown;
import omnibus.cart.model.Owner;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;

/** The cart's operations; see {@code cart/openapi.yaml}. */
final class CartApi {
    private static final String CART_ID = "X-Cart-Id";

    record AddItem(String sku, int quantity) {}

    record PutItem(int quantity) {}

    record MergeCart(String cartId) {}

    record ReadCart(UUID userId) {}

    record TakeOrderedLines(UUID orderId, String cartId, List<Line> lines) {}

    /** A cart for checking out; {@code cartId} is null for one that was never written to. */
    record StoredCart(String cartId, long version, List<Line> items) {}

    private final Carts carts;
    private final CartStore store;

    CartApi(Carts carts, CartStore store) {
        this.carts = carts;
        this.store = store;
    }

    Future<Answer> getCart(Call call) {
        var owner = owner(call);
        return carts.show(call, owner).map(shown -> answer(owner, shown));
    }

    Future<Answer> addItem(Call call) {
        var owner = owner(call);
        var item = call.body(AddItem.class);
        return carts.add(call, owner, item.sku(), item.quantity()).map(shown -> answer(owner, shown));
    }

    Future<Answer> putItem(Call call) {
        var owner = owner(call);
        var quantity = call.body(PutItem.class).quantity();
        return carts.set(call, owner, call.path("sku"), quantity).map(shown -> answer(owner, shown));
    }

    Future<Answer> deleteItem(Call call) {
        var owner = owner(call);
        return carts.set(call, owner, call.path("sku"), 0).map(shown -> answer(owner, shown));
    }

    Future<Answer> clearCart(Call call) {
        var owner = owner(call);
        return carts.clear(call, owner).map(shown -> answer(owner, shown));
    }

    Future<Answer> mergeCart(Call call) {
        var user = call.identity().requireUser();
        var guestCart = call.body(MergeCart.class).cartId();
        return carts.merge(call, user, guestCart).map(shown -> answer(Owner.user(user), shown));
    }

    Future<Answer> readCart(Call call) {
        return store.read(Owner.user(call.body(ReadCart.class).userId())).map(cart -> {
            var items = cart.lines().entrySet().stream()
                    .map(line -> new Line(line.getKey(), line.getValue()))
                    .toList();
            return Answer.ok(new StoredCart(cart.id().orElse(null), cart.version(), items));
        });
    }

    Future<Answer> takeOrderedLines(Call call) {
        var order = call.body(TakeOrderedLines.class);
        return store.take(order.orderId(), order.cartId(), order.lines())
                .map(taken -> Answer.ok(Map.of("taken", taken)));
    }

    private static Owner owner(Call call) {
        var identity = call.identity();
        return identity.signedIn() ? Owner.user(identity.userId()) : Owner.guest(call.header(CART_ID));
    }

    /** A guest is told the cart's id; a user needs none. */
    private static Answer answer(Owner owner, Shown shown) {
        var answer = Answer.ok(shown.view()).header("Cache-Control", "no-store");
        if (owner.isGuest()) shown.cart().id().ifPresent(id -> answer.header(CART_ID, id));
        return answer;
    }
}
