package omnibus.platform;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of this machine, asked for once: a look-up may block. */
final class Host {
    private static final String NAME = lookUp();

    private Host() {}

    static String name() {
        return NAME;
    }

    private static String lookUp() {
        var given = System.getenv("HOSTNAME");
        if (given != null && !given.isBlank()) return given;
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }
}
