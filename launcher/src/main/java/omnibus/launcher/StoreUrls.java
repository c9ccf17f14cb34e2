package omnibus.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import omnibus.stores.PrepareStores;

/**
 * Where each service finds its store: on the user's server, or on the embedded one as it describes itself. On PostgreSQL
 * every service has a database and a role of its own, on Redis a database number, on MongoDB a database.
 */
final class StoreUrls {
    /** Who keeps what in Redis; a URL that names a database itself is taken as it is. */
    private static final Map<String, String> REDIS_DATABASE = Map.of("cart", "0", "gateway", "1");

    /** The URLs per service on the user's PostgreSQL, made by {@code up}. */
    private record Prepared(Map<String, String> postgres) {}

    private final Home home;
    private final ShopSettings settings;

    StoreUrls(Home home, ShopSettings settings) {
        this.home = home;
        this.settings = settings;
    }

    private static Path file(Home home) {
        return home.run().resolve("prepared-stores.json");
    }

    /** Makes databases and roles on the user's PostgreSQL, unless its URL says that they are there ({@code {service}}). */
    void prepare(List<String> services) {
        settings.external(Store.POSTGRES).ifPresent(url -> {
            try {
                var urls = PrepareStores.prepare(url, Secrets.of(home).storesSecret(), services);
                home.write(file(home), new Prepared(urls));
            } catch (IOException | RuntimeException e) {
                throw Failure.environment(
                        "The PostgreSQL of OMNIBUS_POSTGRES_URL cannot be used.",
                        String.valueOf(e.getMessage()),
                        "Correct the URL or the rights of its user. Databases made by hand are named so:",
                        "OMNIBUS_POSTGRES_URL=postgresql://omnibus_{service}:PASSWORD@HOST:5432/omnibus_{service}");
            }
        });
    }

    /** @throws Failure while the embedded store is not running */
    String forService(Store store, String service) {
        var external = settings.external(store);
        return switch (store) {
            case POSTGRES -> external.isPresent() ? prepared(service) : via(embeddedDatabase(service));
            case MONGO -> external.isPresent() ? mongo(external.get(), service) : embeddedMongo(service);
            case REDIS ->
                withDatabase(
                        external.orElseGet(() -> withoutDatabase(embedded(store).url())),
                        REDIS_DATABASE.getOrDefault(service, "0"));
        };
    }

    private String embeddedMongo(String service) {
        return withDatabase(embedded(Store.MONGO).url(service), "omnibus_" + service);
    }

    /** A database that the URL names is the catalogue's. */
    private static String mongo(String url, String service) {
        var own = withDatabase(url, "omnibus_" + service);
        if (own.equals(url) && !service.equals("product")) {
            throw Failure.usage(
                    "There is no database for " + service + ".",
                    "OMNIBUS_MONGO_URL names one, and that is the catalogue's.",
                    "Name none in it: the catalogue then keeps omnibus_product, and " + service + " gets omnibus_"
                            + service + ".");
        }
        return own;
    }

    /** The stores' JVM prepares for the services of the distribution; for what was plugged in it is done here. */
    private String embeddedDatabase(String service) {
        var server = embedded(Store.POSTGRES);
        if (server.urls() != null && server.urls().containsKey(service)) return server.url(service);
        try {
            var secret = Secrets.of(home).storesSecret();
            return PrepareStores.prepare(server.url(), secret, List.of(service)).get(service);
        } catch (IOException e) {
            throw Failure.failed(
                    "The database of " + service + " cannot be made.", e.getMessage(), "./omnibus logs stores");
        }
    }

    /** The embedded server's URL, led through the proxy that stands before it, if one does. */
    private String via(String url) {
        return settings.text(ShopSettings.POSTGRES_VIA)
                .map(place -> url.replaceFirst("@[^/]*/", "@" + place + "/"))
                .orElse(url);
    }

    private String prepared(String service) {
        return home.read(file(home), Prepared.class)
                .map(it -> it.postgres().get(service))
                .orElseThrow(() -> Failure.failed(
                        "The database of " + service + " has not been prepared.",
                        file(home) + " does not name it.",
                        "./omnibus up prepares it."));
    }

    private StoreServers.Server embedded(Store store) {
        return StoreServers.of(home)
                .find(store)
                .orElseThrow(() -> Failure.failed(
                        "The embedded " + store.key + " is not running.",
                        "The stores' process has not described it yet.",
                        "./omnibus up starts it; ./omnibus logs stores says why it does not."));
    }

    /** The embedded Redis is all ours: its URL names the first database, and the services are given their own. */
    private static String withoutDatabase(String url) {
        return url.replaceFirst("/\\d+$", "");
    }

    /** The URL with a database in it: the one it names, else this one. */
    static String withDatabase(String url, String database) {
        int query = url.indexOf('?');
        var place = query < 0 ? url : url.substring(0, query);
        var rest = query < 0 ? "" : url.substring(query);
        int path = place.indexOf('/', place.indexOf("://") + 3);
        if (path > 0 && path < place.length() - 1) return url;
        return (path < 0 ? place + "/" : place) + database + rest;
    }
}
