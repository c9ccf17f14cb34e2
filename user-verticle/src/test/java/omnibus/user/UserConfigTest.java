package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import omnibus.platform.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserConfigTest {
    private static final String URL = "postgresql://user:secret@localhost:5432/omnibus_user";

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private static Settings settings(String... pairs) {
        var values = new HashMap<>(Map.of("OMNIBUS_POSTGRES_URL", URL, "OMNIBUS_SIGNING_SECRET", SECRET));
        for (var i = 0; i < pairs.length; i += 2) values.put(pairs[i], pairs[i + 1]);
        return Settings.of(values);
    }

    private static String faults(String... pairs) {
        var settings = settings(pairs);
        UserConfig.from(settings);
        return assertThrows(Settings.Invalid.class, settings::check).getMessage();
    }

    @Test
    void theDatabaseAndTheSigningSecretAreAllThatMustBeConfigured() {
        var settings = settings();
        var config = UserConfig.from(settings);
        settings.check();
        assertTrue(config.firstAdmin().isEmpty());
        assertTrue(config.limits());
        assertEquals(Duration.ofDays(90), config.keyRotation());
        assertEquals(0, config.breached().size());
    }

    @Test
    void everythingCanBeSaid(@TempDir Path folder) throws IOException {
        var list = Files.writeString(folder.resolve("list"), "12345678\npassword\n");
        var config = UserConfig.from(settings(
                "ADMIN_EMAIL", " Boss@Example.com ",
                "ADMIN_PASSWORD", "a long password",
                "OMNIBUS_LIMITS", "off",
                "OMNIBUS_KEY_ROTATION", "P30D",
                "OMNIBUS_BREACHED_PASSWORDS", list.toString()));
        assertEquals("boss@example.com", config.firstAdmin().orElseThrow().email());
        assertFalse(config.toString().contains("a long password"));
        assertFalse(config.limits());
        assertEquals(Duration.ofDays(30), config.keyRotation());
        assertEquals(2, config.breached().size());
    }

    @Test
    void allFaultsAreToldTogetherAndNoSecretWithThem() {
        var told = faults(
                "ADMIN_EMAIL", "boss",
                "ADMIN_PASSWORD", "2short",
                "OMNIBUS_LIMITS", "maybe",
                "OMNIBUS_KEY_ROTATION", "5m",
                "OMNIBUS_BREACHED_PASSWORDS", "/no/such/file");
        for (var key : new String[] {
            "ADMIN_EMAIL", "ADMIN_PASSWORD", "OMNIBUS_LIMITS", "OMNIBUS_KEY_ROTATION", "OMNIBUS_BREACHED_PASSWORDS"
        }) {
            assertTrue(told.contains(key), key);
        }
        assertFalse(told.contains("2short"));
    }

    @Test
    void withoutASigningSecretOrWithAPoorOneTheServiceDoesNotStart() {
        assertTrue(faults("OMNIBUS_SIGNING_SECRET", " ").contains("OMNIBUS_SIGNING_SECRET is not set"));
        var poor = SECRET.substring(1);
        var told = faults("OMNIBUS_SIGNING_SECRET", poor);
        assertTrue(told.contains("OMNIBUS_SIGNING_SECRET must have 32 characters or more"));
        assertFalse(told.contains(poor));
        assertFalse(UserConfig.from(settings()).toString().contains(SECRET));
    }

    @Test
    void theSigningSecretMayLieInAFile(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        var settings = Settings.of(Map.of("OMNIBUS_POSTGRES_URL", URL, "OMNIBUS_SIGNING_SECRET_FILE", file.toString()));
        assertEquals(SECRET, UserConfig.from(settings).signingSecret().reveal());
        settings.check();
    }

    @Test
    void anAdminNeedsBothEmailAndPassword() {
        assertTrue(faults("ADMIN_EMAIL", "boss@example.com").contains("ADMIN_PASSWORD is not set"));
        assertTrue(faults("ADMIN_PASSWORD", "a long password").contains("ADMIN_EMAIL is not set"));
    }

    private static final String[] PROVIDER = {
        "OMNIBUS_OIDC_ISSUER", "https://login.example.com",
        "OMNIBUS_OIDC_CLIENT_ID", "the-shop",
        "OMNIBUS_OIDC_CLIENT_SECRET", "between us",
        "OMNIBUS_OIDC_REDIRECT_URIS", "https://shop.example.com/in, http://localhost:3000/, com.example.shop:/in"
    };

    private static String[] provider(String key, String value) {
        var settings = PROVIDER.clone();
        for (var i = 0; i < settings.length; i += 2) if (settings[i].equals(key)) settings[i + 1] = value;
        return settings;
    }

    @Test
    void thereIsNoProviderUnlessOneIsConfigured() {
        assertTrue(UserConfig.from(settings()).openId().isEmpty());
        var settings = settings(PROVIDER);
        var openId = UserConfig.from(settings).openId().orElseThrow();
        settings.check();
        assertEquals("login.example.com", openId.name());
        assertEquals(3, openId.redirectUris().size());
        assertFalse(openId.toString().contains("between us"));
    }

    @Test
    void nothingOfASignInMayTravelInTheClear() {
        assertTrue(faults(provider("OMNIBUS_OIDC_ISSUER", "http://login.example.com"))
                .contains("OMNIBUS_OIDC_ISSUER must be an https address"));
        for (var bad : new String[] {"http://shop.example.com/in", "https://shop.example.com/#in", "/in", "a b"}) {
            assertTrue(faults(provider("OMNIBUS_OIDC_REDIRECT_URIS", bad)).contains("OMNIBUS_OIDC_REDIRECT_URIS"), bad);
        }
    }

    @Test
    void aProviderNeedsAllThatBelongsToIt() {
        var told = faults("OMNIBUS_OIDC_ISSUER", "https://login.example.com");
        for (var key : new String[] {"CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URIS"}) {
            assertTrue(told.contains("OMNIBUS_OIDC_" + key), key);
        }
    }
}
