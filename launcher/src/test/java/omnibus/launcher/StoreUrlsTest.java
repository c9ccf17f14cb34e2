package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreUrlsTest {
    @TempDir
    private Path directory;

    private Home home;

    @BeforeEach
    void aHome() {
        home = new Home(directory.resolve("home")).create();
    }

    private StoreUrls urls(String key, String value) {
        var urls = new StoreUrls(home, ShopSettings.of(Map.of(key, value)));
        urls.prepare(List.of("order", "payment"));
        return urls;
    }

    @Test
    void servicesOfOneRedisKeepApartUnlessTheUrlNamesADatabase() {
        var shared = urls("OMNIBUS_REDIS_URL", "redis://:pw@cache:6379");
        assertEquals("redis://:pw@cache:6379/0", shared.forService(Store.REDIS, "cart"));
        assertEquals("redis://:pw@cache:6379/1", shared.forService(Store.REDIS, "gateway"));
        assertEquals(
                "redis://cache/7", urls("OMNIBUS_REDIS_URL", "redis://cache/7").forService(Store.REDIS, "gateway"));
    }

    @Test
    void theCatalogueGetsADatabaseAndKeepsTheOptionsOfTheUrl() {
        assertEquals(
                "mongodb://a,b/omnibus_product?replicaSet=rs0",
                urls("OMNIBUS_MONGO_URL", "mongodb://a,b/?replicaSet=rs0").forService(Store.MONGO, "product"));
        assertEquals(
                "mongodb://a/mine",
                urls("OMNIBUS_MONGO_URL", "mongodb://a/mine").forService(Store.MONGO, "product"));
    }

    @Test
    void aPluggedInServiceIsNotGivenTheDatabaseOfTheCatalogue() {
        assertEquals(
                "mongodb://a/omnibus_wishes",
                urls("OMNIBUS_MONGO_URL", "mongodb://a").forService(Store.MONGO, "wishes"));
        var named = urls("OMNIBUS_MONGO_URL", "mongodb://a/mine");
        var refusal = assertThrows(Failure.class, () -> named.forService(Store.MONGO, "wishes"));
        assertTrue(refusal.text().contains("that is the catalogue's"), refusal.text());
    }

    @Test
    void databasesMadeByHandAreNamedByServiceAndNothingIsCreated() {
        var urls = urls("OMNIBUS_POSTGRES_URL", "postgresql://omnibus_{service}:pw@db/omnibus_{service}");
        assertEquals("postgresql://omnibus_order:pw@db/omnibus_order", urls.forService(Store.POSTGRES, "order"));
    }

    @Test
    void theEmbeddedPostgresIsReachedThroughTheProxyBeforeIt() {
        var url = "postgresql://omnibus_order:pw@127.0.0.1:15128/omnibus_order";
        var server = new StoreServers.Server("postgres", "embedded", 1, 15128, url, Map.of("order", url));
        home.write(home.run().resolve("stores.json"), new StoreServers(1, List.of(server)));
        assertEquals(url, new StoreUrls(home, ShopSettings.of(Map.of())).forService(Store.POSTGRES, "order"));
        assertEquals(
                "postgresql://omnibus_order:pw@127.0.0.1:10001/omnibus_order",
                urls("OMNIBUS_POSTGRES_VIA", "127.0.0.1:10001").forService(Store.POSTGRES, "order"));
    }

    @Test
    void anEmbeddedStoreThatDoesNotRunIsToldAndNotGuessed() {
        var urls = new StoreUrls(home, ShopSettings.of(Map.of()));
        assertThrows(Failure.class, () -> urls.forService(Store.POSTGRES, "order"));
    }
}
