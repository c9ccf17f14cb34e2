package omnibus.stores;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the stores JVM shall run.
 *
 * @param stores which stores are embedded
 * @param ports of each of them on 127.0.0.1; 0 chooses
 * @param managementPort of health and metrics on 127.0.0.1; 0 chooses
 * @param databases the services that get a PostgreSQL database each
 * @param externalPostgres the administrator's URL of a PostgreSQL server to prepare instead of an embedded one
 */
record StoresConfig(
        Path home,
        Set<String> stores,
        Map<String, Integer> ports,
        int managementPort,
        List<String> databases,
        Optional<String> externalPostgres) {
    private static final List<String> ALL = List.of("postgres", "redis", "mongo");

    /** Reads the environment; all its faults are told at once. */
    static StoresConfig from(Map<String, String> environment) throws StoreException {
        return new Reader(environment).read();
    }

    private static final class Reader {
        private final Map<String, String> environment;
        private final List<String> faults = new ArrayList<>();

        Reader(Map<String, String> environment) {
            this.environment = environment;
        }

        StoresConfig read() throws StoreException {
            var stores = new LinkedHashSet<>(list("OMNIBUS_STORES", String.join(",", ALL)));
            for (var store : stores) {
                if (!ALL.contains(store)) faults.add("OMNIBUS_STORES names \"" + store + "\"; known are " + ALL);
            }
            stores.removeIf(store -> !text(key(store, "_URL"), "").isEmpty());
            var config = new StoresConfig(
                    Path.of(text("OMNIBUS_HOME", ".omnibus")).toAbsolutePath().normalize(),
                    stores,
                    Map.of("postgres", port("POSTGRES"), "redis", port("REDIS"), "mongo", port("MONGO")),
                    number("OMNIBUS_MANAGEMENT_PORT"),
                    list("OMNIBUS_STORES_DATABASES", "user,order,inventory,payment"),
                    Optional.of(text("OMNIBUS_POSTGRES_URL", "")).filter(url -> !url.isEmpty()));
            if (!faults.isEmpty())
                throw new StoreException("The configuration cannot be used:\n  - " + String.join("\n  - ", faults));
            return config;
        }

        private static String key(String store, String suffix) {
            return "OMNIBUS_" + store.toUpperCase(Locale.ROOT) + suffix;
        }

        private String text(String key, String otherwise) {
            var value = environment.getOrDefault(key, "").strip();
            return value.isEmpty() ? otherwise : value;
        }

        private List<String> list(String key, String otherwise) {
            return List.of(text(key, otherwise).split("\\s*,\\s*"));
        }

        private int port(String store) {
            return number("OMNIBUS_STORES_" + store + "_PORT");
        }

        private int number(String key) {
            var text = text(key, "0");
            if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65535) return Integer.parseInt(text);
            faults.add(key + " is \"" + text + "\"; it must be a port from 0 (choose one) to 65535");
            return 0;
        }
    }
}
