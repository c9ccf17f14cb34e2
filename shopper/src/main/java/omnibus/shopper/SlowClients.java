package omnibus.shopper;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that hold connections and memory with as little as they can; whoever is cut off comes again. A third of them sends
 * a request head that grows by a byte a second and never ends (slowloris), a third a body that does so after its first
 * 60,000 bytes, and a third asks for a large answer and does not read it.
 */
final class SlowClients implements AutoCloseable {
    private static final long BYTE_MILLIS = 1_000;
    private static final int OPENED_AT_ONCE = 50;
    private static final int BODY_BYTES = 64_000;
    private static final String ENDLESS_HEAD = "GET /api/v1/products HTTP/1.1\r\nHost: slow\r\nX-Slow: ";
    private static final String ENDLESS_BODY = "POST /api/v1/payments/webhooks/stripe HTTP/1.1\r\nHost: slow\r\n"
            + "Content-Length: " + BODY_BYTES + "\r\n\r\n" + "x".repeat(60_000);
    private static final String UNREAD_ANSWER =
            "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: slow\r\nX-Slow: x\r\n\r\n";

    /** An event loop of their own: what they do must not be on the clock of those who are measured. */
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));

    private final String host;
    private final int port;
    private final int count;
    private final NetClient client;
    private final Set<NetSocket> sockets = new HashSet<>();
    private final Set<NetSocket> dawdling = new HashSet<>();
    private final AtomicInteger cutOff = new AtomicInteger();
    private int opening;
    private int opened;
    private volatile int open;
    private volatile boolean closed;

    SlowClients(String host, int port, int count) {
        this.host = host;
        this.port = port;
        this.count = count;
        this.client =
                vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true).setReceiveBufferSize(4_096));
        vertx.setPeriodic(BYTE_MILLIS / 10, tick -> fill());
        vertx.setPeriodic(BYTE_MILLIS, tick -> List.copyOf(dawdling).forEach(socket -> socket.write("x")));
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
            dawdling.remove(socket);
            if (!closed) cutOff.incrementAndGet();
        });
        socket.exceptionHandler(reset -> socket.close());
        var kind = List.of(ENDLESS_HEAD, ENDLESS_BODY, UNREAD_ANSWER).get(opened++ % 3);
        socket.write(kind);
        if (kind.equals(UNREAD_ANSWER)) socket.pause();
        else dawdling.add(socket);
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
        vertx.close();
    }
}
