package omnibus.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The settings a shop was started with: the {@code OMNIBUS_*} and {@code ADMIN_*} variables of {@code up}. They are kept
 * in the home, so that a later {@code scale} from another shell, or the supervisor, starts processes like the others.
 */
record ShopSettings(Map<String, String> variables) {
    /** Given to each process by the launcher itself; what the user's shell has under these names means something else. */
    private static final List<String> NOT_KEPT = List.of(
            "OMNIBUS_HOME",
            "OMNIBUS_INSTANCE",
            "OMNIBUS_MANAGEMENT_PORT",
            "OMNIBUS_CLUSTER_PORT",
            "OMNIBUS_SANDBOX_PORT",
            "OMNIBUS_DEMO",
            "OMNIBUS_MAVEN",
            "OMNIBUS_URL");

    /** Values that name files: the processes work in another directory than the user's. */
    private static final List<String> PATHS =
            List.of("OMNIBUS_CONFIG", "OMNIBUS_CLUSTER_CONFIG", "OMNIBUS_BREACHED_PASSWORDS");

    /** {@code host:port} of a proxy before the embedded PostgreSQL, and before the sandbox. */
    static final String POSTGRES_VIA = "OMNIBUS_POSTGRES_VIA";

    static final String SANDBOX_VIA = "OMNIBUS_SANDBOX_VIA";

    private static final Pattern HOST_AND_PORT = Pattern.compile("[A-Za-z0-9.-]+:\\d{1,5}");

    private static final String NOT_A_URL = " is not a URL with a scheme and a host";

    static ShopSettings of(Map<String, String> environment) {
        var kept = new TreeMap<String, String>();
        environment.forEach((key, value) -> {
            boolean ours = key.startsWith("OMNIBUS_") || key.startsWith("ADMIN_");
            if (!ours || value.isBlank() || NOT_KEPT.contains(key)) return;
            boolean path = PATHS.contains(key) || key.endsWith("_FILE");
            kept.put(key, path ? Path.of(value.strip()).toAbsolutePath().toString() : value.strip());
        });
        return new ShopSettings(kept);
    }

    /** These settings with those of {@code newer} laid over them. */
    ShopSettings with(ShopSettings newer) {
        var both = new TreeMap<>(variables);
        both.putAll(newer.variables);
        return new ShopSettings(both);
    }

    /** The names whose value in {@code newer} is another than here. */
    List<String> differences(ShopSettings newer) {
        return newer.variables.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("ADMIN_"))
                .filter(entry -> !entry.getValue().equals(variables.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Refuses what cannot work, every fault in one message. */
    ShopSettings check() {
        var faults = new ArrayList<String>();
        for (var key : List.of("OMNIBUS_HTTP_PORT", "OMNIBUS_HTTPS_PORT")) {
            number(key)
                    .filter(port -> port < 1 || port > 65_535)
                    .ifPresent(port -> faults.add(key + " must be a port number from 1 to 65535"));
            if (variables.containsKey(key) && number(key).isEmpty()) {
                faults.add(key + " is \"" + variables.get(key) + "\"; it must be a number");
            }
        }
        for (var store : Store.values()) {
            external(store)
                    .filter(url -> store.hostAndPort(url).isEmpty())
                    .ifPresent(url -> faults.add(store.variable + NOT_A_URL));
        }
        text("OMNIBUS_PAYMENT_URL").ifPresent(url -> checkUrl("OMNIBUS_PAYMENT_URL", url, faults));
        for (var via : List.of(POSTGRES_VIA, SANDBOX_VIA)) {
            text(via)
                    .filter(place -> !HOST_AND_PORT.matcher(place).matches())
                    .ifPresent(place -> faults.add(via + " is \"" + place + "\"; it must be host:port"));
        }
        if (text("ADMIN_PASSWORD").isPresent() != text("ADMIN_EMAIL").isPresent()) {
            faults.add("ADMIN_EMAIL and ADMIN_PASSWORD belong together: set both or neither");
        }
        text("ADMIN_PASSWORD")
                .filter(password -> password.length() < 8 || password.length() > 128)
                .ifPresent(password -> faults.add("ADMIN_PASSWORD must have 8 to 128 characters"));
        if (!faults.isEmpty()) {
            throw Failure.usage(
                    "The settings cannot be used.",
                    String.join("\n", faults),
                    "Correct the variables and run the command again; docs/operations.md lists them all.");
        }
        return this;
    }

    private static void checkUrl(String key, String url, List<String> faults) {
        try {
            if (URI.create(url).getHost() != null) return;
        } catch (IllegalArgumentException malformed) {
            // told below, without the value: it may carry a password
        }
        faults.add(key + NOT_A_URL);
    }

    private Optional<Integer> port() {
        return number("OMNIBUS_HTTP_PORT");
    }

    /** Empty while HTTPS is off. */
    Optional<Integer> httpsPort() {
        return number("OMNIBUS_HTTPS_PORT");
    }

    private Optional<Integer> number(String key) {
        try {
            return text(key).map(Integer::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    int httpPort() {
        return port().orElse(8080);
    }

    String httpHost() {
        return text("OMNIBUS_HTTP_HOST").orElse("127.0.0.1");
    }

    /** Where a client on this machine reaches the shop. */
    String url() {
        var host = httpHost();
        boolean loopback =
                host.equals("0.0.0.0") || host.equals("::") || httpsPort().isPresent();
        return "http://" + (loopback ? "127.0.0.1" : host) + ":" + httpPort();
    }

    /** The value of a variable, or of the file that the variable with the suffix {@code _FILE} names. */
    Optional<String> text(String key) {
        var value = variables.get(key);
        var file = variables.get(key + "_FILE");
        if (value != null || file == null) return Optional.ofNullable(value);
        try {
            return Optional.of(Files.readString(Path.of(file)).strip());
        } catch (IOException e) {
            throw Failure.usage(
                    key + "_FILE names a file that cannot be read.", Home.reason(e), "Correct it, or set " + key + ".");
        }
    }

    /** The URL of a server that is not ours to start. */
    Optional<String> external(Store store) {
        return text(store.variable);
    }

    boolean embedsAStore() {
        return List.of(Store.values()).stream()
                .anyMatch(store -> external(store).isEmpty());
    }

    /** False when the shop talks to a provider the user named. */
    boolean usesSandbox() {
        return text("OMNIBUS_PAYMENT_URL").isEmpty();
    }
}
