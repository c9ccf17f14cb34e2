package omnibus.order;

import io.vertx.core.Future;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import omnibus.order.model.CartVersion;
import omnibus.order.model.OrderLine;
import omnibus.order.model.ShippingAddress;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.platform.Problem.Fault;
import omnibus.platform.call.Call;
import omnibus.platform.call.SecurityEvents;
import omnibus.platform.call.SecurityEvents.Origin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Turns one version of the buyer's cart into one order, at the price the buyer has seen. */
final class Checkout {
    private static final Logger LOG = LoggerFactory.getLogger(Checkout.class);

    /** What the buyer says besides the cart. One of {@code shippingAddress} and {@code addressId}; both may be null. */
    record Wish(ShippingAddress shippingAddress, UUID addressId, String paymentMethod, Money expectedTotal) {}

    /** The cart in a refusal, as cart-verticle shows it. */
    record CartView(List<CartLine> items, Money subtotal, String currency, long version) {}

    record CartLine(
            String sku,
            String productId,
            String name,
            int quantity,
            Money unitPrice,
            Money lineTotal,
            boolean available) {}

    private final Orders orders;
    private final CartClient carts;
    private final ProductClient products;
    private final UserClient users;

    Checkout(Orders orders, CartClient carts, ProductClient products, UserClient users) {
        this.orders = orders;
        this.carts = carts;
        this.products = products;
        this.users = users;
    }

    Future<Orders.Placed> checkout(Call call, Wish wish) {
        requireOneAddress(wish);
        var user = call.identity().requireUser();
        return orders.unlessReplayed(call, () -> carts.read(call, user).compose(cart -> buy(call, cart, wish)))
                .compose(placed -> emptyCart(call, placed).map(placed));
    }

    private static void requireOneAddress(Wish wish) {
        if (wish.shippingAddress() == null && wish.addressId() == null) {
            throw Problem.invalid(List.of(Fault.at("/shippingAddress", "is required, or addressId instead")));
        }
        if (wish.shippingAddress() != null && wish.addressId() != null) {
            throw Problem.invalid(List.of(Fault.at("/addressId", "must be absent when there is a shippingAddress")));
        }
    }

    private Future<Orders.Placed> buy(Call call, CartClient.Cart cart, Wish wish) {
        if (cart.items().isEmpty()) throw Problem.conflict("cart-empty", "There is nothing in the cart.");
        var quantities = Item.summed(cart.items());
        var quoted = products.quote(call, quantities.keySet());
        var addressed = address(call, wish);
        return Future.all(quoted, addressed).compose(both -> {
            var quotes = quoted.result();
            requireAllSold(quantities, quotes);
            var lines = Orders.lines(quantities, quotes);
            requireExpectedTotal(call, wish.expectedTotal(), lines, quotes, cart.version());
            var version = new CartVersion(cart.cartId(), cart.version());
            return orders.commit(call, lines, addressed.result(), wish.paymentMethod(), Optional.of(version));
        });
    }

    private Future<ShippingAddress> address(Call call, Wish wish) {
        return wish.addressId() == null
                ? Future.succeededFuture(wish.shippingAddress())
                : users.address(call, call.identity().requireUser(), wish.addressId());
    }

    private static void requireAllSold(Map<String, Integer> quantities, Map<String, ProductClient.Quote> quotes) {
        var gone = quantities.keySet().stream()
                .filter(sku -> !quotes.containsKey(sku))
                .collect(Collectors.joining(", "));
        if (gone.isEmpty()) return;
        throw Problem.conflict("cart-changed", "No longer sold: " + gone + ". Look at the cart again.");
    }

    private static void requireExpectedTotal(
            Call call, Money expected, List<OrderLine> lines, Map<String, ProductClient.Quote> quotes, long version) {
        var total = OrderLine.totalOf(lines);
        if (expected == null || expected.equals(total)) return;
        SecurityEvents.tell(
                Level.INFO, "price-changed", Origin.of(call), "expected", readable(expected), "total", readable(total));
        throw Problem.conflict(
                        "price-changed", "The cart costs " + readable(total) + " now, not " + readable(expected) + ".")
                .with("cart", view(lines, quotes, total, version));
    }

    private static CartView view(
            List<OrderLine> lines, Map<String, ProductClient.Quote> quotes, Money total, long version) {
        var items = lines.stream()
                .map(line -> new CartLine(
                        line.sku(),
                        line.productId(),
                        line.name(),
                        line.quantity(),
                        line.unitPrice(),
                        line.lineTotal(),
                        quotes.get(line.sku()).available()))
                .toList();
        return new CartView(items, total, total.currency(), version);
    }

    private static String readable(Money money) {
        return BigDecimal.valueOf(money.amount(), decimals(money.currency())).toPlainString() + " " + money.currency();
    }

    private static int decimals(String currency) {
        return Currency.getAvailableCurrencies().stream()
                .filter(known -> known.getCurrencyCode().equals(currency))
                .findFirst()
                .map(known -> Math.max(0, known.getDefaultFractionDigits()))
                .orElse(0);
    }

    /** If this is lost, the cart's follower does the same as soon as it reads of the order. */
    private Future<Void> emptyCart(Call call, Orders.Placed placed) {
        var order = placed.record().order();
        if (placed.replayed() || order.cart().isEmpty()) return Future.succeededFuture();
        return carts.takeOrderedLines(call, order, order.cart().get()).recover(failure -> {
            LOG.info("the cart will learn of order {} by the log: {}", order.id(), failure.toString());
            return Future.succeededFuture();
        });
    }
}
