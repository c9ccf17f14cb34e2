package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @Test
    void whatIsNotSetHasItsDefault() {
        var settings = Settings.of(Map.of("BLANK", "  "));
        assertEquals("x", settings.text("BLANK", "x"));
        assertEquals(7, settings.integer("NONE", 7, 0, 10));
        assertTrue(settings.flag("NONE", true));
        assertEquals(Duration.ofSeconds(1), settings.duration("NONE", Duration.ofSeconds(1)));
        settings.check();
    }

    @Test
    void valuesAreReadAsTheirTypes() {
        var settings = Settings.of(Map.of(
                "N",
                "5",
                "ON",
                "on",
                "OFF",
                "Off",
                "MS",
                "250ms",
                "M",
                "15m",
                "ISO",
                "PT2H",
                "URL",
                "http://shop:1/x"));
        assertEquals(5, settings.integer("N", 0, 0, 10));
        assertTrue(settings.flag("ON", false));
        assertFalse(settings.flag("OFF", true));
        assertEquals(Duration.ofMillis(250), settings.duration("MS", null));
        assertEquals(Duration.ofMinutes(15), settings.duration("M", null));
        assertEquals(Duration.ofHours(2), settings.duration("ISO", null));
        assertEquals(URI.create("http://shop:1/x"), settings.uri("URL", null));
        settings.check();
    }

    @Test
    void allFaultsAreToldAtOnce() {
        var settings = Settings.of(Map.of("PORT", "99999", "SPAN", "soon", "FLAG", "maybe", "URL", "nowhere"));
        settings.integer("PORT", 1, 1, 65535);
        settings.duration("SPAN", Duration.ZERO);
        settings.flag("FLAG", true);
        settings.uri("URL", null);
        settings.required("MISSING", "the thing");
        var told = assertThrows(Settings.Invalid.class, settings::check).getMessage();
        for (var key : new String[] {"PORT", "SPAN", "FLAG", "URL", "MISSING"}) assertTrue(told.contains(key), told);
    }

    @Test
    void aSecretMayComeFromAFileAndNeverShowsItself(@TempDir Path dir) throws Exception {
        var file = Files.writeString(dir.resolve("password"), "hunter2\n");
        var secret = Settings.of(Map.of("PASSWORD_FILE", file.toString())).secret("PASSWORD", "");
        assertEquals("hunter2", secret.reveal());
        assertEquals("***", secret.toString());
    }

    @Test
    void aSecretFileThatCannotBeReadIsAFault() {
        var settings = Settings.of(Map.of("PASSWORD_FILE", "nowhere/at/all"));
        settings.secret("PASSWORD", "");
        assertThrows(Settings.Invalid.class, settings::check);
    }
}
