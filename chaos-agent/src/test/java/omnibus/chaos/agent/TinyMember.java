package omnibus.chaos.agent;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.config.Config;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;

/** One of two JVMs that are joined as those of the shop are. It says what it sees of the other. */
public final class TinyMember {
    static final String TWO = "members: 2";
    static final String ALONE = "members: 1";
    static final String ANSWERED = "the other answers";
    static final String UNANSWERED = "the other does not answer";

    private static final int ASK_MILLIS = 100;

    private static String said = "";

    private TinyMember() {}

    /** @param arguments own name, the other's name, own port, the other's port, patience in seconds */
    public static void main(String[] arguments) throws Exception {
        endWithTheTest();
        var manager = new HazelcastClusterManager(config(Integer.parseInt(arguments[2]), arguments[3], arguments[4]));
        var options = new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1"));
        Vertx.builder()
                .with(options)
                .withClusterManager(manager)
                .buildClustered()
                .onFailure(cannot -> System.exit(1))
                .onSuccess(vertx -> live(vertx, manager, arguments[0], arguments[1]));
    }

    /** Whose process holds the other end of its input. */
    private static void endWithTheTest() {
        var watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) continue;
            } catch (IOException gone) {
                // as good as the end
            }
            Runtime.getRuntime().halt(0);
        });
        watch.setDaemon(true);
        watch.start();
    }

    private static Config config(int port, String otherPort, String heartbeatSeconds) {
        var config = new Config()
                .setProperty("hazelcast.logging.type", "none")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", heartbeatSeconds)
                .setProperty("hazelcast.merge.first.run.delay.seconds", "1")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "1");
        var network = config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + otherPort);
        return config;
    }

    private static void live(Vertx vertx, HazelcastClusterManager manager, String name, String other) {
        var cluster = manager.getHazelcastInstance().getCluster();
        cluster.addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                sayMembers(event.getMembers().size());
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                sayMembers(event.getMembers().size());
            }
        });
        sayMembers(cluster.getMembers().size());
        vertx.eventBus().consumer(name, message -> message.reply(name));
        var soon = new DeliveryOptions().setSendTimeout(ASK_MILLIS * 3);
        vertx.setPeriodic(
                ASK_MILLIS,
                tick -> vertx.eventBus()
                        .request(other, name, soon)
                        .onComplete(answer -> sayNews(answer.succeeded() ? ANSWERED : UNANSWERED)));
    }

    private static void sayMembers(int count) {
        System.out.println("members: " + count);
    }

    private static synchronized void sayNews(String news) {
        if (!news.equals(said)) System.out.println(news);
        said = news;
    }
}
