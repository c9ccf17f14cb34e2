package omnibus.gateway;

import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import omnibus.platform.Ids;
import omnibus.platform.Settings;
import omnibus.platform.call.Answer;
import omnibus.testkit.TestPlatform;

/** One gateway over a local bus, with a user service that publishes keys and a service that tells back what reached it. */
final class GatewaySuite implements AutoCloseable {
    static final String USER = Ids.next().toString();

    final TestPlatform platform;
    final Signer signer = new Signer("shop-1");
    final Set<String> endedSessions = Collections.newSetFromMap(new ConcurrentHashMap<>());
    final Wishlists wishlists;
    final GatewayVerticle gateway;
    final String wishlistDeployment;
    final String gatewayDeployment;
    final Browser browser;

    GatewaySuite(String... settings) {
        this(Map.of("OMNIBUS_DRAIN_PATIENCE", "5s"), settings);
    }

    /** {@code shared}: settings of every service's JVM; {@code settings}: those of the gateway. */
    GatewaySuite(Map<String, String> shared, String... settings) {
        platform = TestPlatform.start(shared);
        wishlists = new Wishlists(platform.platform());
        platform.answer("user.getJwks", call -> Future.succeededFuture(Answer.ok(Signer.keySet(signer))));
        platform.answer(
                "user.readEndedSessions",
                call -> Future.succeededFuture(Answer.ok(Map.of(
                        "sessions",
                        endedSessions.stream()
                                .map(session -> Map.of("session", session))
                                .toList()))));
        wishlistDeployment = platform.deploy(wishlists);
        gateway = gateway(platform, newHome(), settings);
        gatewayDeployment = platform.deploy(gateway);
        browser = new Browser(gateway.port());
    }

    static GatewayVerticle gateway(TestPlatform platform, Path home, String... settings) {
        var all = new HashMap<>(
                Map.of("OMNIBUS_HTTP_PORT", "0", "OMNIBUS_HOME", home.toString(), "OMNIBUS_LIMITS", "off"));
        for (var i = 0; i < settings.length; i += 2) all.put(settings[i], settings[i + 1]);
        return new GatewayVerticle(platform.platform(), GatewayConfig.from(Settings.of(all)));
    }

    static Path newHome() {
        try {
            var home = Files.createTempDirectory("gateway");
            home.toFile().deleteOnExit();
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value of Authorization for a user with these roles. */
    String bearer(String... roles) {
        return "Bearer " + signer.token(USER, "s-" + List.of(roles), roles);
    }

    /** A write, of a customer. */
    Browser.Reply createWishlist() {
        return browser.post(
                "/api/v1/wishlists", "{\"name\":\"n\"}", "Content-Type", "application/json", "Authorization", bearer());
    }

    @Override
    public void close() {
        platform.close();
    }
}
