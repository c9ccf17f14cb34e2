package omnibus.platform;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.core.LifecycleListener;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.NoRouteToHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Level;
import java.util.stream.Collectors;
import omnibus.platform.directory.Directory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this JVM joins the others: cluster.xml with this shop's name, host and ports filled in. */
final class Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** A JVM takes the first free one of this many ports from the base port on. */
    static final int PORTS = 24;

    private static final int DEFAULT_PORT = 5701;
    private static final int PING_MILLIS = 1_000;
    private static final int PING_REPLY_MILLIS = 2_000;
    private static final int CONNECT_MILLIS = 1_000;
    private static final String SCHEMA_CHECK = "hazelcast.config.schema.validation.enabled";

    private final String name;
    private final String host;
    private final int port;
    private final String members;
    private final String file;
    private final Optional<BusTls> tls;

    private Cluster(String name, String host, int port, String members, String file, Optional<BusTls> tls) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.members = members;
        this.file = file;
        this.tls = tls;
    }

    static Cluster from(Settings settings) {
        return new Cluster(
                settings.text("OMNIBUS_CLUSTER_NAME", "omnibus"),
                settings.text("OMNIBUS_CLUSTER_HOST", "127.0.0.1"),
                settings.integer("OMNIBUS_CLUSTER_PORT", DEFAULT_PORT, 1, 65_535 - PORTS),
                settings.text("OMNIBUS_CLUSTER_MEMBERS", ""),
                settings.text("OMNIBUS_CLUSTER_CONFIG", ""),
                BusTls.from(settings));
    }

    HazelcastClusterManager manager() {
        return new HazelcastClusterManager(config());
    }

    /** Tells {@code directory} who has left, and asks {@code health} not to be ready when this JVM has been cut off. */
    static void watchMembers(Vertx vertx, HazelcastClusterManager manager, Directory directory, Health health) {
        var cluster = manager.getHazelcastInstance().getCluster();
        cluster.addMembershipListener(departures(directory));
        var probes = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MILLIS));
        var quorum = new Quorum(
                addressOf(cluster.getLocalMember()),
                () -> others(cluster),
                address -> answers(probes, address),
                () -> health.askForRestart("the cluster goes on without this instance"),
                System::nanoTime);
        directory.onRefresh(quorum::heard);
        vertx.setPeriodic(Quorum.LOOK_MILLIS, tick -> quorum.look());
        health.cutOff(quorum::isCutOff);
    }

    private static MembershipListener departures(Directory directory) {
        return new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                // Its instances announce themselves.
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                directory.memberLeft(event.getMember().getUuid().toString());
            }
        };
    }

    private static Set<SocketAddress> others(com.hazelcast.cluster.Cluster cluster) {
        return cluster.getMembers().stream()
                .filter(member -> !member.localMember())
                .map(Cluster::addressOf)
                .collect(Collectors.toSet());
    }

    private static SocketAddress addressOf(Member member) {
        return SocketAddress.inetSocketAddress(
                member.getAddress().getPort(), member.getAddress().getHost());
    }

    private static Future<Boolean> answers(NetClient probes, SocketAddress address) {
        return probes.connect(address)
                .onSuccess(NetSocket::close)
                .map(true)
                .recover(failure -> isSilence(failure) ? Future.succeededFuture(false) : Future.failedFuture(failure));
    }

    /**
     * A refusal is an answer: the machine is there, and the member on it has ended. What comes from this JVM, such as a lack
     * of file handles, says nothing of the other side.
     */
    static boolean isSilence(Throwable failure) {
        var why = String.valueOf(failure.getMessage());
        return failure instanceof NoRouteToHostException || why.contains("timed out") || why.contains("unreachable");
    }

    /**
     * A member that merges into the larger part of a split cluster gets a new id there, while Vert.x goes on under the old
     * one: nobody finds its registrations, and it finds nobody's answers. It would stay like that, ready and of no use.
     */
    static void restartAfterMerge(HazelcastClusterManager manager, Health health) {
        manager.getHazelcastInstance().getLifecycleService().addLifecycleListener(afterMerge(health));
    }

    static LifecycleListener afterMerge(Health health) {
        return event -> {
            if (event.getState() != LifecycleState.MERGED) return;
            LOG.error("the cluster was split and has merged; this instance is unknown in it and asks to be restarted");
            health.askForRestart("the cluster was split and has merged");
        };
    }

    /** Calls {@code end} when this member has become the oldest and can never take office. */
    static void watchPartitionTable(HazelcastClusterManager manager, Runnable end) {
        manager.getHazelcastInstance()
                .getLoggingService()
                .addLogListener(Level.WARNING, new PartitionTableWatch(end, System::nanoTime));
    }

    static String member(HazelcastClusterManager manager) {
        return manager.getHazelcastInstance()
                .getCluster()
                .getLocalMember()
                .getUuid()
                .toString();
    }

    EventBusOptions eventBus() {
        var options = new EventBusOptions()
                .setHost(host)
                .setClusterPingInterval(PING_MILLIS)
                .setClusterPingReplyInterval(PING_REPLY_MILLIS)
                .setConnectTimeout(CONNECT_MILLIS)
                .setTcpNoDelay(true);
        return tls.map(secured -> secured.applyTo(options)).orElse(options);
    }

    Config config() {
        var properties = new Properties();
        properties.setProperty("omnibus.cluster.name", name);
        properties.setProperty("omnibus.cluster.host", host);
        properties.setProperty("omnibus.cluster.port", Integer.toString(port));
        properties.setProperty("omnibus.cluster.ports", Integer.toString(PORTS));
        // The one in the jar is held against its schema by a test: at each start that would cost a sixth of the time.
        if (file.isEmpty()) System.setProperty(SCHEMA_CHECK, "false");
        try (var xml = open()) {
            var config = new XmlConfigBuilder(xml).setProperties(properties).build();
            addMembers(config);
            return config;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the cluster configuration", e);
        }
    }

    private InputStream open() throws IOException {
        return file.isEmpty() ? Cluster.class.getResourceAsStream("/cluster.xml") : Files.newInputStream(Path.of(file));
    }

    /** Without a list of hosts, everyone is on this one; each possible port is named, since Hazelcast takes no ranges. */
    private void addMembers(Config config) {
        var advanced = config.getAdvancedNetworkConfig();
        var join = advanced.isEnabled()
                ? advanced.getJoin()
                : config.getNetworkConfig().getJoin();
        var tcp = join.getTcpIpConfig();
        if (!members.isEmpty()) {
            for (var member : members.split(",")) tcp.addMember(member.strip());
            return;
        }
        for (var i = 0; i < PORTS; i++) tcp.addMember(host + ":" + (port + i));
    }
}
