package omnibus.gateway;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections of HTTP that are open, WebSockets aside: how many there may be, in all and of one network, and how long
 * one may be idle. Where there are as many as there may be, one that has been idle gives way to who comes. Lives on one
 * event loop.
 */
final class Connections {
    /** For a connection that never sent a whole request head; slow heads are sent to hold connections. */
    private static final long FIRST_REQUEST_NANOS = 8_000_000_000L;

    private static final long KEEP_ALIVE_NANOS = 60_000_000_000L;

    /** Requests under way on one connection: HTTP/2 allows 100 streams, and who sends many more without reading is no client. */
    private static final int MOST_UNDER_WAY = 128;

    private static final class Open {
        private final String network;
        private long idleSince = System.nanoTime();
        private boolean used;
        private boolean closing;
        private int underWay;

        private Open(String network) {
            this.network = network;
        }

        private boolean overdue(long now) {
            return underWay == 0 && now - idleSince > (used ? KEEP_ALIVE_NANOS : FIRST_REQUEST_NANOS);
        }

        private boolean mayGiveWay() {
            return underWay == 0 && used && !closing;
        }
    }

    private final int most;
    private final int mostOfOneNetwork;
    private final Map<HttpConnection, Open> open = new HashMap<>();
    private final Map<String, Integer> byNetwork = new HashMap<>();

    Connections(int most, int mostOfOneNetwork) {
        this.most = most;
        this.mostOfOneNetwork = mostOfOneNetwork;
    }

    /**
     * Takes a new one, or closes it because there is no room.
     *
     * @param network whose it is; empty for one that stands for many, and counts among all only
     */
    void opened(HttpConnection connection, String network) {
        if (!hasRoom(network)) {
            cut(connection);
            return;
        }
        open.put(connection, new Open(network));
        byNetwork.merge(network, 1, Integer::sum);
        connection.closeHandler(closed -> forget(connection));
    }

    private boolean hasRoom(String network) {
        if (!network.isEmpty() && byNetwork.getOrDefault(network, 0) >= mostOfOneNetwork)
            return closeAnIdleOne(network);
        return open.size() < most || closeAnIdleOne(null);
    }

    private boolean closeAnIdleOne(String network) {
        var idle = open.entrySet().stream()
                .filter(it -> it.getValue().mayGiveWay())
                .filter(it -> network == null || it.getValue().network.equals(network))
                .min(Comparator.comparingLong(it -> it.getValue().idleSince));
        idle.ifPresent(it -> {
            it.getValue().closing = true;
            cut(it.getKey());
        });
        return idle.isPresent();
    }

    /**
     * At once, also where what was written last has not been taken. Every other close, that of the channel too, passes
     * Vert.x's handler, which waits for that, perhaps for ever.
     */
    static void cut(HttpConnection connection) {
        ((HttpServerConnection) connection).channelHandlerContext().close();
    }

    /** It is gone, or a WebSocket's from now on. */
    void forget(HttpConnection connection) {
        var known = open.remove(connection);
        if (known == null) return;
        byNetwork.computeIfPresent(known.network, (network, count) -> count == 1 ? null : count - 1);
    }

    void begins(HttpConnection connection) {
        var known = open.get(connection);
        if (known == null) return;
        known.used = true;
        known.underWay++;
        if (known.underWay > MOST_UNDER_WAY) cut(connection);
    }

    void ends(HttpConnection connection) {
        var known = open.get(connection);
        if (known == null) return;
        known.underWay--;
        known.idleSince = System.nanoTime();
    }

    /** We were held up ourselves: nobody is judged for that time. */
    void forgive(long nanos) {
        open.values().forEach(it -> it.idleSince += nanos);
    }

    /** Closes who has been idle for too long, and cuts who does not take that at once. */
    void sweep(long now) {
        for (var it : List.copyOf(open.entrySet())) {
            if (it.getValue().closing) {
                cut(it.getKey());
            } else if (it.getValue().overdue(now)) {
                it.getValue().closing = true;
                it.getKey().close();
            }
        }
    }

    int size() {
        return open.size();
    }
}
