package omnibus.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import omnibus.platform.IpAddress;

/**
 * Turns connections away before anything is set up for them: of one network those beyond so many in a second, and all
 * beyond as many as there may be. Somebody who is cut off and comes again at once opens them faster than an event loop can
 * close them; here that costs next to nothing. Stands before a server's socket, on the thread that accepts.
 */
final class AcceptGate extends ChannelInboundHandlerAdapter {
    /** Networks remembered at most; the bucket of the one not seen for longest has long been full again. */
    private static final int MAX_NETWORKS = 10_000;

    /** Connections that are not yet what they will be. */
    private static final int HANDSHAKES = 1_000;

    private final GatewayConfig config;
    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, TokenBucket> arrivals = new Recent<>(MAX_NETWORKS);

    AcceptGate(GatewayConfig config) {
        this.config = config;
        this.most = config.connections() + config.liveSockets() + HANDSHAKES;
    }

    @Override
    public void channelRead(ChannelHandlerContext server, Object accepted) {
        var connection = (Channel) accepted;
        if (open.get() >= most || !comesInTime(connection)) {
            connection.unsafe().closeForcibly();
            return;
        }
        open.incrementAndGet();
        connection.closeFuture().addListener(closed -> open.decrementAndGet());
        server.fireChannelRead(accepted);
    }

    private boolean comesInTime(Channel connection) {
        if (!(connection.remoteAddress() instanceof InetSocketAddress peer)) return true;
        var address = peer.getAddress().getHostAddress();
        if (config.proxies().isOneOfOurs(address)) return true;
        var now = System.nanoTime();
        return arrivals.computeIfAbsent(
                        IpAddress.clientNetwork(address),
                        first -> new TokenBucket(config.connectionsPerAddressAndSecond(), now))
                .take(now);
    }
}
