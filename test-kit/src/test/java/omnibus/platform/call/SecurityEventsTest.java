package omnibus.platform.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.call.SecurityEvents.Origin;
import omnibus.testkit.SecurityLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class SecurityEventsTest {
    private static final UUID ADA = UUID.randomUUID();

    private final SecurityLines lines = new SecurityLines();

    @AfterEach
    void close() {
        lines.close();
    }

    @Test
    void anEventTellsWhoDidWhatInWhichCall() {
        var ada = new Identity(ADA, Set.of("customer"), "session");
        SecurityEvents.accessDenied(Origin.of("r-1", "product.createProduct", "192.0.2.77", ada));

        assertEquals(
                Map.of(
                        "event", "access-denied",
                        "request", "r-1",
                        "user", ADA.toString(),
                        "network", "192.0.2.0/24",
                        "op", "product.createProduct"),
                lines.one("access-denied"));
    }

    @Test
    void whatIsNotKnownIsADash() {
        SecurityEvents.tell(Level.INFO, "first-admin-made", Origin.SHOP.about(null));

        var line = lines.one("first-admin-made");
        for (var name : Set.of("request", "user", "network", "op")) assertEquals("-", line.get(name), name);
    }

    @ParameterizedTest
    @CsvSource({
        "198.51.100.9, 198.51.100.0/24",
        "::ffff:198.51.100.9, 198.51.100.0/24",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:0:0:0:0:0/48",
        "not an address, -"
    })
    void ofAClientItsNetworkIsToldAndNoMore(String address, String network) {
        SecurityEvents.accessDenied(Origin.of("r", "op", address, Identity.anonymous()));

        assertEquals(network, lines.one("access-denied").get("network"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\n", "\u0085", "\u2028", "\u2029", "\u0000", "\u001b"})
    void noValueBeginsALine(String lineBreak) {
        var dirty = "x" + lineBreak + "event=account-closed";
        SecurityEvents.tell(Level.WARN, "roles-changed", new Origin(dirty, dirty, dirty, dirty), "roles", dirty);

        lines.one("roles-changed").values().forEach(value -> assertFalse(value.contains(lineBreak), value));
    }
}
