package omnibus.stores;

import de.bwaldvogel.mongo.wire.MongoExceptionHandler;
import de.bwaldvogel.mongo.wire.MongoWireMessageEncoder;
import de.bwaldvogel.mongo.wire.MongoWireProtocolHandler;
import de.bwaldvogel.mongo.wire.MongoWireReplyEncoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks MongoDB's protocol within this JVM and keeps its data in one file. An acknowledged write is on disk. What it
 * cannot promise is said by {@link #caveats()}.
 */
public final class MongoEmulation implements EmbeddedStore {
    private static final Logger log = LoggerFactory.getLogger(MongoEmulation.class);
    private static final int THREADS = 8;

    private final Path file;
    private volatile int port;
    private volatile Running running;

    private record Running(
            MongoDisk disk,
            GroupCommit commit,
            MongoData backend,
            MultiThreadIoEventLoopGroup loops,
            DefaultChannelGroup channels) {}

    /**
     * @param home where the data is kept
     * @param port 0 chooses a free one
     */
    public MongoEmulation(Path home, int port) {
        this.file = home.toAbsolutePath().normalize().resolve("documents.mv.db");
        this.port = port;
    }

    /** What a real server promises and this does not. */
    public static String caveats() {
        return "MongoDB is emulated: acknowledged writes are on disk, but there are no transactions, no $text search, no"
                + " replication, no password (loopback only), and collations and $jsonSchema are ignored. For production"
                + " give the URL of a MongoDB server in OMNIBUS_MONGO_URL.";
    }

    @Override
    public String name() {
        return "mongo";
    }

    @Override
    public String kind() {
        return "emulated";
    }

    @Override
    public long pid() {
        return ProcessHandle.current().pid();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String url() {
        return "mongodb://127.0.0.1:" + port;
    }

    /** How many commits to disk there were since the start. */
    public long commits() {
        return running == null ? 0 : running.commit().commits();
    }

    @Override
    public boolean running() {
        return running != null && !running.commit().ended().isDone();
    }

    @Override
    public CompletableFuture<?> ended() {
        return running.commit().ended();
    }

    @Override
    public void start() throws IOException, InterruptedException {
        stop();
        Directories.create(file.getParent());
        if (port != 0 && Ports.taken(port)) throw Ports.conflict(name(), port);
        var disk = new MongoDisk(file);
        var commit = new GroupCommit(disk);
        var loops = new MultiThreadIoEventLoopGroup(
                THREADS, new DefaultThreadFactory("mongo", true), NioIoHandler.newFactory());
        running = new Running(
                disk,
                commit,
                MongoData.in(disk.store()),
                loops,
                new DefaultChannelGroup("mongo", GlobalEventExecutor.INSTANCE));
        try {
            port = listen(running, port);
        } catch (StoreException e) {
            stop();
            throw e;
        }
        log.info("The MongoDB emulation answers on port {}", port);
    }

    private int listen(Running server, int wanted) throws StoreException {
        var bound = new ServerBootstrap()
                .group(server.loops())
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(new MongoWireReplyEncoder())
                                .addLast(new MongoWireMessageEncoder())
                                .addLast(new MongoWireProtocolHandler())
                                .addLast(new MongoAnswers(server.backend(), server.channels(), server.commit()))
                                .addLast(new MongoExceptionHandler());
                    }
                })
                .bind("127.0.0.1", wanted)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) throw Ports.conflict(name(), wanted);
        Channel channel = bound.channel();
        server.channels().add(channel);
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void ping() throws IOException {
        var server = running;
        if (server == null || server.commit().ended().isDone())
            throw new IOException("The MongoDB emulation has stopped");
        MongoPing.ask(port);
    }

    @Override
    public void stop() {
        var server = running;
        running = null;
        if (server == null) return;
        server.channels().close().awaitUninterruptibly(5, TimeUnit.SECONDS);
        server.loops().shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        server.commit().close();
        server.disk().close();
    }
}
