package omnibus.gateway;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import omnibus.platform.Secret;
import omnibus.platform.Settings;
import omnibus.platform.redis.RedisScripts;

/**
 * How this gateway is set up.
 *
 * @param port 0 takes any free one
 * @param deadline after which a call is answered 504
 * @param pluginGrace how long the routes of a service that is no part of the shop's core answer 503 after its last
 *     instance left, before they answer 404
 * @param limits whether clients are limited
 * @param tls the port of HTTPS; the plain one is then on loopback only
 * @param origins whose scripts may call from a browser
 * @param proxies whose word on a client's address counts
 * @param liveSockets browsers on the bridge at most, of this gateway
 * @param redis where all gateways count together; without it each counts by itself
 */
record GatewayConfig(
        String host,
        int port,
        Optional<Tls> tls,
        Origins origins,
        TrustedProxies proxies,
        Path home,
        Duration deadline,
        Duration pluginGrace,
        boolean limits,
        int browsePerSecond,
        int writesPerSecond,
        int liveSockets,
        int liveSocketsPerAddress,
        Optional<Secret> redis) {

    private static final int MAX_RATE = 1_000_000;
    private static final String REDIS = "OMNIBUS_REDIS_URL";

    static GatewayConfig from(Settings settings) {
        return new GatewayConfig(
                settings.text("OMNIBUS_HTTP_HOST", "127.0.0.1"),
                settings.integer("OMNIBUS_HTTP_PORT", 8080, 0, 65_535),
                Tls.from(settings),
                Origins.from(settings),
                TrustedProxies.from(settings),
                Path.of(settings.text("OMNIBUS_HOME", ".omnibus")),
                settings.duration("OMNIBUS_GATEWAY_DEADLINE", Duration.ofSeconds(8)),
                settings.duration("OMNIBUS_PLUGIN_GRACE", Duration.ofMinutes(10)),
                settings.flag("OMNIBUS_LIMITS", true),
                settings.integer("OMNIBUS_LIMIT_BROWSE", 200, 1, MAX_RATE),
                settings.integer("OMNIBUS_LIMIT_WRITE", 50, 1, MAX_RATE),
                settings.integer("OMNIBUS_LIVE_SOCKETS", 10_000, 0, MAX_RATE),
                settings.integer("OMNIBUS_LIVE_SOCKETS_PER_ADDRESS", 200, 1, MAX_RATE),
                redis(settings));
    }

    private static Optional<Secret> redis(Settings settings) {
        var url = settings.optional(REDIS);
        var fault = url.map(RedisScripts::faultOf);
        fault.ifPresent(why -> settings.fault(REDIS, why));
        return fault.isPresent() ? Optional.empty() : url.map(Secret::new);
    }
}
