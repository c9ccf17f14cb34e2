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

    private static Settings settings(String... pairs) {
        var values = new HashMap<>(Map.of("OMNIBUS_POSTGRES_URL", URL));
        for (var i = 0; i < pairs.length; i += 2) values.put(pairs[i], pairs[i + 1]);
        return Settings.of(values);
    }

    private static String faults(String... pairs) {
        var settings = settings(pairs);
        UserConfig.from(settings);
        return assertThrows(Settings.Invalid.class, settings::check).getMessage();
    }

    @Test
    void theDatabaseIsAllThatMustBeConfigured() {
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
    void anAdminNeedsBothEmailAndPassword() {
        assertTrue(faults("ADMIN_EMAIL", "boss@example.com").contains("ADMIN_PASSWORD is not set"));
        assertTrue(faults("ADMIN_PASSWORD", "a long password").contains("ADMIN_EMAIL is not set"));
    }
}
