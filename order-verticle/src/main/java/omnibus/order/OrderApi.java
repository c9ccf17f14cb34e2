package omnibus.order;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import omnibus.order.model.OrderLine;
import omnibus.order.model.OrderRecord;
import omnibus.order.model.OrderStatus;
import omnibus.order.model.Payment;
import omnibus.order.model.PaymentStatus;
import omnibus.order.model.Reason;
import omnibus.order.model.Review;
import omnibus.order.model.ShippingAddress;
import omnibus.order.model.Step;
import omnibus.order.model.TimelineEntry;
import omnibus.platform.Ids;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.PageCursor;

/** The operations of order/openapi.yaml. */
final class OrderApi {
    private record PlaceOrder(List<Item> items, ShippingAddress shippingAddress, String paymentMethod) {}

    private record CancelOrder(String reason) {}

    private record PatchStatus(OrderStatus status) {}

    private record ItemView(String sku, String productId, String name, int quantity, Money unitPrice, Money lineTotal) {
        static ItemView of(OrderLine line) {
            return new ItemView(
                    line.sku(), line.productId(), line.name(), line.quantity(), line.unitPrice(), line.lineTotal());
        }
    }

    private record PaymentView(UUID id, PaymentStatus status) {
        static PaymentView of(Payment payment) {
            return new PaymentView(payment.id(), payment.status());
        }
    }

    private record OrderView(
            UUID id,
            String number,
            UUID userId,
            OrderStatus status,
            List<ItemView> items,
            Money total,
            ShippingAddress shippingAddress,
            PaymentView payment,
            Reason reason,
            Instant createdAt,
            Instant updatedAt,
            List<TimelineEntry> timeline) {
        static OrderView of(OrderRecord record) {
            var order = record.order();
            return new OrderView(
                    order.id(),
                    order.number(),
                    order.userId(),
                    order.status(),
                    order.lines().stream().map(ItemView::of).toList(),
                    order.total(),
                    record.shippingAddress().orElse(null),
                    order.payment().map(PaymentView::of).orElse(null),
                    order.reason().orElse(null),
                    record.createdAt(),
                    record.updatedAt(),
                    record.timeline());
        }
    }

    private record OrderIds(List<UUID> orderIds) {}

    /** How far a saga has come, in words that outlive its steps. */
    private record Standing(UUID orderId, String standing) {
        static Standing of(UUID orderId, Step step) {
            return new Standing(
                    orderId,
                    switch (step) {
                        case RESERVE, AUTHORIZE, COMMIT, CAPTURE -> "OPEN";
                        case CONFIRMED -> "CONFIRMED";
                        case VOID, RELEASE -> "UNWINDING";
                        case CLOSED -> "CLOSED";
                    });
        }
    }

    private record ReviewedOrder(UUID id, String number, UUID userId, OrderStatus status) {}

    private record ReviewView(ReviewedOrder order, Step step, int failures, String error, Instant since, long epoch) {
        static ReviewView of(Review review) {
            var order = review.order();
            return new ReviewView(
                    new ReviewedOrder(order.id(), order.number(), order.userId(), order.status()),
                    review.step(),
                    review.failures(),
                    review.error().orElse(null),
                    review.since(),
                    review.epoch());
        }
    }

    private final Orders orders;
    private final Checkout checkout;

    OrderApi(Orders orders, Checkout checkout) {
        this.orders = orders;
        this.checkout = checkout;
    }

    Future<Answer> placeOrder(Call call) {
        var wanted = call.body(PlaceOrder.class);
        return orders.place(call, wanted.items(), wanted.shippingAddress(), wanted.paymentMethod())
                .map(OrderApi::created);
    }

    Future<Answer> checkout(Call call) {
        return checkout.checkout(call, call.body(Checkout.Wish.class)).map(OrderApi::created);
    }

    private static Answer created(Orders.Placed placed) {
        var order = placed.record().order();
        var answer = Answer.created(Orders.location(order.id()), OrderView.of(placed.record()))
                .etag(Long.toString(order.version()));
        return placed.replayed() ? answer.header("Idempotency-Replayed", "true") : answer;
    }

    Future<Answer> listOrders(Call call) {
        var who = call.identity();
        var asked = call.query("userId");
        if (asked.isPresent() && !who.isAdmin()) {
            throw Problem.forbidden("Only administrators may list the orders of others; leave userId away for yours.");
        }
        var user = asked.map(id -> Ids.parse(id).orElseThrow()).orElseGet(who::requireUser);
        return list(call, user);
    }

    Future<Answer> listUserOrders(Call call) {
        var user = call.pathId("userId");
        if (!call.identity().isAdmin() && !call.identity().is(user)) throw Problem.notFound();
        return list(call, user);
    }

    private Future<Answer> list(Call call, UUID user) {
        var limit = call.limit();
        var status = call.query("status").map(OrderStatus::valueOf);
        return orders.list(user, status, call.query("cursor").map(OrderApi::place), limit + 1)
                .map(found -> {
                    var page = found.subList(0, Math.min(limit, found.size()));
                    var next = found.size() > limit ? cursor(page.get(limit - 1)) : null;
                    return Answer.page(call, page.stream().map(OrderView::of).toList(), next);
                });
    }

    Future<Answer> listReviews(Call call) {
        var limit = call.limit();
        return orders.reviews(call.query("cursor").map(OrderApi::place), limit + 1)
                .map(found -> {
                    var page = found.subList(0, Math.min(limit, found.size()));
                    var next = found.size() > limit ? cursor(page.get(limit - 1)) : null;
                    return Answer.page(call, page.stream().map(ReviewView::of).toList(), next);
                });
    }

    private static String cursor(Review last) {
        return PageCursor.of(last.since(), last.order().id());
    }

    private static String cursor(OrderRecord last) {
        return PageCursor.of(last.createdAt(), last.order().id());
    }

    private static OrderStore.Place place(String cursor) {
        var parts = PageCursor.parse(cursor, 2);
        try {
            return new OrderStore.Place(
                    Instant.parse(parts.get(0)), Ids.parse(parts.get(1)).orElseThrow(PageCursor::invalid));
        } catch (DateTimeParseException notOurs) {
            throw PageCursor.invalid();
        }
    }

    Future<Answer> getOrder(Call call) {
        return orders.get(call.identity(), call.pathId("id")).map(OrderApi::found);
    }

    Future<Answer> awaitOrder(Call call) {
        var atMost = Duration.ofSeconds(call.query("wait").map(Long::parseLong).orElse(0L));
        return orders.await(call.identity(), call.pathId("id"), atMost).map(OrderApi::found);
    }

    Future<Answer> readStandings(Call call) {
        return orders.steps(call.body(OrderIds.class).orderIds())
                .map(steps -> Answer.ok(Map.of(
                        "standings",
                        steps.entrySet().stream()
                                .map(one -> Standing.of(one.getKey(), one.getValue()))
                                .toList())));
    }

    private static Answer found(OrderRecord record) {
        return Answer.ok(OrderView.of(record)).etag(Long.toString(record.order().version()));
    }

    Future<Answer> cancelOrder(Call call) {
        var id = call.pathId("id");
        if (call.query("preview").map(Boolean::parseBoolean).orElse(false)) {
            return orders.previewCancel(call.identity(), id).map(Answer::ok);
        }
        var note = call.hasBody()
                ? Optional.ofNullable(call.body(CancelOrder.class).reason())
                : Optional.<String>empty();
        return orders.cancel(call.identity(), id, note.orElse("")).map(OrderApi::found);
    }

    Future<Answer> retryOrder(Call call) {
        return orders.retry(call.identity(), call.pathId("id")).map(OrderApi::found);
    }

    Future<Answer> patchStatus(Call call) {
        return orders.move(call.pathId("id"), call.body(PatchStatus.class).status())
                .map(OrderApi::found);
    }
}
