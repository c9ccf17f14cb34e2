package omnibus.shopper;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that hold connections with as little as they can: a request head that grows by a byte a second and never ends
 * (slowloris). Whoever is cut off comes again.
 */
final class SlowClients implements AutoCloseable {
    private static final long BYTE_MILLIS = 1_000;
    private static final int OPENED_AT_ONCE = 50;

    private final Vertx vertx;
    private final String host;
    private final int port;
    private final int count;
    private final NetClient client;
    private final Set<NetSocket> sockets = new HashSet<>();
    private final AtomicInteger cutOff = new AtomicInteger();
    private final long timer;
    private int opening;
    private volatile int open;
    private volatile boolean closed;

    SlowClients(Vertx vertx, String host, int port, int count) {
        this.vertx = vertx;
        this.host = host;
        this.port = port;
        this.count = count;
        this.client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
        this.timer = vertx.setPeriodic(BYTE_MILLIS / 10, tick -> fill());
        vertx.setPeriodic(BYTE_MILLIS, tick -> List.copyOf(sockets).forEach(socket -> socket.write("x")));
    }

    private void fill() {
        for (var i = 0; i < OPENED_AT_ONCE && sockets.size() + opening < count && !closed; i++) {
            opening++;
            client.connect(port, host).onComplete(connected -> {
                opening--;
                if (connected.succeeded()) hold(connected.result());
            });
        }
        open = sockets.size();
    }

    private void hold(NetSocket socket) {
        sockets.add(socket);
        socket.closeHandler(gone -> {
            sockets.remove(socket);
            if (!closed) cutOff.incrementAndGet();
        });
        socket.exceptionHandler(reset -> socket.close());
        socket.write("GET /api/v1/products HTTP/1.1\r\nHost: slow\r\nX-Slow: ");
    }

    /** Connections held right now. */
    int open() {
        return open;
    }

    /** Connections the shop has closed. */
    int cutOff() {
        return cutOff.get();
    }

    @Override
    public void close() {
        closed = true;
        vertx.cancelTimer(timer);
        client.close();
    }
}
