package omnibus.stores;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports on the loopback interface. */
final class Ports {
    private Ports() {}

    /** A port that nobody listens on right now. */
    static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        }
    }

    static boolean taken(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(loopback(), port), 1);
            return false;
        } catch (IOException inUse) {
            return true;
        }
    }

    static StoreException conflict(String store, int port) {
        return new StoreException("Port " + port + " for " + store
                + " is used by another program on this machine. Stop that"
                + " program, or choose another port with OMNIBUS_STORES_" + store.toUpperCase(java.util.Locale.ROOT)
                + "_PORT (0 chooses a free one).");
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
    }
}
