package omnibus.shopper.bare;

import com.hazelcast.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/** A cluster of two on loopback, for the bare pair alone. */
final class BareCluster {
    private BareCluster() {}

    static Future<Vertx> join(int port) {
        var config = new Config().setClusterName("bare-" + port);
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        var network = config.getNetworkConfig()
                .setPort(port)
                .setPortAutoIncrement(true)
                .setPortCount(2);
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin()
                .getTcpIpConfig()
                .setEnabled(true)
                .addMember("127.0.0.1:" + port)
                .addMember("127.0.0.1:" + (port + 1));
        return Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(2)
                        .setPreferNativeTransport(true)
                        .setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
                .withClusterManager(new HazelcastClusterManager(config))
                .buildClustered();
    }

    static void ready(Vertx vertx, int port) {
        vertx.createHttpServer()
                .requestHandler(request -> request.response().end())
                .listen(port, "127.0.0.1")
                .onFailure(BareCluster::fail);
    }

    static void fail(Throwable failure) {
        System.err.println("the bare pair cannot start: " + failure);
        Runtime.getRuntime().halt(1);
    }
}
