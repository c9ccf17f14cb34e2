package omnibus.shopper;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which shop to talk to and as which administrator: {@code OMNIBUS_URL}, {@code ADMIN_EMAIL}, {@code ADMIN_PASSWORD},
 * and what is not given from the shop that runs in {@code OMNIBUS_HOME}.
 */
public record ShopAddress(URI url, String adminEmail, String adminPassword, Path home) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Throws {@link IllegalStateException} that says what to do when neither a URL is given nor a shop runs at home. */
    public static ShopAddress fromEnvironment() {
        var home = Path.of(env("OMNIBUS_HOME", ".omnibus"));
        var url = env("OMNIBUS_URL", null);
        var email = env("ADMIN_EMAIL", null);
        var password = env("ADMIN_PASSWORD", null);
        if (url == null)
            url = read(home.resolve("run/shop.json"), "no shop runs there")
                    .path("url")
                    .asText();
        if (email == null || password == null) {
            var admin = read(home.resolve("admin.json"), "the administrator is not known");
            email = admin.path("email").asText();
            password = admin.path("password").asText();
        }
        return new ShopAddress(URI.create(url), email, password, home);
    }

    private static String env(String name, String otherwise) {
        var value = System.getenv(name);
        return value == null || value.isBlank() ? otherwise : value;
    }

    private static JsonNode read(Path file, String why) {
        if (!Files.exists(file)) {
            throw new IllegalStateException(file + " is missing: " + why
                    + ". Start a shop with ./omnibus up, or set OMNIBUS_URL, ADMIN_EMAIL and ADMIN_PASSWORD.");
        }
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}
