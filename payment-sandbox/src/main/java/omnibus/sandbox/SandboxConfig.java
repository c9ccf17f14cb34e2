package omnibus.sandbox;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says, made once at start; all faults are reported together.
 *
 * @param port           of the provider's API; 0 takes any free one
 * @param managementPort of health and metrics, on loopback; 0 takes any free one
 * @param slowMillis     how late {@code pm_card_slow} is answered
 * @param holdMillis     how long a caller of {@code pm_card_noAnswer} is left waiting before the connection is cut
 */
public record SandboxConfig(
        String host,
        int port,
        int managementPort,
        String key,
        Optional<URI> webhookUrl,
        String webhookSecret,
        Path home,
        int slowMillis,
        int holdMillis) {

    private static final int DAY_MILLIS = 86_400_000;

    /**
     * @param environment as {@link System#getenv()}
     * @throws IllegalArgumentException naming every fault, one per line
     */
    public static SandboxConfig from(Map<String, String> environment) {
        var reader = new Reader(environment);
        var webhookUrl = reader.url("OMNIBUS_SANDBOX_WEBHOOK_URL");
        var config = new SandboxConfig(
                reader.text("OMNIBUS_SANDBOX_HOST", "127.0.0.1"),
                reader.integer("OMNIBUS_SANDBOX_PORT", 12111, 65_535),
                reader.integer("OMNIBUS_MANAGEMENT_PORT", 0, 65_535),
                reader.required("OMNIBUS_SANDBOX_KEY", "the secret API key callers must send, for example sk_test_…"),
                webhookUrl,
                webhookUrl.isPresent()
                        ? reader.required("OMNIBUS_SANDBOX_WEBHOOK_SECRET", "what webhooks are signed with, whsec_…")
                        : reader.text("OMNIBUS_SANDBOX_WEBHOOK_SECRET", ""),
                Path.of(reader.text("OMNIBUS_HOME", ".omnibus")),
                reader.integer("OMNIBUS_SANDBOX_SLOW_MILLIS", 2_000, DAY_MILLIS),
                reader.integer("OMNIBUS_SANDBOX_HOLD_MILLIS", 30_000, DAY_MILLIS));
        reader.refuseFaults();
        return config;
    }

    /** The log that outlives this process. */
    Path log() {
        return home.resolve("sandbox").resolve("log.jsonl");
    }

    /** Without the secrets: a record's own text would put them into the first log line that shows it. */
    @Override
    public String toString() {
        return "sandbox on " + host + ":" + port + ", log " + log() + ", webhooks "
                + webhookUrl.map(URI::toString).orElse("off");
    }

    private static final class Reader {
        private final Map<String, String> environment;
        private final List<String> faults = new ArrayList<>();

        Reader(Map<String, String> environment) {
            this.environment = environment;
        }

        String text(String name, String otherwise) {
            var value = environment.get(name);
            return value == null || value.isBlank() ? otherwise : value.strip();
        }

        String required(String name, String what) {
            var value = text(name, "");
            if (value.isEmpty()) {
                faults.add(name + " is not set: " + what);
            }
            return value;
        }

        int integer(String name, int otherwise, int max) {
            var value = text(name, Integer.toString(otherwise));
            try {
                var number = Integer.parseInt(value);
                if (number >= 0 && number <= max) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                // Reported below, with the range.
            }
            faults.add(name + " is '" + value + "': must be a whole number from 0 to " + max);
            return otherwise;
        }

        Optional<URI> url(String name) {
            var value = text(name, "");
            if (value.isEmpty()) {
                return Optional.empty();
            }
            try {
                var url = URI.create(value);
                if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
                    return Optional.of(url);
                }
            } catch (IllegalArgumentException malformed) {
                // Reported below, with what is expected.
            }
            faults.add(name + " is '" + value + "': must be an http or https URL");
            return Optional.empty();
        }

        void refuseFaults() {
            if (!faults.isEmpty()) {
                throw new IllegalArgumentException(String.join("\n", faults));
            }
        }
    }
}
