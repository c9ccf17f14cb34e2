package omnibus.platform;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Map;
import omnibus.platform.call.Caller;
import omnibus.platform.directory.Directory;

/**
 * What a JVM of the shop has to offer the service in it: its Vert.x, the directory, the caller, metrics, settings.
 *
 * @param instanceId unique among all instances ever started
 * @param member id of this JVM in the cluster, empty where there is no cluster
 * @param managementPort port of health and metrics on loopback, 0 where there is none
 */
public record Platform(
        Vertx vertx,
        Directory directory,
        Caller caller,
        MeterRegistry metrics,
        Settings settings,
        Health health,
        Clock clock,
        String instanceId,
        String member,
        int managementPort) {

    /** A platform within one JVM on a local bus, with the same code as a cluster's. For tests and tools. */
    public static Future<Platform> local(Vertx vertx, Map<String, String> settings) {
        var metrics = new SimpleMeterRegistry();
        return Directory.join(vertx)
                .map(directory -> new Platform(
                        vertx,
                        directory,
                        new Caller(vertx, directory, metrics),
                        metrics,
                        Settings.of(settings),
                        new Health(),
                        Clock.systemUTC(),
                        "local-" + Ids.next().toString().substring(24),
                        "",
                        0));
    }
}
