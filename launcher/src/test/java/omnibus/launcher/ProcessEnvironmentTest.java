package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessEnvironmentTest {
    private static final Map<String, String> SETTINGS = Map.of(
            "OMNIBUS_CURRENCY", "EUR",
            "OMNIBUS_OIDC_CLIENT_SECRET", "between shop and provider",
            "OMNIBUS_TLS_KEY", "the door's key",
            "OMNIBUS_SIGNING_SECRET", "the seal of the keys",
            "OMNIBUS_PAYMENT_KEY", "the provider's key");

    @TempDir
    private Path directory;

    private ProcessEnvironment environment;

    private Home home;

    @BeforeEach
    void aHome() {
        home = new Home(directory.resolve("home")).create();
        environment = with(SETTINGS);
    }

    private ProcessEnvironment with(Map<String, String> settings) {
        return new ProcessEnvironment(
                home,
                new ShopState(
                        "http://127.0.0.1:8080",
                        Instant.EPOCH,
                        ShopSettings.of(settings),
                        new Ports(1, 2, 3, 4, 5),
                        Map.of(),
                        "build"));
    }

    private Map<String, String> of(String service, Role.Duty duty) {
        return environment.of(new Role(service, "Main", duty, 64, Set.of(), List.of()), service + "-1", 9000);
    }

    @Test
    void aSecretReachesWhoNeedsItAndNobodyElse() {
        var owners = Map.of(
                "OMNIBUS_OIDC_CLIENT_SECRET", "user",
                "OMNIBUS_TLS_KEY", "gateway",
                "OMNIBUS_SIGNING_SECRET", "user",
                "OMNIBUS_PAYMENT_KEY", "payment");
        for (var service : List.of("gateway", "user", "payment", "cart")) {
            var given = of(service, service.equals("gateway") ? Role.Duty.GATEWAY : Role.Duty.SERVICE);
            assertEquals("EUR", given.get("OMNIBUS_CURRENCY"));
            owners.forEach((key, owner) -> {
                if (owner.equals(service)) assertEquals(SETTINGS.get(key), given.get(key));
                else assertFalse(given.containsKey(key), service + " was given " + key);
            });
        }
    }

    @Test
    void theUserServiceGetsTheSecretOfTheHomeUnlessItIsGivenOne() {
        environment = with(Map.of());
        var made = of("user", Role.Duty.SERVICE).get("OMNIBUS_SIGNING_SECRET");
        assertEquals(64, made.length());
        assertEquals(made, Secrets.of(home).signingSecret());
        assertFalse(of("order", Role.Duty.SERVICE).containsKey("OMNIBUS_SIGNING_SECRET"));

        environment = with(Map.of("OMNIBUS_SIGNING_SECRET_FILE", "/run/secrets/signing"));
        var given = of("user", Role.Duty.SERVICE);
        assertEquals("/run/secrets/signing", given.get("OMNIBUS_SIGNING_SECRET_FILE"));
        assertFalse(given.containsKey("OMNIBUS_SIGNING_SECRET"));
        assertFalse(of("order", Role.Duty.SERVICE).containsKey("OMNIBUS_SIGNING_SECRET_FILE"));
    }
}
