package omnibus.sandbox;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A request's parameters as Stripe encodes them: {@code metadata[order_id]=…}, sorted by name, the last one wins. */
final class Form {
    private final Map<String, String> values = new TreeMap<>();

    private Form() {}

    static Form parse(String encoded) {
        var form = new Form();
        for (var pair : encoded.split("&")) {
            if (!pair.isEmpty()) {
                var equals = pair.indexOf('=');
                var name = equals < 0 ? pair : pair.substring(0, equals);
                form.values.put(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return form;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw StripeError.invalid("Invalid form encoding: " + malformed.getMessage());
        }
    }

    /** Refuses what Stripe would: a misspelt parameter must not pass for one that was honoured. */
    Form allow(Set<String> names) {
        for (var name : values.keySet()) {
            var bracket = name.indexOf('[');
            var base = bracket < 0 ? name : name.substring(0, bracket);
            if (!names.contains(base)) {
                throw StripeError.invalid("parameter_unknown", base, "Received unknown parameter: " + base);
            }
        }
        return this;
    }

    /** An empty value counts as absent. */
    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    String required(String name) {
        return text(name).orElseThrow(() -> StripeError.missingParameter(name));
    }

    Optional<Long> positive(String name) {
        return text(name).map(value -> {
            try {
                var number = Long.parseLong(value);
                if (number >= 1 && number <= 99_999_999_999L) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                // Refused below.
            }
            throw StripeError.invalid("parameter_invalid_integer", name, "Invalid positive integer: " + value);
        });
    }

    /** A bound such as {@code created[gte]}, in epoch seconds. */
    Optional<Long> second(String name) {
        return text(name).map(value -> {
            if (!value.matches("[0-9]{1,12}")) {
                throw StripeError.invalid("parameter_invalid_integer", name, "Invalid integer: " + value);
            }
            return Long.parseLong(value);
        });
    }

    boolean flag(String name) {
        return text(name)
                .map(value -> switch (value) {
                    case "true" -> true;
                    case "false" -> false;
                    default ->
                        throw StripeError.invalid("Invalid boolean: " + value).with("param", name);
                })
                .orElse(false);
    }

    /** The entries of {@code name[…]}. */
    Map<String, String> group(String name) {
        var prefix = name + "[";
        var group = new TreeMap<String, String>();
        values.forEach((key, value) -> {
            if (key.startsWith(prefix) && key.endsWith("]")) {
                group.put(key.substring(prefix.length(), key.length() - 1), value);
            }
        });
        return group;
    }

    /** Whether what is named is asked for in full, by {@code expand[]} or {@code expand[0]}. */
    boolean expands(String name) {
        return group("expand").containsValue(name);
    }

    /** Equal for equal parameters, in whatever order they came. */
    String fingerprint() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            values.forEach((name, value) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(value.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            });
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", impossible);
        }
    }
}
