package omnibus.payment;

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
import java.util.concurrent.TimeUnit;

/**
 * A line to the provider: connections and a breaker of its own. There is one for taking money and one for giving it back
 * and asking, so that authorizations that hang, which are the many, do not keep a hold from being released.
 */
final class StripeLine {
    private static final int CONNECT_MILLIS = 1_000;
    /** As many questions may wait for a connection as one large batch asks. */
    private static final int MOST_WAITING = 1_000;

    /** An answer later than this counts against the provider, though it is still waited for. */
    private static final int LATE_MILLIS = 1_500;

    private final Vertx vertx;
    private final PaymentConfig config;
    private final HttpClient client;
    private final Breaker breaker = new Breaker(System::nanoTime);

    StripeLine(Vertx vertx, PaymentConfig config, int connections) {
        this.vertx = vertx;
        this.config = config;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setKeepAliveTimeout(50),
                new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(MOST_WAITING));
    }

    /** The request has certainly not reached the provider. */
    static final class NotSent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotSent(String why) {
            super(why, null, false, false);
        }
    }

    boolean isOpen() {
        return breaker.isOpen();
    }

    <T> Future<T> post(String path, String key, StripeAnswers.Reader<T> reader, String... form) {
        var options = options(HttpMethod.POST, path)
                .putHeader("Idempotency-Key", key)
                .putHeader("Content-Type", "application/x-www-form-urlencoded");
        return send(options, form(form), reader);
    }

    <T> Future<T> get(String path, StripeAnswers.Reader<T> reader) {
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
                .map(body -> new StripeAnswers.Reply(
                        response.request().getMethod(), response.statusCode(), body, response.getHeader("Request-Id")));
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

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    Future<Void> close() {
        return client.close();
    }
}
