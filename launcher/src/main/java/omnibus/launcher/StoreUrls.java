package omnibus.launcher;

/** Where a service finds its store: the user's server, or the embedded one as it describes itself. */
final class StoreUrls {
    private final ShopSettings settings;
    private final StoreServers servers;

    private StoreUrls(ShopSettings settings, StoreServers servers) {
        this.settings = settings;
        this.servers = servers;
    }

    static StoreUrls of(Home home, ShopSettings settings) {
        return new StoreUrls(settings, StoreServers.of(home));
    }

    /** @throws Failure while the embedded store is not running */
    String forService(Store store, String service) {
        return settings.external(store).orElseGet(() -> embedded(store, service));
    }

    private String embedded(Store store, String service) {
        var server = servers.find(store)
                .orElseThrow(() -> Failure.failed(
                        "The embedded " + store.key + " is not running.",
                        "The stores' process has not described it yet.",
                        "./omnibus up starts it; ./omnibus logs stores says why it does not."));
        return server.urls() == null ? server.url() : server.urls().getOrDefault(service, server.url());
    }
}
