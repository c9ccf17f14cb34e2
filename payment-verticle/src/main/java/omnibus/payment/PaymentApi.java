package omnibus.payment;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import omnibus.payment.model.Authorization;
import omnibus.payment.model.Payment;
import omnibus.payment.model.PaymentStatus;
import omnibus.payment.model.Reason;
import omnibus.payment.model.Refund;
import omnibus.payment.model.Step;
import omnibus.platform.Ids;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.PageCursor;
import omnibus.platform.call.SecurityEvents.Origin;

/** The operations of payments, one method each. */
final class PaymentApi {
    private record Authorizations(List<Authorization> orders) {}

    private record Commands(List<Payments.Command> orders) {}

    private record OrderOf(UUID orderId) {}

    private record NewRefund(JsonNode amount, String reason) {
        Long minorUnits() {
            if (amount == null) return null;
            return amount.isObject() ? amount.path("amount").asLong() : amount.asLong();
        }

        String currency() {
            return amount == null ? null : amount.path("currency").asText(null);
        }
    }

    private record ResultView(UUID orderId, String outcome, UUID paymentId, PaymentStatus status, Reason reason) {
        static ResultView of(Payments.Result result) {
            var payment = result.payment();
            return new ResultView(
                    result.orderId(),
                    result.verdict().outcome().wireName(),
                    payment == null ? null : payment.id(),
                    payment == null ? null : payment.status(),
                    result.verdict().reason());
        }
    }

    private record RefundView(UUID id, Money amount, String reason, Refund.Status status, Instant createdAt) {}

    private record PaymentView(
            UUID id,
            UUID orderId,
            UUID userId,
            PaymentStatus status,
            String currency,
            Money amount,
            Money captured,
            Money refunded,
            Reason reason,
            List<RefundView> refunds,
            Instant createdAt,
            Instant updatedAt) {

        static PaymentView of(Payment payment, List<Refund> refunds) {
            var currency = payment.funds().currency();
            return new PaymentView(
                    payment.id(),
                    payment.orderId(),
                    payment.userId(),
                    payment.status(),
                    currency,
                    new Money(payment.funds().amount(), currency),
                    new Money(payment.funds().captured(), currency),
                    new Money(payment.funds().refunded(), currency),
                    payment.reason(),
                    refunds.stream().map(refund -> view(refund, currency)).toList(),
                    payment.createdAt().truncatedTo(ChronoUnit.MILLIS),
                    payment.updatedAt().truncatedTo(ChronoUnit.MILLIS));
        }

        private static RefundView view(Refund refund, String currency) {
            return new RefundView(
                    refund.id(),
                    new Money(refund.amount(), currency),
                    refund.reason(),
                    refund.status(),
                    refund.createdAt().truncatedTo(ChronoUnit.MILLIS));
        }
    }

    private record OrderPaymentView(
            UUID paymentId, UUID orderId, PaymentStatus status, Money captured, Money refunded, Reason reason) {
        static OrderPaymentView of(Payment payment) {
            var funds = payment.funds();
            return new OrderPaymentView(
                    payment.id(),
                    payment.orderId(),
                    payment.status(),
                    new Money(funds.captured(), funds.currency()),
                    new Money(funds.refunded(), funds.currency()),
                    payment.reason());
        }
    }

    private record ReviewedPayment(UUID id, UUID orderId, UUID userId, PaymentStatus status) {}

    private record ReviewView(
            ReviewedPayment payment, Step step, int failures, String error, Instant since, long epoch) {
        static ReviewView of(Review review) {
            var payment = review.payment();
            return new ReviewView(
                    new ReviewedPayment(payment.id(), payment.orderId(), payment.userId(), payment.status()),
                    review.step(),
                    review.failures(),
                    review.why(),
                    review.since().truncatedTo(ChronoUnit.MILLIS),
                    payment.epoch());
        }
    }

    private final Payments payments;
    private final PaymentStore store;
    private final MismatchStore mismatches;
    private final Webhooks webhooks;
    private final Reviews reviews;

    PaymentApi(Payments payments, PaymentStore store, MismatchStore mismatches, Webhooks webhooks, Reviews reviews) {
        this.payments = payments;
        this.store = store;
        this.mismatches = mismatches;
        this.webhooks = webhooks;
        this.reviews = reviews;
    }

    Future<Answer> getPayment(Call call) {
        return visible(call, store.byId(call.pathId("id"))).compose(this::view).map(Answer::ok);
    }

    Future<Answer> getOrderPayment(Call call) {
        return visible(call, store.byOrder(call.pathId("id")))
                .compose(this::view)
                .map(Answer::ok);
    }

    Future<Answer> listPayments(Call call) {
        var order = call.query("orderId");
        var orderId = order.flatMap(Ids::parse);
        if (order.isPresent() && orderId.isEmpty()) {
            return Future.succeededFuture(Answer.page(call, List.of(), null));
        }
        var limit = call.limit();
        var before = call.query("cursor").map(PaymentApi::cursor);
        return store.page(orderId, before, limit + 1).compose(found -> {
            var page = found.subList(0, Math.min(limit, found.size()));
            var next = found.size() > limit ? PageCursor.of(page.get(limit - 1).id()) : null;
            return views(page).map(views -> Answer.page(call, views, next));
        });
    }

    Future<Answer> listReviews(Call call) {
        var limit = call.limit();
        return reviews.page(call.query("cursor").map(PaymentApi::cursor), limit + 1)
                .map(found -> {
                    var page = found.subList(0, Math.min(limit, found.size()));
                    var next = found.size() > limit
                            ? PageCursor.of(page.get(limit - 1).payment().id())
                            : null;
                    return Answer.page(call, page.stream().map(ReviewView::of).toList(), next);
                });
    }

    Future<Answer> retryPayment(Call call) {
        return reviews.retry(call.pathId("id")).compose(this::view).map(Answer::ok);
    }

    private static UUID cursor(String text) {
        return Ids.parse(PageCursor.parse(text, 1).get(0)).orElseThrow(PageCursor::invalid);
    }

    Future<Answer> listMismatches(Call call) {
        var limit = call.limit();
        var resolved = call.query("resolved").map(Boolean::valueOf);
        return mismatches
                .page(resolved, call.query("cursor").map(PaymentApi::cursor), limit + 1)
                .map(found -> {
                    var page = found.subList(0, Math.min(limit, found.size()));
                    var next = found.size() > limit
                            ? PageCursor.of(page.get(limit - 1).id())
                            : null;
                    return Answer.page(call, page, next);
                });
    }

    Future<Answer> refundPayment(Call call) {
        var id = call.pathId("id");
        var refund = call.body(NewRefund.class);
        return payments.refund(call, id, refund.minorUnits(), refund.currency(), refund.reason())
                .compose(replayed -> store.byId(id)
                        .map(found -> found.orElseThrow(Problem::notFound))
                        .compose(this::view)
                        .map(view ->
                                replayed ? Answer.ok(view).header("Idempotency-Replayed", "true") : Answer.ok(view)));
    }

    Future<Answer> receiveWebhook(Call call) {
        if (!call.path("provider").equals("stripe")) throw Problem.notFound();
        return webhooks.receive(call.header("Stripe-Signature").orElse(""), call.bytes(), Origin.of(call))
                .map(taken -> Answer.ok(Map.of("received", true)));
    }

    Future<Answer> authorizePayments(Call call) {
        return payments.authorize(call.body(Authorizations.class).orders()).map(PaymentApi::results);
    }

    Future<Answer> capturePayments(Call call) {
        return payments.capture(call.body(Commands.class).orders()).map(PaymentApi::results);
    }

    Future<Answer> cancelPayments(Call call) {
        return payments.cancel(call.body(Commands.class).orders()).map(PaymentApi::results);
    }

    Future<Answer> readOrderPayment(Call call) {
        return store.byOrder(call.body(OrderOf.class).orderId())
                .map(found -> Answer.ok(OrderPaymentView.of(found.orElseThrow(Problem::notFound))));
    }

    private static Answer results(List<Payments.Result> results) {
        return Answer.ok(Map.of("results", results.stream().map(ResultView::of).toList()));
    }

    private static Future<Payment> visible(Call call, Future<Optional<Payment>> found) {
        return found.map(payment -> payment.filter(
                        one -> call.identity().isAdmin() || call.identity().is(one.userId()))
                .orElseThrow(Problem::notFound));
    }

    private Future<PaymentView> view(Payment payment) {
        return views(List.of(payment)).map(views -> views.get(0));
    }

    private Future<List<PaymentView>> views(List<Payment> page) {
        return store.refundsOf(page.stream().map(Payment::id).toList()).map(refunds -> {
            var byPayment = refunds.stream().collect(Collectors.groupingBy(Refund::paymentId));
            return page.stream()
                    .map(payment -> PaymentView.of(payment, byPayment.getOrDefault(payment.id(), List.of())))
                    .toList();
        });
    }
}
