package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShopSettingsTest {
    @Test
    void nothingSetMeansAllStoresEmbeddedAndPort8080() {
        var settings = ShopSettings.of(Map.of("PATH", "/bin")).check();
        assertEquals("http://127.0.0.1:8080", settings.url());
        assertTrue(settings.embedsAStore() && settings.usesSandbox());
    }

    @Test
    void allFaultsAreToldTogetherAndNoPasswordIsRepeated() {
        var settings = ShopSettings.of(Map.of(
                "OMNIBUS_HTTP_PORT", "eighty",
                "OMNIBUS_MONGO_URL", "not a url with s3cret",
                "ADMIN_PASSWORD", "s3cret",
                "OMNIBUS_PAYMENT_URL", "nowhere",
                "OMNIBUS_SANDBOX_VIA", "12111"));
        var failure = assertThrows(Failure.class, settings::check);
        assertEquals(2, failure.exitCode());
        for (var key : List.of(
                "OMNIBUS_HTTP_PORT",
                "OMNIBUS_MONGO_URL",
                "ADMIN_EMAIL",
                "OMNIBUS_PAYMENT_URL",
                "OMNIBUS_SANDBOX_VIA")) {
            assertTrue(failure.text().contains(key), failure::text);
        }
        assertFalse(failure.text().contains("s3cret"), failure::text);
    }

    @Test
    void settingsThatDifferFromTheRunningShopsAreFoundAndAbsentOnesDoNot() {
        var running = ShopSettings.of(Map.of("OMNIBUS_HTTP_PORT", "9090", "OMNIBUS_CURRENCY", "EUR"));
        assertEquals(List.of(), running.differences(ShopSettings.of(Map.of())));
        assertEquals(List.of(), running.differences(ShopSettings.of(Map.of("OMNIBUS_HTTP_PORT", "9090"))));
        assertEquals(List.of("OMNIBUS_LIMITS"), running.differences(ShopSettings.of(Map.of("OMNIBUS_LIMITS", "off"))));
    }

    @Test
    void whatALauncherGivesToItsProcessesIsNotTakenFromTheShell() {
        var settings = ShopSettings.of(Map.of("OMNIBUS_INSTANCE", "x", "OMNIBUS_MANAGEMENT_PORT", "1"));
        assertEquals(Map.of(), settings.variables());
    }

    @Test
    void aStoreUrlTellsItsHostAndPortButNotItsPassword() {
        assertEquals(
                Optional.of("db.example:5432"), Store.POSTGRES.hostAndPort("postgresql://u:p%40@db.example/omnibus"));
        assertEquals(
                Optional.of("a.example:27018"),
                Store.MONGO.hostAndPort("mongodb://u:p@a.example:27018,b.example:27019/omnibus?w=majority"));
        assertEquals(Optional.of("[::1]:6379"), Store.REDIS.hostAndPort("redis://:secret@[::1]/0"));
        assertEquals(Optional.empty(), Store.REDIS.hostAndPort("localhost:6379"));
    }
}
