package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import omnibus.platform.Json;

/** A real HTTP client for tests, and a bare socket for what no real client would send. */
final class Browser {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final int port;

    Browser(int port) {
        this.port = port;
    }

    /** An answer with its body as text. */
    record Reply(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        JsonNode json() {
            return Json.tree(Buffer.buffer(response.body()));
        }

        /** The problem's code; fails when the answer is no problem document. */
        String code() {
            if (!"application/problem+json".equals(header("Content-Type"))) {
                throw new AssertionError(
                        "no problem: " + status() + " " + header("Content-Type") + " " + response.body());
            }
            return json().path("type").asText().substring("/problems/".length());
        }
    }

    Reply get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    Reply post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    Reply send(String method, String path, String body, String... headers) {
        return send(method, path, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body), headers);
    }

    Reply send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body);
        for (var i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        try {
            return new Reply(client.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " got no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Sends bytes as they are; answers everything that comes back until the server closes or is silent for 3 s. */
    String raw(String text) {
        try (var socket = socket()) {
            socket.setSoTimeout(3_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            return readAll(socket.getInputStream());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Socket socket() throws IOException {
        return new Socket("127.0.0.1", port);
    }

    static String readAll(InputStream in) throws IOException {
        var all = new StringBuilder();
        var buffer = new byte[8192];
        try {
            for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                all.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketException | java.net.SocketTimeoutException closedOrSilent) {
            return all.toString();
        }
        return all.toString();
    }
}
