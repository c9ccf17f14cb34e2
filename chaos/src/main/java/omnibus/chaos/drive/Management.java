package omnibus.chaos.drive;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a JVM of the shop tells about itself on its management port; one that is frozen or gone tells nothing. */
final class Management {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMillis(500))
            .build();

    private Management() {}

    static boolean ready(ShopProcess process) {
        return ask(process, "/health/ready").isPresent();
    }

    /** Its counters and gauges with this prefix, by their name with labels. */
    static Map<String, Double> metrics(ShopProcess process, String prefix) {
        var values = new TreeMap<String, Double>();
        ask(process, "/metrics")
                .ifPresent(text -> text.lines()
                        .filter(line -> line.startsWith(prefix))
                        .forEach(line -> {
                            int blank = line.lastIndexOf(' ');
                            values.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
                        }));
        return values;
    }

    private static Optional<String> ask(ShopProcess process, String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + process.managementPort() + path))
                .timeout(Duration.ofSeconds(1))
                .build();
        try {
            var answer = HTTP.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException away) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
