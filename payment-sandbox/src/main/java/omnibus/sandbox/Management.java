package omnibus.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Health and the few figures worth a graph, on a loopback port of their own. */
final class Management {
    private final Vertx vertx;
    private final BooleanSupplier ready;
    private final LongSupplier requests;
    private final LongSupplier pendingWebhooks;

    Management(Vertx vertx, BooleanSupplier ready, LongSupplier requests, LongSupplier pendingWebhooks) {
        this.vertx = vertx;
        this.ready = ready;
        this.requests = requests;
        this.pendingWebhooks = pendingWebhooks;
    }

    Future<HttpServer> listen(int port) {
        return vertx.createHttpServer().requestHandler(this::handle).listen(port, "127.0.0.1");
    }

    private void handle(HttpServerRequest request) {
        switch (request.path()) {
            case "/health/live" ->
                request.response().putHeader("Content-Type", "application/json").end("{\"status\":\"UP\"}");
            case "/health/ready" ->
                request.response()
                        .setStatusCode(ready.getAsBoolean() ? 200 : 503)
                        .putHeader("Content-Type", "application/json")
                        .end(ready.getAsBoolean() ? "{\"status\":\"UP\"}" : "{\"status\":\"DOWN\"}");
            case "/metrics" ->
                request.response()
                        .putHeader("Content-Type", "text/plain; version=0.0.4")
                        .end(metrics());
            default -> request.response().setStatusCode(404).end();
        }
    }

    private String metrics() {
        return "# TYPE sandbox_requests_total counter\nsandbox_requests_total " + requests.getAsLong()
                + "\n# TYPE sandbox_webhooks_pending gauge\nsandbox_webhooks_pending " + pendingWebhooks.getAsLong()
                + "\n";
    }
}
