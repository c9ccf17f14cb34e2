package omnibus.chaos.drive;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** HTTP as the shoppers speak it. Never repeats anything by itself: what a lost answer means is the shopper's business. */
final class Web {
    private static final int CONNECT_MILLIS = 1_000;
    /** Longer than the gateway's own deadline. */
    private static final int ANSWER_MILLIS = 10_000;

    /**
     * @param body missing where the answer was no JSON
     * @param retryAfter what the header of this name says, or null
     * @param replayed whether it says that it repeats an earlier answer
     */
    record Reply(int status, JsonNode body, String retryAfter, boolean replayed) {
        String code() {
            var type = body.path("type").asText();
            return type.substring(type.lastIndexOf('/') + 1);
        }
    }

    /**
     * A request as it goes out.
     *
     * @param operation as the contract names it
     * @param token null for nobody in particular
     * @param key the idempotency key, or null
     * @param body null for none
     */
    record Request(String operation, HttpMethod method, String path, String token, String key, Object body) {}

    private final HttpClientAgent http;
    private final URI shop;

    Web(Vertx vertx, URI shop, int connections) {
        this.shop = shop;
        this.http = vertx.createHttpClient(
                new HttpClientOptions()
                        .setDefaultHost(shop.getHost())
                        .setDefaultPort(shop.getPort())
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setKeepAliveTimeout(30),
                new PoolOptions().setHttp1MaxSize(connections));
    }

    URI shop() {
        return shop;
    }

    /** Fails when there was no answer, whatever the reason. */
    Future<Reply> send(Request request) {
        var options = new RequestOptions()
                .setMethod(request.method())
                .setURI(request.path())
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout(ANSWER_MILLIS);
        if (request.token() != null) options.putHeader("Authorization", "Bearer " + request.token());
        if (request.key() != null) options.putHeader("Idempotency-Key", request.key());
        if (request.body() != null) options.putHeader("Content-Type", "application/json");
        return http.request(options)
                .compose(out -> sent(out, request.body()))
                .compose(Web::reply)
                .timeout(ANSWER_MILLIS + CONNECT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Future<HttpClientResponse> sent(HttpClientRequest out, Object body) {
        return body == null ? out.send() : out.send(Buffer.buffer(Json.text(body)));
    }

    private static Future<Reply> reply(HttpClientResponse in) {
        return in.body()
                .map(body -> new Reply(
                        in.statusCode(),
                        Json.parse(body.getBytes()),
                        in.getHeader("Retry-After"),
                        "true".equals(in.getHeader("Idempotency-Replayed"))));
    }
}
