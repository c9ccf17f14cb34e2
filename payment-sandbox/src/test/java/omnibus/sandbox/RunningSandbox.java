package omnibus.sandbox;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A provider on a port of its own, and a client that speaks to it as a shop would. */
final class RunningSandbox implements AutoCloseable {
    static final String KEY = "sk_test_sandbox";
    static final String SECRET = "whsec_test";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final SandboxVerticle verticle;

    record Reply(int status, JsonObject body, HttpResponse<String> response) {
        JsonObject error() {
            return body.getJsonObject("error");
        }

        String id() {
            return body.getString("id");
        }

        boolean replayed() {
            return response.headers().firstValue("Idempotent-Replayed").isPresent();
        }
    }

    RunningSandbox(Path home, Map<String, String> more) {
        var environment = new HashMap<>(environment(home));
        environment.putAll(more);
        verticle = new SandboxVerticle(SandboxConfig.from(environment));
        await(vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture());
    }

    RunningSandbox(Path home) {
        this(home, Map.of());
    }

    static Map<String, String> environment(Path home) {
        return Map.of(
                "OMNIBUS_SANDBOX_PORT",
                "0",
                "OMNIBUS_SANDBOX_KEY",
                KEY,
                "OMNIBUS_HOME",
                home.toString(),
                "OMNIBUS_SANDBOX_SLOW_MILLIS",
                "400",
                "OMNIBUS_SANDBOX_HOLD_MILLIS",
                "200");
    }

    int managementPort() {
        return verticle.managementPort();
    }

    Reply pay(String card, String... more) {
        var parameters = new String[10 + more.length];
        System.arraycopy(
                new String[] {
                    "amount",
                    "1999",
                    "currency",
                    "eur",
                    "capture_method",
                    "manual",
                    "confirm",
                    "true",
                    "payment_method",
                    card
                },
                0,
                parameters,
                0,
                10);
        System.arraycopy(more, 0, parameters, 10, more.length);
        return post("/v1/payment_intents", parameters);
    }

    Reply post(String path, String... parameters) {
        return join(send(request(path).POST(form(parameters))));
    }

    Reply keyed(String key, String path, String... parameters) {
        return join(keyedAsync(key, path, parameters));
    }

    CompletableFuture<Reply> keyedAsync(String key, String path, String... parameters) {
        return send(request(path).header("Idempotency-Key", key).POST(form(parameters)));
    }

    Reply get(String path) {
        return join(send(request(path).GET()));
    }

    Reply anonymous(String path, String... headers) {
        var request = HttpRequest.newBuilder(uri(path));
        return join(send(headers.length == 0 ? request : request.headers(headers)));
    }

    Reply faults(JsonObject faults) {
        return join(send(request("/sandbox/faults").PUT(HttpRequest.BodyPublishers.ofString(faults.encode()))));
    }

    /** What the connection did instead of answering. */
    IOException lost(String key, String path, String... parameters) {
        try {
            keyedAsync(key, path, parameters).get(5, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException noAnswer) {
            return (IOException) noAnswer.getCause();
        } catch (Exception other) {
            throw new IllegalStateException(other);
        }
        throw new AssertionError("answered");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/x-www-form-urlencoded");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + verticle.port() + path);
    }

    static HttpRequest.BodyPublisher form(String... parameters) {
        var form = new StringBuilder();
        for (var i = 0; i < parameters.length; i += 2) {
            form.append(i == 0 ? "" : "&")
                    .append(URLEncoder.encode(parameters[i], StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return HttpRequest.BodyPublishers.ofString(form.toString());
    }

    private CompletableFuture<Reply> send(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(response -> new Reply(response.statusCode(), new JsonObject(response.body()), response));
    }

    private static Reply join(CompletableFuture<Reply> reply) {
        return await(reply);
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        await(vertx.close().toCompletionStage().toCompletableFuture());
    }
}
