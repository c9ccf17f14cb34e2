package omnibus.order;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import omnibus.order.model.CancelPreview;
import omnibus.order.model.CartVersion;
import omnibus.order.model.Order;
import omnibus.order.model.OrderLine;
import omnibus.order.model.OrderRecord;
import omnibus.order.model.OrderSaga;
import omnibus.order.model.OrderStatus;
import omnibus.order.model.Placement;
import omnibus.order.model.Reason;
import omnibus.order.model.Review;
import omnibus.order.model.Saga;
import omnibus.order.model.ShippingAddress;
import omnibus.order.model.Step;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.Problem.Fault;
import omnibus.platform.call.Call;
import omnibus.platform.call.Identity;

/** What people do with orders: place, follow, cancel, ship. An order is its owner's and the administrators'; to others it is not there. */
final class Orders {
    /** An order, and whether an earlier request with the same key had made it. */
    record Placed(OrderRecord record, boolean replayed) {}

    private final OrderStore store;
    private final SagaStore sagas;
    private final SagaEngine engine;
    private final Settlements settlements;
    private final ProductClient products;
    private final Placings placings;

    Orders(
            OrderStore store,
            SagaStore sagas,
            SagaEngine engine,
            Settlements settlements,
            ProductClient products,
            Placings placings) {
        this.store = store;
        this.sagas = sagas;
        this.engine = engine;
        this.settlements = settlements;
        this.products = products;
        this.placings = placings;
    }

    /** Places an order for exactly these items at today's prices. */
    Future<Placed> place(Call call, List<Item> items, ShippingAddress address, String paymentMethod) {
        return unlessReplayed(call, () -> {
            var quantities = Item.summed(items);
            return products.quote(call, quantities.keySet()).compose(quotes -> {
                var unknown = unknownAmong(items, quotes);
                if (!unknown.isEmpty()) throw unknownSkus(unknown);
                return commit(call, lines(quantities, quotes), address, paymentMethod, Optional.empty());
            });
        });
    }

    /**
     * A repeated request is answered by the order it made, before anything is asked that may have changed since, and
     * again before it is refused: the first request may have ended meanwhile, and have emptied the very cart.
     */
    Future<Placed> unlessReplayed(Call call, Supplier<Future<Placed>> anew) {
        return earlier(call)
                .compose(earlier -> earlier.isPresent()
                        ? Future.succeededFuture(earlier.get())
                        : Future.succeededFuture()
                                .compose(now -> anew.get())
                                .recover(failure -> orElse(call, failure)));
    }

    private Future<Placed> orElse(Call call, Throwable failure) {
        if (!(failure instanceof Problem)) return Future.failedFuture(failure);
        return earlier(call)
                .compose(earlier -> earlier.map(Future::succeededFuture).orElseGet(() -> Future.failedFuture(failure)));
    }

    private Future<Optional<Placed>> earlier(Call call) {
        return placings.earlier(call)
                .compose(id -> id.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : replay(id.get()).map(Optional::of));
    }

    /** At which step the sagas of these orders are; one that does not exist is absent. */
    Future<Map<UUID, Step>> steps(List<UUID> ids) {
        return store.steps(ids);
    }

    private Future<Placed> replay(UUID id) {
        return store.find(id).map(found -> new Placed(found.orElseThrow(), true));
    }

    /** Writes the order and sets its saga going. What is answered is a committed fact. */
    Future<Placed> commit(
            Call call,
            List<OrderLine> lines,
            ShippingAddress address,
            String paymentMethod,
            Optional<CartVersion> cart) {
        var user = call.identity().requireUser();
        var placement = new Placement(Ids.next(), user, lines, OrderLine.totalOf(lines), address, paymentMethod, cart);
        return placings.place(call, placement).compose(this::begin);
    }

    private Future<Placed> begin(PlacingStore.Placed placed) {
        if (placed instanceof PlacingStore.Placed.Earlier earlier) return replay(earlier.orderId());
        if (placed instanceof PlacingStore.Placed.CartTaken taken) throw alreadyOrdered(taken.orderId());
        var record = ((PlacingStore.Placed.New) placed).record();
        engine.take(List.of(Saga.begin(record.order())));
        return Future.succeededFuture(new Placed(record, false));
    }

    static List<OrderLine> lines(Map<String, Integer> quantities, Map<String, ProductClient.Quote> quotes) {
        var lines = new ArrayList<OrderLine>();
        quantities.forEach((sku, quantity) -> {
            var quote = quotes.get(sku);
            lines.add(new OrderLine(sku, quote.productId(), quote.name(), quantity, quote.price()));
        });
        return lines;
    }

    /** Pointers at every item whose SKU has no quote. */
    private static List<Fault> unknownAmong(List<Item> items, Map<String, ProductClient.Quote> quotes) {
        var faults = new ArrayList<Fault>();
        for (var i = 0; i < items.size(); i++) {
            var sku = items.get(i).sku();
            if (!quotes.containsKey(sku)) faults.add(Fault.at("/items/" + i + "/sku", sku + " is not sold here"));
        }
        return faults;
    }

    private static Problem unknownSkus(List<Fault> faults) {
        return Problem.notFound(
                "unknown-sku", "Not everything in this order is sold here.", faults.toArray(Fault[]::new));
    }

    private static Problem alreadyOrdered(UUID orderId) {
        return Problem.conflict("cart-already-ordered", "This cart has become an order already, under another key.")
                .header("Location", location(orderId));
    }

    static String location(UUID orderId) {
        return "/api/v1/orders/" + orderId;
    }

    Future<OrderRecord> get(Identity who, UUID id) {
        return store.find(id)
                .map(found ->
                        found.filter(record -> mayTouch(who, record.order())).orElseThrow(Problem::notFound));
    }

    private static boolean mayTouch(Identity who, Order order) {
        return who.isAdmin() || who.is(order.userId());
    }

    Future<List<OrderRecord>> list(
            UUID user, Optional<OrderStatus> status, Optional<OrderStore.Place> after, int limit) {
        return store.list(user, status, after, limit);
    }

    /** Waits until the order is settled, at most so long. */
    Future<OrderRecord> await(Identity who, UUID id, Duration atMost) {
        return get(who, id)
                .compose(found -> found.order().status().settled()
                        ? Future.succeededFuture(found)
                        : settlements.await(id, atMost.toMillis()).compose(woken -> get(who, id)));
    }

    /** Cancels at once; the saga, seized from whoever had it, unwinds. */
    Future<OrderRecord> cancel(Identity who, UUID id, String note) {
        return sagas.seize(id, saga -> {
                    var order = saga.order();
                    if (!mayTouch(who, order)) throw Problem.notFound();
                    if (order.status() == OrderStatus.CANCELLED) return Optional.empty();
                    return Optional.of(OrderSaga.cancel(saga, Reason.cancelled(who.is(order.userId()), note)));
                })
                .compose(seized -> {
                    seized.ifPresent(move -> engine.take(List.of(move.saga().after(move))));
                    settlements.settled(id);
                    return get(who, id);
                });
    }

    /** The orders that wait for a person, the longest waiting first. */
    Future<List<Review>> reviews(Optional<OrderStore.Place> after, int limit) {
        return sagas.reviews(after, limit);
    }

    /** Somebody has looked at an order that waited for it: it goes on from where it stopped. */
    Future<OrderRecord> retry(Identity who, UUID id) {
        return sagas.seize(id, saga -> Optional.of(OrderSaga.retry(saga))).compose(seized -> {
            seized.ifPresent(move -> engine.take(List.of(move.saga().after(move))));
            return get(who, id);
        });
    }

    Future<CancelPreview> previewCancel(Identity who, UUID id) {
        return get(who, id).map(found -> found.order().previewCancel());
    }

    /** What the shop's staff does by hand. */
    Future<OrderRecord> move(UUID id, OrderStatus wanted) {
        var detail = wanted == OrderStatus.SHIPPED ? "Handed to the carrier" : "Delivered";
        return store.change(id, order -> order.movedByStaff(wanted), detail)
                .map(changed -> changed.orElseThrow(Problem::notFound));
    }
}
