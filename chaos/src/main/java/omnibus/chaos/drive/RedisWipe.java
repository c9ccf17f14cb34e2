package omnibus.chaos.drive;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** FLUSHALL, as somebody types it into the wrong terminal. */
final class RedisWipe {
    private static final int PATIENCE_MILLIS = 5_000;

    private RedisWipe() {}

    /** @param redis {@code redis://:password@host:port/…} */
    static void all(URI redis) throws IOException {
        var password = redis.getUserInfo().replaceFirst("^[^:]*:", "");
        try (var socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(redis.getHost(), redis.getPort()), PATIENCE_MILLIS);
            var answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (var command : List.of("AUTH " + password, "FLUSHALL")) {
                socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
                var answer = answers.readLine();
                if (!"+OK".equals(answer)) throw new IOException("Redis answered: " + answer);
            }
        }
    }
}
