package omnibus.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path home;

    @Test
    void everythingIsThereAfterARestart() {
        String intent;
        try (var sandbox = new RunningSandbox(home)) {
            intent = sandbox.keyed("a", "/v1/payment_intents", create("pm_card_visa"))
                    .id();
            sandbox.keyed("d", "/v1/payment_intents", create("pm_card_chargeDeclined"));
            sandbox.post("/v1/payment_intents/" + intent + "/capture");
            sandbox.post("/v1/refunds", "payment_intent", intent, "amount", "999");
        }
        try (var sandbox = new RunningSandbox(home)) {
            assertTrue(sandbox.keyed("a", "/v1/payment_intents", create("pm_card_visa"))
                    .replayed());
            var declined = sandbox.keyed("d", "/v1/payment_intents", create("pm_card_chargeDeclined"));
            assertTrue(declined.replayed());
            assertEquals(402, declined.status());
            assertEquals("card_declined", declined.error().getString("code"));
            assertEquals(
                    1999, sandbox.get("/v1/payment_intents/" + intent).body().getLong("amount_received"));
            assertEquals(
                    1000,
                    sandbox.post("/v1/refunds", "payment_intent", intent).body().getLong("amount"));
            assertEquals(
                    5, sandbox.get("/v1/events").body().getJsonArray("data").size());
        }
    }

    @Test
    void aTornLastLineWasNeverAcknowledgedAndGoes() throws IOException {
        try (var sandbox = new RunningSandbox(home)) {
            sandbox.pay("pm_card_visa");
        }
        Files.writeString(log(), "{\"at\":\"20", StandardOpenOption.APPEND);
        try (var sandbox = new RunningSandbox(home)) {
            sandbox.pay("pm_card_visa");
            assertEquals(
                    2,
                    sandbox.get("/v1/payment_intents")
                            .body()
                            .getJsonArray("data")
                            .size());
        }
        assertEquals(2, Files.readAllLines(log()).size());
    }

    @Test
    void aDamagedLogIsNotPassedOverInSilence() throws IOException {
        Files.createDirectories(log().getParent());
        Files.writeString(log(), "{\"at\":1}\nrubbish\n");
        var refusal = assertThrows(IllegalStateException.class, () -> new RunningSandbox(home));
        assertTrue(refusal.toString().contains("line 1 cannot be read"), refusal.toString());
    }

    @Test
    void oneLogServesOneProvider() {
        try (var sandbox = new RunningSandbox(home)) {
            assertEquals(200, sandbox.get("/v1/events").status());
            assertThrows(IllegalStateException.class, () -> new RunningSandbox(home));
        }
    }

    @Test
    void killedInMidFlightItHasLostNothingItAcknowledged() throws Exception {
        var acknowledged = new ConcurrentLinkedQueue<String>();
        var port = freePort();
        var process = launch(port);
        try {
            var client = HttpClient.newHttpClient();
            var calls = new ArrayList<CompletableFuture<?>>();
            IntStream.range(0, 400)
                    .forEach(i ->
                            calls.add(client.sendAsync(create(port, "k" + i), HttpResponse.BodyHandlers.ofString())
                                    .thenAccept(answer -> {
                                        acknowledged.add("k" + i);
                                        if (acknowledged.size() == 100) {
                                            process.destroyForcibly();
                                        }
                                    })
                                    .exceptionally(cut -> null)));
            CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertTrue(acknowledged.size() >= 100);
        try (var sandbox = new RunningSandbox(home)) {
            for (var key : acknowledged) {
                assertTrue(
                        sandbox.keyed(key, "/v1/payment_intents", create("pm_card_visa"))
                                .replayed(),
                        key);
            }
        }
    }

    private Process launch(int port) throws IOException {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "omnibus.sandbox.SandboxMain");
        builder.environment().putAll(RunningSandbox.environment(home));
        builder.environment().put("OMNIBUS_SANDBOX_PORT", Integer.toString(port));
        var process = builder.redirectErrorStream(true).start();
        var output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains("payment sandbox listens")) {
                return process;
            }
        }
        throw new AssertionError("the sandbox did not start");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static HttpRequest create(int port, String key) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/payment_intents"))
                .header("Authorization", "Bearer " + RunningSandbox.KEY)
                .header("Idempotency-Key", key)
                .POST(RunningSandbox.form(create("pm_card_visa")))
                .build();
    }

    private static String[] create(String card) {
        return new String[] {
            "amount", "1999", "currency", "eur", "capture_method", "manual", "confirm", "true", "payment_method", card
        };
    }

    private Path log() {
        return home.resolve("sandbox").resolve("log.jsonl");
    }
}
