package omnibus.user;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/**
 * Carries the requests of the OpenID library: few at once, none for long, no long answers, and never to where an answer
 * redirects. What is not answered, and answers of 5xx, fail as {@link IOException} or what the client fails with.
 */
final class ProviderHttp {
    private static final int CONNECTIONS = 8;
    private static final int WAITING = 16;
    /** For one of the up to four that a sign-in needs; the caller's deadline bounds them together. */
    private static final int PATIENCE_MILLIS = 3_000;

    private static final int LARGEST_BYTES = 256 * 1024;

    private final HttpClient http;

    ProviderHttp(Vertx vertx) {
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(PATIENCE_MILLIS),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING));
    }

    /** A 200, or the future fails. */
    Future<HTTPResponse> get(URI uri) {
        return send(new HTTPRequest(HTTPRequest.Method.GET, uri))
                .compose(answer -> answer.getStatusCode() == 200
                        ? Future.succeededFuture(answer)
                        : Future.failedFuture(new IOException(uri + " answers " + answer.getStatusCode())));
    }

    Future<HTTPResponse> send(HTTPRequest asked) {
        var options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(asked.getMethod().name()))
                .setAbsoluteURI(asked.getURI().toString())
                .setFollowRedirects(false);
        asked.getHeaderMap().forEach((name, values) -> values.forEach(value -> options.addHeader(name, value)));
        options.putHeader("Accept", "application/json");
        var body = asked.getBody() == null ? Buffer.buffer() : Buffer.buffer(asked.getBody());
        return http.request(options)
                .compose(request -> request.send(body)
                        .compose(response -> whole(response).map(text -> answer(response, text)))
                        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                        .onFailure(late -> request.reset()));
    }

    private static Future<Buffer> whole(HttpClientResponse response) {
        Promise<Buffer> whole = Promise.promise();
        var read = Buffer.buffer();
        response.handler(part -> {
            if (read.length() + part.length() > LARGEST_BYTES) {
                whole.tryFail(new IOException("it answers with more than " + LARGEST_BYTES + " bytes"));
            } else {
                read.appendBuffer(part);
            }
        });
        response.exceptionHandler(whole::tryFail);
        response.endHandler(end -> whole.tryComplete(read));
        return response.statusCode() >= 500
                ? Future.failedFuture(new IOException("it answers " + response.statusCode()))
                : whole.future();
    }

    private static HTTPResponse answer(HttpClientResponse response, Buffer text) {
        var answer = new HTTPResponse(response.statusCode());
        try {
            answer.setContentType(response.getHeader("Content-Type"));
        } catch (ParseException notOne) {
            // Without one the library takes the body for nothing that it knows, and says so.
        }
        answer.setBody(text.toString());
        return answer;
    }

    Future<Void> close() {
        return http.close();
    }
}
