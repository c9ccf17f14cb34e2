package omnibus.cart;

import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import omnibus.cart.model.Cart;
import omnibus.cart.model.Owner;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.Problem.Fault;

/** Carts in Redis: every change is one script, so one atomic step. */
final class CartStore {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 16;
    private static final int HEAD = 4;

    /** An ordered line, as a script reads it. */
    record Line(String sku, int quantity) {}

    private final CartScripts scripts;

    CartStore(CartScripts scripts) {
        this.scripts = scripts;
    }

    Future<Cart> read(Owner owner) {
        return scripts.run(
                        "read",
                        List.of(),
                        List.of(user(owner), owner.guestCart().orElse("")))
                .map(CartStore::cart);
    }

    /**
     * Adds to a line of a product sold in {@code currency}. Throws {@link Problem} 400 when line or cart would hold too
     * much, 409 when the cart is in another currency.
     */
    Future<Cart> add(Owner owner, String sku, int quantity, String currency) {
        return write(owner, "add", sku, quantity, currency);
    }

    /** Sets a line, under the same limits. */
    Future<Cart> set(Owner owner, String sku, int quantity, String currency) {
        return write(owner, "set", sku, quantity, currency);
    }

    Future<Cart> remove(Owner owner, String sku) {
        return write(owner, "set", sku, 0, "");
    }

    Future<Cart> clear(Owner owner) {
        return write(owner, "clear", "", 0, "");
    }

    private Future<Cart> write(Owner owner, String what, String sku, int quantity, String currency) {
        var arguments = List.of(
                user(owner), owner.guestCart().orElse(""), newId(), what, sku, Integer.toString(quantity), currency);
        return scripts.run("write", List.of(), arguments).map(CartStore::cart);
    }

    /** Takes lines out of a cart whatever their quantity. */
    Future<Cart> drop(String cartId, List<String> skus) {
        var arguments = new ArrayList<String>();
        arguments.add(cartId);
        arguments.addAll(skus);
        return scripts.run("drop", List.of(), arguments).map(CartStore::cart);
    }

    /** Adds a guest cart's lines to the user's and ends the guest cart; adds nothing when there is none. */
    Future<Cart> merge(UUID user, String guestCart) {
        return scripts.run("merge", List.of(), List.of(user.toString(), guestCart, newId()))
                .map(CartStore::cart);
    }

    /** True when this call took the lines out, false when an earlier one had. */
    Future<Boolean> take(UUID order, String cartId, List<Line> lines) {
        var arguments = List.of(order.toString(), cartId, Json.encode(lines).toString());
        return scripts.run("take", List.of(), arguments).map(taken -> taken.toInteger() == 1);
    }

    /** 128 random bits: who has not been told an id does not guess it. */
    static String newId() {
        var bytes = new byte[ID_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String user(Owner owner) {
        return owner.user().map(UUID::toString).orElse("");
    }

    private static Cart cart(Response reply) {
        var outcome = reply.get(0).toString();
        if (!outcome.equals("ok")) throw refusal(outcome);
        var id = reply.get(1).toString();
        var lines = new LinkedHashMap<String, Integer>();
        for (var i = HEAD; i < reply.size(); i += 2) {
            lines.put(reply.get(i).toString(), reply.get(i + 1).toInteger());
        }
        return new Cart(
                Optional.of(id).filter(some -> !some.isEmpty()),
                reply.get(2).toLong(),
                reply.get(3).toString(),
                lines);
    }

    private static Problem refusal(String outcome) {
        return switch (outcome) {
            case "line-limit" ->
                Problem.invalid(
                        "cart-limit",
                        "A line holds at most " + Cart.LINE_LIMIT + ".",
                        Fault.at("/quantity", "together with what is there it is more than " + Cart.LINE_LIMIT));
            case "cart-limit" -> Problem.invalid("cart-limit", "A cart holds at most " + Cart.CART_LIMIT + " lines.");
            case "other-currency" ->
                Problem.conflict("other-currency", "The cart is in another currency than this; buy them apart.");
            case "erased" -> Problem.unauthenticated("not-signed-in", "This account has been closed.");
            default -> throw new IllegalStateException("a script answered " + outcome);
        };
    }
}
