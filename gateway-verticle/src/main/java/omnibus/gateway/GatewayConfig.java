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
 * @param bodyBytes memory for the bodies of requests and answers under way
 * @param connections of HTTP at most, of this gateway
 * @param connectionsPerAddress those of one address at most, which is no proxy's
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
        long bodyBytes,
        int connections,
        int connectionsPerAddress,
        int liveSockets,
        int liveSocketsPerAddress,
        Optional<Secret> redis) {

    private static final int MAX_RATE = 1_000_000;
    private static final int MIB = 1024 * 1024;
    /** Bodies are copied on their way, some of them twice; the rest of the heap is for everything else. */
    private static final int HEAP_PER_BODIES = 8;
    /** One that listens was measured to take 15 KiB. */
    private static final int HEAP_PER_LIVE_SOCKET = 24 * 1024;

    private static final int MOST_LIVE_SOCKETS = 10_000;
    private static final String REDIS = "OMNIBUS_REDIS_URL";

    /** As many as reads: more than one a request nobody needs. */
    int connectionsPerAddressAndSecond() {
        return limits ? browsePerSecond : MAX_RATE;
    }

    static GatewayConfig from(Settings settings) {
        var heap = Runtime.getRuntime().maxMemory();
        var limits = settings.flag("OMNIBUS_LIMITS", true);
        var bodies = (int) Math.min(MAX_RATE, Math.max(1, heap / HEAP_PER_BODIES / MIB));
        var liveSockets = (int) Math.min(MOST_LIVE_SOCKETS, heap / HEAP_PER_LIVE_SOCKET);
        return new GatewayConfig(
                settings.text("OMNIBUS_HTTP_HOST", "127.0.0.1"),
                settings.integer("OMNIBUS_HTTP_PORT", 8080, 0, 65_535),
                Tls.from(settings),
                Origins.from(settings),
                TrustedProxies.from(settings),
                Path.of(settings.text("OMNIBUS_HOME", ".omnibus")),
                settings.duration("OMNIBUS_GATEWAY_DEADLINE", Duration.ofSeconds(8)),
                settings.duration("OMNIBUS_PLUGIN_GRACE", Duration.ofMinutes(10)),
                limits,
                settings.integer("OMNIBUS_LIMIT_BROWSE", 200, 1, MAX_RATE),
                settings.integer("OMNIBUS_LIMIT_WRITE", 50, 1, MAX_RATE),
                (long) MIB * settings.integer("OMNIBUS_BODY_MEMORY", bodies, 1, MAX_RATE),
                settings.integer("OMNIBUS_CONNECTIONS", 4_000, 1, MAX_RATE),
                limits ? settings.integer("OMNIBUS_CONNECTIONS_PER_ADDRESS", 1_000, 1, MAX_RATE) : MAX_RATE,
                settings.integer("OMNIBUS_LIVE_SOCKETS", liveSockets, 0, MAX_RATE),
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
