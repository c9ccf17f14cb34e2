package omnibus.gateway;

import io.vertx.core.http.HttpConnection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The connections of HTTP that are open, WebSockets aside: how many there may be, in all and of one network, and how long
 * one may be idle. Where there are as many as there may be, one that has been idle gives way to who comes. Lives on one
 * event loop.
 */
final class Connections {
    /** For a connection that never sent a whole request head; slow heads are sent to hold connections. */
    private static final long FIRST_REQUEST_NANOS = 8_000_000_000L;

    private static final long KEEP_ALIVE_NANOS = 60_000_000_000L;

    private static final class Open {
        private final String network;
        private long idleSince = System.nanoTime();
        private boolean used;
        private int underWay;

        private Open(String network) {
            this.network = network;
        }

        private boolean overdue(long now) {
            return underWay == 0 && now - idleSince > (used ? KEEP_ALIVE_NANOS : FIRST_REQUEST_NANOS);
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
        var ofNetwork = network.isEmpty() ? 0 : byNetwork.getOrDefault(network, 0);
        var full = ofNetwork >= mostOfOneNetwork;
        if ((full || open.size() >= most) && !closeAnIdleOne(full ? network : null)) {
            connection.close();
            return;
        }
        open.put(connection, new Open(network));
        byNetwork.merge(network, 1, Integer::sum);
        connection.closeHandler(closed -> forget(connection));
    }

    private boolean closeAnIdleOne(String network) {
        Optional<HttpConnection> idle = open.entrySet().stream()
                .filter(it -> it.getValue().underWay == 0 && it.getValue().used)
                .filter(it -> network == null || it.getValue().network.equals(network))
                .min(Comparator.comparingLong(it -> it.getValue().idleSince))
                .map(Map.Entry::getKey);
        idle.ifPresent(this::close);
        return idle.isPresent();
    }

    private void close(HttpConnection connection) {
        forget(connection);
        connection.close();
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

    /** Closes who has been idle for too long. */
    void sweep(long now) {
        open.entrySet().stream()
                .filter(it -> it.getValue().overdue(now))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::close);
    }

    int size() {
        return open.size();
    }
}
