package omnibus.platform;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;

/** Health and metrics of this JVM on a port of their own on loopback, never on the public one. */
final class Management {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final Health health;
    private final PrometheusMeterRegistry metrics;

    Management(Vertx vertx, Health health, PrometheusMeterRegistry metrics) {
        this.vertx = vertx;
        this.health = health;
        this.metrics = metrics;
    }

    /** Listens; port 0 takes any free one. */
    Future<HttpServer> listen(String host, int port) {
        return vertx.createHttpServer().requestHandler(this::handle).listen(port, host);
    }

    private void handle(HttpServerRequest request) {
        switch (request.path()) {
            case "/metrics" ->
                vertx.executeBlocking(metrics::scrape)
                        .onSuccess(text -> request.response()
                                .putHeader("Content-Type", PROMETHEUS)
                                .end(text))
                        .onFailure(e -> request.response().setStatusCode(500).end());
            case "/health/live" -> answer(request, health.live());
            case "/health/ready" -> answer(request, health.ready());
            default -> request.response().setStatusCode(404).end();
        }
    }

    private void answer(HttpServerRequest request, boolean good) {
        request.response()
                .setStatusCode(good ? 200 : 503)
                .putHeader("Content-Type", "application/json")
                .end(Json.encode(Map.of("status", good ? "UP" : "DOWN", "detail", health.detail())));
    }
}
