package omnibus.payment;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import omnibus.payment.model.Payment;
import omnibus.payment.model.ProviderAnswer;
import omnibus.payment.model.ProviderAnswer.Looked;
import omnibus.payment.model.ProviderAnswer.Lost;
import omnibus.payment.model.ProviderAnswer.RefundSeen;
import omnibus.payment.model.ProviderAnswer.Refused;
import omnibus.payment.model.ProviderAnswer.Seen;
import omnibus.payment.model.ProviderCall;
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
    private static final int CONNECT_MILLIS = 1_000;
    /** As many questions may wait for a connection as one large batch asks. */
    private static final int MOST_WAITING = 1_000;

    /** An answer later than this counts against the provider, though it is still waited for. */
    private static final int LATE_MILLIS = 1_500;

    private final HttpClient client;
    private final Breaker breaker = new Breaker(System::nanoTime);
    private final Vertx vertx;
    private final PaymentConfig config;
    private final MeterRegistry metrics;

    StripeClient(Vertx vertx, PaymentConfig config, MeterRegistry metrics) {
        this.vertx = vertx;
        this.config = config;
        this.metrics = metrics;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setKeepAliveTimeout(50),
                new PoolOptions().setHttp1MaxSize(config.connections()).setMaxWaitQueueSize(MOST_WAITING));
        metrics.gauge("omnibus.payment.provider.open", breaker, open -> open.isOpen() ? 1 : 0);
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
            case CAPTURE -> post(INTENTS + "/" + ref + "/capture", call.key(), StripeAnswers::intent);
            case VOID -> post(INTENTS + "/" + ref + "/cancel", call.key(), StripeAnswers::intent);
            case REFUND -> refund(errand);
            case LOOK -> lookAtAll(call.ref() == null ? ref : call.ref());
        };
    }

    private Future<ProviderAnswer> authorize(Errand errand) {
        return errand.age() == Errand.Age.FRESH
                ? post(INTENTS, errand.call().key(), StripeAnswers::intent, parameters(errand.payment()))
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
        return get(INTENTS + "/search?query=" + encode(query), StripeAnswers::list)
                .map(found -> found.size() == 0 && errand.age() != Errand.Age.QUIET
                        ? new Lost(false, "not found yet")
                        : StripeAnswers.onlyIntent(found));
    }

    private Future<ProviderAnswer> look(String ref) {
        return get(INTENTS + "/" + ref, StripeAnswers::intent);
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
        var ref = errand.payment().providerRef();
        if (call.ref() != null) return get("/v1/refunds/" + call.ref(), StripeAnswers::refund);
        var refused = new RefundSeen(null, Refund.Status.FAILED);
        return errand.age() == Errand.Age.FRESH
                ? sendRefund(errand)
                        .recover(failure -> lost(failure) instanceof Refused
                                ? refundMade(ref, call).map(made -> made.orElse(refused))
                                : Future.failedFuture(failure))
                : refundMade(ref, call)
                        .compose(made -> made.isPresent() ? Future.succeededFuture(made.get()) : sendRefund(errand));
    }

    private Future<Optional<ProviderAnswer>> refundMade(String ref, ProviderCall call) {
        return refunds(ref)
                .map(list -> StripeAnswers.refundNamed(list, call.refundId()).map(StripeAnswers::refund));
    }

    private Future<ProviderAnswer> sendRefund(Errand errand) {
        var call = errand.call();
        return post(
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
        return get("/v1/refunds?limit=100&payment_intent=" + encode(ref), StripeAnswers::list);
    }

    private Future<ProviderAnswer> post(
            String path, String key, StripeAnswers.Reader<ProviderAnswer> reader, String... form) {
        var options = options(HttpMethod.POST, path)
                .putHeader("Idempotency-Key", key)
                .putHeader("Content-Type", "application/x-www-form-urlencoded");
        return send(options, form(form), reader);
    }

    private <T> Future<T> get(String path, StripeAnswers.Reader<T> reader) {
        return send(options(HttpMethod.GET, path), Buffer.buffer(), reader);
    }

    private <T> Future<T> send(RequestOptions options, Buffer body, StripeAnswers.Reader<T> reader) {
        if (!breaker.admits()) return Future.failedFuture(new NotSent("the breaker is open"));
        var late = vertx.setTimer(LATE_MILLIS, tick -> breaker.failed());
        return exchange(options, body)
                .onComplete(done -> {
                    var intime = vertx.cancelTimer(late);
                    if (done.succeeded() && done.result().status() < 500) breaker.succeeded();
                    else if (intime) breaker.failed();
                })
                .map(reply -> reader.read(reply.checked()));
    }

    private Future<StripeAnswers.Reply> exchange(RequestOptions options, Buffer body) {
        return client.request(options)
                .recover(failure -> Future.failedFuture(new NotSent(failure.toString())))
                .compose(request -> request.send(body)
                        .compose(response -> reply(response))
                        .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
                        // Whatever went wrong, this connection is in no known state: it is not used again.
                        .onFailure(failure -> request.reset()));
    }

    private static Future<StripeAnswers.Reply> reply(HttpClientResponse response) {
        return response.body()
                .map(body -> new StripeAnswers.Reply(response.statusCode(), body, response.getHeader("Request-Id")));
    }

    private RequestOptions options(HttpMethod method, String path) {
        return new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(config.url() + path)
                // For getting a connection, a wait for a free one included.
                .setConnectTimeout(config.timeout().toMillis())
                .putHeader("Authorization", "Bearer " + config.key().reveal())
                .putHeader("Stripe-Version", StripeAnswers.VERSION);
    }

    private static Buffer form(String... parameters) {
        var pairs = new ArrayList<String>();
        for (var i = 0; i < parameters.length; i += 2) {
            pairs.add(encode(parameters[i]) + "=" + encode(parameters[i + 1]));
        }
        return Buffer.buffer(String.join("&", pairs));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The request has certainly not reached the provider. */
    private static final class NotSent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotSent(String why) {
            super(why, null, false, false);
        }
    }

    private static ProviderAnswer lost(Throwable failure) {
        if (failure instanceof StripeAnswers.Definite definite) return definite.answer();
        return new Lost(!(failure instanceof NotSent), failure.toString());
    }

    Future<Void> close() {
        return client.close();
    }
}
