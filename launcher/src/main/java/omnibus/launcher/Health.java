package omnibus.launcher;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Asks a process how it is. Plain {@link HttpURLConnection}: the supervisor has no room for more. */
final class Health {
    private static final int PATIENCE_MILLIS = 1_000;

    /** @param status of HTTP; 0 when nothing listens, -1 when nothing answered in time */
    record Answer(int status, String body) {
        boolean ok() {
            return status == 200;
        }

        boolean silent() {
            return status == -1;
        }
    }

    private Health() {}

    static Answer ready(int managementPort) {
        return ask("http://127.0.0.1:" + managementPort + "/health/ready");
    }

    static Answer live(int managementPort) {
        return ask("http://127.0.0.1:" + managementPort + "/health/live");
    }

    static Answer ask(String url) {
        HttpURLConnection connection = null;
        try {
            connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            connection.setRequestProperty("Connection", "close");
            int status = connection.getResponseCode();
            try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(
                        status, body == null ? "" : new String(body.readNBytes(16_384), StandardCharsets.UTF_8));
            }
        } catch (SocketTimeoutException e) {
            return new Answer(-1, "no answer within " + PATIENCE_MILLIS + " ms");
        } catch (IOException e) {
            return new Answer(0, Home.reason(e));
        } finally {
            if (connection != null) connection.disconnect();
        }
    }
}
