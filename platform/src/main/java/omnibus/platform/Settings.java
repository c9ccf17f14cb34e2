package omnibus.platform;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Configuration as typed values: defaults, then the file that {@code OMNIBUS_CONFIG} names, then the environment. The
 * only reader of the environment. A fault does not stop the reading; {@link #check()} tells all of them at once.
 */
public final class Settings {
    private final Map<String, String> values;
    private final List<String> faults = new ArrayList<>();

    private Settings(Map<String, String> values) {
        this.values = values;
    }

    /** The settings of this process. A key {@code X_FILE} gives the path of a file whose content is the value of {@code X}. */
    public static Settings ofProcess() {
        var values = new HashMap<String, String>();
        var faults = new ArrayList<String>();
        var file = System.getenv("OMNIBUS_CONFIG");
        if (file != null) readFile(Path.of(file), values, faults);
        values.putAll(System.getenv());
        var settings = new Settings(values);
        settings.faults.addAll(faults);
        return settings;
    }

    public static Settings of(Map<String, String> values) {
        return new Settings(Map.copyOf(values));
    }

    private static void readFile(Path file, Map<String, String> values, List<String> faults) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            properties.forEach((key, value) -> values.put(key.toString(), value.toString()));
        } catch (IOException e) {
            faults.add("OMNIBUS_CONFIG: cannot read " + file + ": " + e.getMessage());
        }
    }

    public String text(String key, String def) {
        return optional(key).orElse(def);
    }

    /** A value that must be given; absence is a fault. */
    public String required(String key, String what) {
        return optional(key).orElseGet(() -> {
            fault(key, "is not set. It is needed: " + what);
            return "";
        });
    }

    public Optional<String> optional(String key) {
        var value = values.get(key);
        if (value == null && values.containsKey(key + "_FILE")) value = readSecretFile(key);
        return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }

    private String readSecretFile(String key) {
        var path = values.get(key + "_FILE");
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            fault(key + "_FILE", "names " + path + ", which cannot be read: " + e.getMessage());
            return null;
        }
    }

    public int integer(String key, int def, int min, int max) {
        var text = optional(key);
        if (text.isEmpty()) return def;
        try {
            var value = Integer.parseInt(text.get());
            if (value >= min && value <= max) return value;
        } catch (NumberFormatException notANumber) {
            // told below, together with what is out of range
        }
        fault(key, "is \"" + text.get() + "\"; it must be a whole number from " + min + " to " + max);
        return def;
    }

    public boolean flag(String key, boolean def) {
        var text = optional(key).orElse(Boolean.toString(def)).toLowerCase(java.util.Locale.ROOT);
        switch (text) {
            case "true", "on", "yes", "1":
                return true;
            case "false", "off", "no", "0":
                return false;
            default:
                fault(key, "is \"" + text + "\"; it must be on or off");
                return def;
        }
    }

    /** A time span: ISO 8601 ({@code PT15M}) or a number with a unit: {@code 250ms}, {@code 10s}, {@code 15m}, {@code 2h}. */
    public Duration duration(String key, Duration def) {
        var text = optional(key);
        if (text.isEmpty()) return def;
        try {
            var value = text.get();
            if (value.endsWith("ms")) return Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2)));
            return Duration.parse(value.startsWith("P") ? value : "PT" + value.toUpperCase(java.util.Locale.ROOT));
        } catch (DateTimeParseException | NumberFormatException e) {
            fault(key, "is \"" + text.get() + "\"; it must be a time span such as 250ms, 10s, 15m or 2h");
            return def;
        }
    }

    public URI uri(String key, URI def) {
        var text = optional(key);
        if (text.isEmpty()) return def;
        try {
            var uri = URI.create(text.get());
            if (uri.getScheme() != null && uri.getHost() != null) return uri;
        } catch (IllegalArgumentException malformed) {
            // told below; the value is not repeated, it may carry a password
        }
        fault(key, "is not a URL with a scheme and a host");
        return def;
    }

    public Secret secret(String key, String def) {
        return new Secret(text(key, def));
    }

    public void fault(String key, String why) {
        faults.add(key + " " + why);
    }

    /** Throws {@link Invalid} naming every fault met so far, if there is one. */
    public void check() {
        if (!faults.isEmpty()) throw new Invalid(List.copyOf(faults));
    }

    /** The configuration cannot be used. The message lists every fault, one a line. */
    public static final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1;

        Invalid(List<String> faults) {
            super("The configuration has " + faults.size() + " fault(s):\n  - " + String.join("\n  - ", faults));
        }
    }
}
