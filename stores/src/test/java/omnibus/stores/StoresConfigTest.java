package omnibus.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoresConfigTest {
    @Test
    void nothingConfiguredMeansEverythingOnAnyPort() throws Exception {
        var config = StoresConfig.from(Map.of());
        assertEquals(Set.of("postgres", "redis", "mongo"), config.stores());
        assertEquals(0, config.ports().get("postgres"));
        assertEquals(List.of("user", "order", "inventory", "payment"), config.databases());
    }

    @Test
    void aStoreWithAUrlIsNotEmbedded() throws Exception {
        var config = StoresConfig.from(
                Map.of("OMNIBUS_MONGO_URL", "mongodb://db", "OMNIBUS_POSTGRES_URL", "postgresql://db"));
        assertEquals(Set.of("redis"), config.stores());
        assertEquals("postgresql://db", config.externalPostgres().orElseThrow());
    }

    @Test
    void allFaultsAreToldAtOnce() {
        var faults = assertThrows(
                StoreException.class,
                () -> StoresConfig.from(Map.of(
                        "OMNIBUS_STORES",
                        "postgres, oracle",
                        "OMNIBUS_STORES_REDIS_PORT",
                        "70000",
                        "OMNIBUS_MANAGEMENT_PORT",
                        "x")));
        for (var named : List.of("oracle", "OMNIBUS_STORES_REDIS_PORT", "OMNIBUS_MANAGEMENT_PORT")) {
            assertTrue(faults.getMessage().contains(named), faults.getMessage());
        }
    }
}
