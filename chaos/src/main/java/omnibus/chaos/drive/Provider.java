package omnibus.chaos.drive;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The payment sandbox, told how to misbehave. */
final class Provider {
    /** What it does as long as the run may hurt it. */
    private static final Map<String, Integer> ALWAYS =
            Map.of("lostReplyPercent", 30, "duplicateWebhookPercent", 50, "shuffleWebhookMillis", 3_000);

    private static final Map<String, Map<String, Integer>> WORSE = Map.of(
            "lose-requests", Map.of("lostRequestPercent", 30),
            "delay", Map.of("delayMillis", 1_500),
            "stall", Map.of("stallMillis", 2_500),
            "outage", Map.of("outagePercent", 100),
            "lose-webhooks", Map.of("lostWebhookPercent", 50),
            "recover", Map.of());

    /** A machine that starts several JVMs at once answers late. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ChaosShop shop;
    private final int seed;

    Provider(ChaosShop shop, long seed) {
        this.shop = shop;
        this.seed = (int) (seed & Integer.MAX_VALUE);
    }

    /** The everyday faults, and one more. */
    void misbehave(String action) {
        var faults = new HashMap<>(ALWAYS);
        faults.putAll(WORSE.getOrDefault(action, Map.of()));
        faults.put("seed", seed);
        set(faults);
    }

    void heal() {
        set(Map.of());
    }

    private void set(Map<String, Integer> faults) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shop.sandboxPort() + "/sandbox/faults"))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + shop.paymentKey())
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(Json.text(faults)))
                .build();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw Stopped.failed(
                        "The payment sandbox does not take its faults.",
                        answer.statusCode() + " " + answer.body(),
                        "Read the sandbox's log in " + shop.home().resolve("logs") + ".");
            }
        } catch (IOException away) {
            throw Stopped.failed(
                    "The payment sandbox cannot be reached.",
                    String.valueOf(away.getMessage()),
                    "Read the sandbox's log in " + shop.home().resolve("logs") + ".");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
