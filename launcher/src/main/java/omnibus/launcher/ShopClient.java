package omnibus.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** The shop as its own client sees it: through the gateway, signed in as the administrator. */
final class ShopClient {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** This and above: not refused for what was asked, worth another try. */
    static final int BUSY_STATUS = 429;

    private static final Duration BUSY = Duration.ofSeconds(60);
    private static final Duration IMPORT_PATIENCE = Duration.ofMinutes(2);

    record Reply(int status, JsonNode body) {}

    private final String url;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private String token = "";

    ShopClient(String url) {
        this.url = url;
    }

    /** Signs in; on 200 the calls that follow are the administrator's. */
    int signIn(Admin admin) {
        var credentials = Home.JSON.valueToTree(Map.of("email", admin.email(), "password", admin.password()));
        var reply = patiently(() -> request("/api/v1/users/login", PATIENCE, "application/json")
                .POST(BodyPublishers.ofString(credentials.toString())));
        token = reply.body().path("token").asText();
        return reply.status();
    }

    Reply get(String path) {
        return send(request(path, PATIENCE, "application/json").GET());
    }

    /** @param lines a product each, as JSON; one that is there already changes nothing */
    Reply importProducts(String lines) {
        return patiently(() -> request("/api/v1/products/import", IMPORT_PATIENCE, "application/x-ndjson")
                .POST(BodyPublishers.ofString(lines)));
    }

    /** A machine that has just started a shop may be too busy for it at first: only the last 429 or 5xx counts. */
    private Reply patiently(Supplier<HttpRequest.Builder> request) {
        var reply = new Reply[1];
        Poll.until(BUSY, Duration.ofSeconds(1), () -> (reply[0] = send(request.get())).status() < BUSY_STATUS);
        return reply[0];
    }

    private HttpRequest.Builder request(String path, Duration patience, String contentType) {
        var request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(patience).header("Content-Type", contentType);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private Reply send(HttpRequest.Builder request) {
        try {
            var response = http.send(request.build(), BodyHandlers.ofString());
            var json = response.headers().firstValue("Content-Type").orElse("").contains("json");
            var body = json ? Home.JSON.readTree(response.body()) : Home.JSON.createObjectNode();
            return new Reply(response.statusCode(), body);
        } catch (IOException e) {
            throw Failure.failed(
                    "The shop does not answer at " + url + ".",
                    Home.reason(e),
                    "Read ./omnibus logs gateway and ./omnibus doctor.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.failed("Interrupted.", "The shop itself goes on.", "./omnibus up goes on where it was.");
        }
    }
}
