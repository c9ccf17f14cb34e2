package omnibus.payment;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import omnibus.payment.model.Listed;
import omnibus.payment.model.Payment;
import omnibus.payment.model.ProviderAnswer;
import omnibus.payment.model.ProviderAnswer.Contradiction;
import omnibus.payment.model.ProviderAnswer.Looked;
import omnibus.payment.model.ProviderAnswer.Lost;
import omnibus.payment.model.ProviderAnswer.RefundSeen;
import omnibus.payment.model.ProviderAnswer.Refused;
import omnibus.payment.model.ProviderAnswer.Seen;
import omnibus.payment.model.Refund;

/**
 * Asks Stripe, or whatever speaks its protocol: payment intents that are captured by hand, refunds. Its futures never
 * fail; a question without an answer is answered {@link Lost}.
 *
 * <p>An unanswered request is sent again under its idempotency key instead of being looked up by the order first. The
 * lookup (Stripe's search) lags behind by up to a minute, so "not found" proves nothing, and a late copy of the request
 * could still land after it. The same key is question and fence in one: it brings back the stored answer, or does the
 * work now, and whatever copy comes later finds the key used. Beyond the hour that we trust a key, only lookups are left.
 */
final class StripeClient {
    private static final String INTENTS = "/v1/payment_intents";
    private final StripeLine taking;
    private final StripeLine giving;
    private final MeterRegistry metrics;

    StripeClient(Vertx vertx, PaymentConfig config, MeterRegistry metrics) {
        this.metrics = metrics;
        // What takes money is asked for most often, and is worth least when the provider is short of breath.
        var forGiving = Math.max(1, config.connections() / 4);
        this.taking = line(vertx, config, Math.max(1, config.connections() - forGiving), "taking");
        this.giving = line(vertx, config, forGiving, "giving");
    }

    private StripeLine line(Vertx vertx, PaymentConfig config, int connections, String name) {
        var line = new StripeLine(vertx, config, connections);
        metrics.gauge("omnibus.payment.provider.open", Tags.of("line", name), line, open -> open.isOpen() ? 1 : 0);
        return line;
    }

    /** Does the errand, or learns what became of it. */
    Future<ProviderAnswer> run(Errand errand) {
        var started = System.nanoTime();
        return asked(errand)
                .otherwise(StripeClient::lost)
                .onSuccess(answer -> metrics.timer(
                                "omnibus.payment.provider",
                                "step",
                                errand.call().step().name(),
                                "answer",
                                answer.getClass().getSimpleName())
                        .record(System.nanoTime() - started, TimeUnit.NANOSECONDS));
    }

    private Future<ProviderAnswer> asked(Errand errand) {
        var call = errand.call();
        var ref = errand.payment().providerRef();
        return switch (call.step()) {
            case AUTHORIZE -> ref != null ? look(ref) : authorize(errand);
            case CAPTURE -> taking.post(INTENTS + "/" + ref + "/capture", call.key(), StripeAnswers::intent);
            case VOID -> giving.post(INTENTS + "/" + ref + "/cancel", call.key(), StripeAnswers::intent);
            case REFUND -> refund(errand);
            case LOOK -> lookAtAll(call.ref() == null ? ref : call.ref());
        };
    }

    private Future<ProviderAnswer> authorize(Errand errand) {
        return errand.age() == Errand.Age.FRESH
                ? taking.post(INTENTS, errand.call().key(), StripeAnswers::intent, parameters(errand.payment()))
                : search(errand);
    }

    private static String[] parameters(Payment payment) {
        return new String[] {
            "amount", Long.toString(payment.funds().amount()),
            "currency", payment.funds().currency().toLowerCase(Locale.ROOT),
            "capture_method", "manual",
            "confirm", "true",
            "off_session", "true",
            "payment_method", payment.paymentMethod(),
            "payment_method_types[0]", "card",
            "metadata[order_id]", payment.orderId().toString(),
            "metadata[payment_id]", payment.id().toString()
        };
    }

    private Future<ProviderAnswer> search(Errand errand) {
        var query = "metadata['order_id']:'" + errand.payment().orderId() + "'";
        return giving.get(INTENTS + "/search?query=" + StripeLine.encode(query), StripeAnswers::list)
                .map(found -> found.size() == 0 && errand.age() != Errand.Age.QUIET
                        ? new Lost(false, "not found yet")
                        : StripeAnswers.onlyIntent(found));
    }

    private Future<ProviderAnswer> look(String ref) {
        return giving.get(INTENTS + "/" + ref, StripeAnswers::intent);
    }

    private Future<ProviderAnswer> lookAtAll(String ref) {
        return look(ref)
                .compose(intent -> intent instanceof Seen seen && seen.received() > 0
                        ? refunds(ref).map(list -> new Looked(seen, StripeAnswers.refunded(list)))
                        : Future.succeededFuture(intent));
    }

    /** The list of refunds, unlike the search, shows what has just been made: what it lacks can be sent (again). */
    private Future<ProviderAnswer> refund(Errand errand) {
        var call = errand.call();
        if (call.ref() != null) return giving.get("/v1/refunds/" + call.ref(), StripeAnswers::refund);
        return errand.age() == Errand.Age.FRESH
                ? sendRefund(errand)
                : refundMade(errand)
                        .compose(made -> made.isPresent() ? Future.succeededFuture(made.get()) : sendRefund(errand));
    }

    /** One that is refused may have been made for an earlier request all the same. If it was not, it has failed. */
    private Future<ProviderAnswer> sendRefund(Errand errand) {
        var failed = new RefundSeen(null, Refund.Status.FAILED);
        return postRefund(errand)
                .recover(failure -> isRefusal(lost(failure))
                        ? refundMade(errand).map(made -> made.orElse(failed))
                        : Future.failedFuture(failure));
    }

    /** The error of a refusal may show the payment. */
    private static boolean isRefusal(ProviderAnswer answer) {
        return answer instanceof Refused || answer instanceof Seen;
    }

    private Future<Optional<ProviderAnswer>> refundMade(Errand errand) {
        return refunds(errand.payment().providerRef())
                .map(list -> StripeAnswers.refundNamed(list, errand.call().refundId())
                        .map(StripeAnswers::refund));
    }

    private Future<ProviderAnswer> postRefund(Errand errand) {
        var call = errand.call();
        return giving.post(
                "/v1/refunds",
                call.key(),
                StripeAnswers::refund,
                "payment_intent",
                errand.payment().providerRef(),
                "amount",
                Long.toString(call.amount()),
                "metadata[refund_id]",
                call.refundId().toString());
    }

    private Future<JsonNode> refunds(String ref) {
        return giving.get("/v1/refunds?limit=100&payment_intent=" + StripeLine.encode(ref), StripeAnswers::list);
    }

    /**
     * Payments made between two times, newest first.
     *
     * @param after the last one of the page before, {@code null} to begin
     */
    Future<ListedPage> list(Instant from, Instant to, String after, int limit) {
        var query = "?limit=" + limit + "&expand[]=data.latest_charge&created[gte]=" + from.getEpochSecond()
                + "&created[lte]=" + to.getEpochSecond() + (after == null ? "" : "&starting_after=" + after);
        return giving.get(INTENTS + query, ListedPage::of).recover(StripeClient::unlisted);
    }

    /** A place in the list that the provider does not know (any more) is given up: it is read from the start again. */
    private static Future<ListedPage> unlisted(Throwable failure) {
        return isUnknown(failure)
                ? Future.succeededFuture(new ListedPage(List.of(), Optional.empty()))
                : Future.failedFuture(failure);
    }

    record ListedPage(List<Listed> payments, Optional<String> next) {
        static ListedPage of(JsonNode page) {
            var payments = new ArrayList<Listed>();
            page.path("data").forEach(intent -> payments.add(StripeAnswers.listed(intent)));
            return new ListedPage(
                    payments,
                    page.path("has_more").asBoolean() && !payments.isEmpty()
                            ? Optional.of(payments.get(payments.size() - 1).ref())
                            : Optional.empty());
        }
    }

    /** Looks one up; empty when the provider does not know it. */
    Future<Optional<Listed>> find(String ref) {
        return giving.get(
                        INTENTS + "/" + StripeLine.encode(ref) + "?expand[]=latest_charge",
                        intent -> Optional.of(StripeAnswers.listed(intent)))
                .recover(failure ->
                        isUnknown(failure) ? Future.succeededFuture(Optional.empty()) : Future.failedFuture(failure));
    }

    /** What is read contradicts us only by not being there. */
    private static boolean isUnknown(Throwable failure) {
        return failure instanceof StripeAnswers.Definite definite && definite.answer() instanceof Contradiction;
    }

    private static ProviderAnswer lost(Throwable failure) {
        if (failure instanceof StripeAnswers.Definite definite) return definite.answer();
        return new Lost(!(failure instanceof StripeLine.NotSent), failure.toString());
    }

    Future<Void> close() {
        return Future.join(taking.close(), giving.close()).mapEmpty();
    }
}
