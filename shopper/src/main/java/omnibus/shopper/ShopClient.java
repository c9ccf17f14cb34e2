package omnibus.shopper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** The shop over HTTP as one client sees it, signed in or not. Blocking; one per person. */
public final class ShopClient {
    public static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** What came back; {@code body} is missing when it was not JSON. */
    public record Reply(int status, JsonNode body, HttpResponse<String> http) {
        public String header(String name) {
            return http.headers().firstValue(name).orElse("");
        }

        public String code() {
            var type = body.path("type").asText();
            return type.substring(type.lastIndexOf('/') + 1);
        }
    }

    private final URI base;
    private String token;

    public ShopClient(URI base) {
        this.base = base;
    }

    public String token() {
        return token;
    }

    public Reply signIn(String email, String password) {
        var reply = post("/api/v1/users/login", Map.of("email", email, "password", password));
        token = reply.body().path("token").asText(null);
        return reply;
    }

    /** Registers somebody new, signs in, and returns the e-mail used. */
    public String registerSomebody() {
        var email = "shopper-" + UUID.randomUUID() + "@example.org";
        var password = UUID.randomUUID().toString();
        post("/api/v1/users/register", Map.of("email", email, "password", password, "name", "A Shopper"));
        signIn(email, password);
        return email;
    }

    public Reply get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    public Reply post(String path, Object body, String... headers) {
        return send("POST", path, body, headers);
    }

    public Reply put(String path, Object body, String... headers) {
        return send("PUT", path, body, headers);
    }

    public Reply delete(String path, String... headers) {
        return send("DELETE", path, null, headers);
    }

    /** Sends a request; {@code headers} are names and values in turn. A body that is a text is sent as it is. */
    public Reply send(String method, String path, Object body, String... headers) {
        var request = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE);
        if (token != null) request.header("Authorization", "Bearer " + token);
        if (headers.length > 0) request.headers(headers);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            var named = request.build().headers().firstValue("Content-Type").isPresent();
            if (!named) request.header("Content-Type", "application/json");
            request.method(method, BodyPublishers.ofString(body instanceof String text ? text : write(body)));
        }
        return exchange(request.build());
    }

    private static String write(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reply exchange(HttpRequest request) {
        try {
            var response = HTTP.send(request, BodyHandlers.ofString());
            var json = response.headers().firstValue("Content-Type").orElse("").contains("json");
            var body = json && !response.body().isEmpty() ? JSON.readTree(response.body()) : MissingNode.getInstance();
            return new Reply(response.statusCode(), body, response);
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri() + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
