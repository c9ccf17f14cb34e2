package omnibus.stores;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /health/live}, {@code /health/ready} and {@code /metrics} of the stores JVM, on loopback only. */
final class HealthServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HealthServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int THREADS = 4;

    private final List<Keeper> keepers;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, work -> {
        var thread = new Thread(work, "health");
        thread.setDaemon(true);
        return thread;
    });

    HealthServer(int port, List<Keeper> keepers) throws IOException {
        this.keepers = keepers;
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        } catch (IOException e) {
            threads.shutdown();
            throw new StoreException(
                    "The management port " + port + " is used by another program on this machine. Stop it, or"
                            + " choose another port with OMNIBUS_MANAGEMENT_PORT (0 chooses a free one).",
                    e);
        }
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> answer(exchange, 404, "text/plain", "There is /health/live, /health/ready, /metrics\n"));
        server.createContext(
                "/health/live", exchange -> answer(exchange, 200, "application/json", "{\"state\":\"live\"}\n"));
        server.createContext("/health", this::ready);
        server.createContext(
                "/metrics", exchange -> answer(exchange, 200, "text/plain; version=0.0.4", Metrics.text(keepers)));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void ready(HttpExchange exchange) throws IOException {
        var ready = true;
        var body = JSON.createObjectNode();
        var stores = body.putArray("stores");
        for (var keeper : keepers) {
            var complaint = keeper.complaint();
            var store = stores.addObject()
                    .put("name", keeper.store().name())
                    .put("kind", keeper.store().kind())
                    .put("pid", keeper.store().pid())
                    .put("port", keeper.store().port())
                    .put(
                            "state",
                            complaint.isEmpty() ? "ready" : keeper.state().equals("ready") ? "silent" : keeper.state())
                    .put("restarts", keeper.restarts());
            complaint.ifPresent(why -> store.put("detail", why));
            ready &= complaint.isEmpty();
        }
        body.put("state", ready ? "ready" : "not-ready");
        answer(exchange, ready ? 200 : 503, "application/json", body.toPrettyString() + "\n");
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException gone) {
            log.debug("Nobody waits for the answer", gone);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
