package omnibus.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxVerticleTest {
    @TempDir
    Path home;

    @Test
    void healthAndFiguresHaveAPortOfTheirOwn() throws Exception {
        try (var sandbox = new RunningSandbox(home)) {
            sandbox.pay("pm_card_visa");
            assertEquals(200, get(sandbox, "/health/live").statusCode());
            assertEquals(200, get(sandbox, "/health/ready").statusCode());
            assertTrue(get(sandbox, "/metrics").body().contains("sandbox_requests_total 1\n"));
            assertEquals(404, get(sandbox, "/v1/events").statusCode());
        }
    }

    @Test
    void allFaultsOfTheConfigurationAreToldAtOnce() {
        var refusal = assertThrows(
                IllegalArgumentException.class,
                () -> SandboxConfig.from(Map.of(
                        "OMNIBUS_SANDBOX_PORT", "70000",
                        "OMNIBUS_MANAGEMENT_PORT", "x",
                        "OMNIBUS_SANDBOX_WEBHOOK_URL", "ftp://shop")));
        for (var name : new String[] {
            "OMNIBUS_SANDBOX_PORT", "OMNIBUS_MANAGEMENT_PORT", "OMNIBUS_SANDBOX_WEBHOOK_URL", "OMNIBUS_SANDBOX_KEY"
        }) {
            assertTrue(refusal.getMessage().contains(name), refusal.getMessage());
        }
    }

    @Test
    void webhooksNeedASecret() {
        var refusal = assertThrows(
                IllegalArgumentException.class,
                () -> SandboxConfig.from(
                        Map.of("OMNIBUS_SANDBOX_KEY", "sk", "OMNIBUS_SANDBOX_WEBHOOK_URL", "http://127.0.0.1:1/hook")));
        assertTrue(refusal.getMessage().contains("OMNIBUS_SANDBOX_WEBHOOK_SECRET"));
    }

    @Test
    void theConfigurationDoesNotShowItsSecrets() {
        var config = SandboxConfig.from(
                Map.of("OMNIBUS_SANDBOX_KEY", "sk_hidden", "OMNIBUS_SANDBOX_WEBHOOK_SECRET", "whsec_hidden"));
        assertFalse(config.toString().contains("hidden"));
    }

    private static HttpResponse<String> get(RunningSandbox sandbox, String path) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + sandbox.managementPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
