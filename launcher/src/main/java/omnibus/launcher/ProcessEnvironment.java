package omnibus.launcher;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The environment of each process: the shop's settings, its place in the cluster, and of the URLs and secrets only those
 * its role needs. Secrets travel here and never as arguments, which every user of the machine can read.
 */
final class ProcessEnvironment {
    /** Certificate and key of the door: nobody else's business. */
    private static final String TLS = "OMNIBUS_TLS_";

    /** What the shop shows its OpenID provider. */
    private static final String OPENID = "OMNIBUS_OIDC_";

    /** What the user service seals its keys with, where the user of the shop brings a secret of their own. */
    private static final String SIGNING = "OMNIBUS_SIGNING_SECRET";

    private final Home home;
    private final ShopState state;

    ProcessEnvironment(Home home, ShopState state) {
        this.home = home;
        this.state = state;
    }

    Map<String, String> of(Role role, String instance, int managementPort) {
        var env = new HashMap<String, String>();
        settings().variables().forEach((key, value) -> {
            if (forEveryRole(key)) env.put(key, value);
        });
        env.put("OMNIBUS_HOME", home.path().toString());
        env.put("OMNIBUS_INSTANCE", instance);
        env.put("OMNIBUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        env.put("MALLOC_ARENA_MAX", "2"); // glibc would give each thread its own heap
        switch (role.duty()) {
            case STORES -> env.putAll(stores());
            case SANDBOX -> env.putAll(sandbox());
            case GATEWAY, SERVICE -> env.putAll(verticle(role));
            case SUPERVISOR -> env.put("OMNIBUS_SUPERVISOR", "true");
        }
        return env;
    }

    private ShopSettings settings() {
        return state.settings();
    }

    private static boolean forEveryRole(String key) {
        for (var store : Store.values()) if (key.startsWith(store.variable)) return false;
        return Stream.of("ADMIN_", "OMNIBUS_PAYMENT_", TLS, OPENID, SIGNING).noneMatch(key::startsWith);
    }

    private Map<String, String> stores() {
        var env = new TreeMap<String, String>();
        var embedded = Stream.of(Store.values())
                .filter(store -> settings().external(store).isEmpty())
                .toList();
        env.put("OMNIBUS_STORES", embedded.stream().map(store -> store.key).collect(Collectors.joining(",")));
        embedded.forEach(store -> env.put(
                "OMNIBUS_STORES_" + store.name() + "_PORT",
                Integer.toString(state.ports().of(store))));
        return env;
    }

    private Map<String, String> sandbox() {
        var secrets = Secrets.of(home);
        return Map.of(
                "OMNIBUS_SANDBOX_PORT", Integer.toString(state.ports().sandbox()),
                "OMNIBUS_SANDBOX_KEY", secrets.paymentKey(),
                "OMNIBUS_SANDBOX_WEBHOOK_URL", state.url() + "/api/v1/payments/webhooks/stripe",
                "OMNIBUS_SANDBOX_WEBHOOK_SECRET", secrets.webhookSecret());
    }

    private Map<String, String> verticle(Role role) {
        var env = new HashMap<String, String>();
        env.put("OMNIBUS_CLUSTER_NAME", clusterName(home, settings()));
        env.putIfAbsent(
                "OMNIBUS_CLUSTER_HOST", settings().text("OMNIBUS_CLUSTER_HOST").orElse("127.0.0.1"));
        env.put("OMNIBUS_CLUSTER_PORT", Integer.toString(state.ports().cluster()));
        var urls = new StoreUrls(home, settings());
        for (var store : role.stores()) {
            env.put(store.variable, urls.forService(store, role.name()));
            if (settings().external(store).isEmpty()) env.put("OMNIBUS_" + store.name() + "_KIND", store.kind);
        }
        if (role.duty() == Role.Duty.GATEWAY) {
            env.put("OMNIBUS_HTTP_HOST", settings().httpHost());
            env.put("OMNIBUS_HTTP_PORT", Integer.toString(settings().httpPort()));
            env.putAll(startingWith(TLS));
        }
        if (role.name().equals("payment")) env.putAll(paymentProvider());
        if (role.name().equals("user")) {
            var admin = Admin.of(home, settings());
            env.put("ADMIN_EMAIL", admin.email());
            env.put("ADMIN_PASSWORD", admin.password());
            env.putAll(startingWith(OPENID));
            var signing = startingWith(SIGNING);
            env.putAll(signing.isEmpty() ? Map.of(SIGNING, Secrets.of(home).signingSecret()) : signing);
        }
        return env;
    }

    private Map<String, String> paymentProvider() {
        var env = new HashMap<String, String>();
        if (settings().usesSandbox()) {
            var secrets = Secrets.of(home);
            var place = settings()
                    .text(ShopSettings.SANDBOX_VIA)
                    .orElse("127.0.0.1:" + state.ports().sandbox());
            env.put("OMNIBUS_PAYMENT_URL", "http://" + place);
            env.put("OMNIBUS_PAYMENT_KEY", secrets.paymentKey());
            env.put("OMNIBUS_PAYMENT_WEBHOOK_SECRET", secrets.webhookSecret());
        }
        env.putAll(startingWith("OMNIBUS_PAYMENT_"));
        return env;
    }

    private Map<String, String> startingWith(String prefix) {
        var found = new TreeMap<>(settings().variables());
        found.keySet().removeIf(key -> !key.startsWith(prefix));
        return found;
    }

    /** Derived from the home's path, so that two shops on one machine never meet. */
    static String clusterName(Home home, ShopSettings settings) {
        return settings.text("OMNIBUS_CLUSTER_NAME")
                .orElseGet(() ->
                        "omnibus-" + Integer.toHexString(home.path().toString().hashCode()));
    }
}
