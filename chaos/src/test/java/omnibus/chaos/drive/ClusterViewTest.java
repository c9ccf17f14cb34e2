package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterViewTest {
    private static final String MEMBERS = """
            {"members": [
              {"instance": "order-1", "state": "READY", "calls": 12},
              {"instance": "order-2", "state": "READY"},
              {"instance": "order-3", "state": "NOT_READY", "calls": 3}
            ]}""";

    private HttpServer gateway;
    private ClusterView view;
    private String goodToken = "first";

    @BeforeEach
    void start() throws Exception {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/api/v1/users/login", exchange -> {
            var asked = Json.parse(exchange.getRequestBody().readAllBytes());
            boolean known = asked.path("password").asText().equals("secret");
            answer(exchange, known ? 200 : 401, "{\"token\": \"" + goodToken + "\"}");
        });
        gateway.createContext("/api/v1/cluster", exchange -> {
            var token = exchange.getRequestHeaders().getFirst("Authorization");
            answer(exchange, token.equals("Bearer " + goodToken) ? 200 : 401, MEMBERS);
        });
        gateway.start();
        var url = URI.create("http://127.0.0.1:" + gateway.getAddress().getPort());
        view = new ClusterView(url, () -> Json.tree(Map.of("email", "a@shop.example", "password", "secret")));
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void whoIsOnlyInTheDirectoryOrNotReadyIsNotSeen() throws Exception {
        assertEquals(Set.of("order-1"), view.ready());
    }

    @Test
    void aTokenThatIsRefusedIsAskedForAnew() throws Exception {
        view.ready();
        goodToken = "second";
        assertEquals(Set.of(), view.ready());
        assertEquals(Set.of("order-1"), view.ready());
    }

    @Test
    void nobodyIsSeenWhereNoGatewayIs() throws Exception {
        gateway.stop(0);
        assertEquals(Set.of(), view.ready());
    }
}
