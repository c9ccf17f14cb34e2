package omnibus.chaos.drive;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Who is in the cluster, as a gateway sees it that asks each member over the bus. What a JVM says of itself is not enough:
 * one that was put out while it was cut off is alone, and ready.
 */
final class ClusterView {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final URI shop;
    private final Supplier<JsonNode> admin;
    private String token = "";

    /** @param admin the e-mail and password of somebody who may look */
    ClusterView(URI shop, Supplier<JsonNode> admin) {
        this.shop = shop;
        this.admin = admin;
    }

    /** The names of the instances that answer, and are ready; none where no gateway tells. Each time any gateway is asked. */
    Set<String> ready() throws InterruptedException {
        var http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
        try {
            if (token.isEmpty()) token = signIn(http);
            var members = send(http, request("/api/v1/cluster").header("Authorization", "Bearer " + token));
            return StreamSupport.stream(members.path("members").spliterator(), false)
                    .filter(it -> it.has("calls") && it.path("state").asText().equals("READY"))
                    .map(it -> it.path("instance").asText())
                    .collect(Collectors.toSet());
        } catch (IOException away) {
            token = "";
            return Set.of();
        }
    }

    private String signIn(HttpClient http) throws IOException, InterruptedException {
        var who = admin.get();
        var credentials = Map.of(
                "email", who.path("email").asText(),
                "password", who.path("password").asText());
        var login = request("/api/v1/users/login")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.text(credentials)));
        return send(http, login).path("token").asText();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(shop.resolve(path)).timeout(PATIENCE);
    }

    private static JsonNode send(HttpClient http, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        var answer = http.send(request.build(), BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) throw new IOException("answered with " + answer.statusCode());
        return Json.parse(answer.body());
    }
}
