package omnibus.order;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import omnibus.order.model.CartVersion;
import omnibus.order.model.Order;
import omnibus.platform.call.Call;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;

/** Reads the cart that is being checked out, and has the ordered lines taken out of it. */
final class CartClient {
    /** The buyer waits meanwhile, and the cart's follower does it anyway. */
    private static final Duration TAKE_DEADLINE = Duration.ofMillis(500);

    /** A cart's content; {@code cartId} is null for a cart that was never written to. */
    record Cart(String cartId, long version, List<Item> items) {}

    private record ReadCart(UUID userId) {}

    private record TakeLines(UUID orderId, String cartId, List<Item> lines) {}

    private final Caller caller;

    CartClient(Caller caller) {
        this.caller = caller;
    }

    Future<Cart> read(Call call, UUID userId) {
        var request = Request.read("cart.readCart", call.deadline()).from(call).body(new ReadCart(userId));
        return caller.call(request).map(answer -> answer.as(Cart.class));
    }

    /** Once per order id, however often it is asked. */
    Future<Void> takeOrderedLines(Call call, Order order, CartVersion cart) {
        var lines = order.lines().stream()
                .map(line -> new Item(line.sku(), line.quantity()))
                .toList();
        var request = Request.write("cart.takeOrderedLines", Deadline.in(TAKE_DEADLINE))
                .from(call)
                .retrySafe()
                .body(new TakeLines(order.id(), cart.cartId(), lines));
        return caller.call(request)
                .compose(answer ->
                        answer.isProblem() ? Future.failedFuture(answer.asProblem()) : Future.succeededFuture());
    }
}
