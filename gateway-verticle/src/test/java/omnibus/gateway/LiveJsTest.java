package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import omnibus.platform.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** live.js in a real browser, on a page of another origin that the shop allows. The page tells the test what it sees. */
class LiveJsTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final String PAGE = """
            <!doctype html><title>live</title>
            <script src="GATEWAY/live/sockjs.min.js"></script>
            <script src="GATEWAY/live/vertx-eventbus.js"></script>
            <script src="GATEWAY/live/live.js"></script>
            <script>
              const report = (what, more) => fetch('/report', {method: 'POST', body: JSON.stringify({what, more})});
              const live = new OmnibusLive('GATEWAY/eventbus', {
                token: () => fetch('/token').then(answer => answer.text()),
                onState: state => report('state', state)
              });
              live.call('wishlist.getWishlist', {path: {id: 'a b'}}).then(answer => report('answer', answer));
              live.call('wishlist.awaitWishlist').catch(refusal => report('refusal', refusal.failureType));
              live.subscribe('events.orders.USER', event => report('event', event.aggregate),
                {onReset: () => report('reset')});
            </script>
            """;

    private final BlockingQueue<JsonNode> reports = new LinkedBlockingQueue<>();
    private volatile String session = "s-1";
    private HttpServer pages;
    private GatewaySuite suite;
    private FakeLog orders;
    private Process chromium;

    @BeforeEach
    void openThePage() throws IOException {
        var browser = find("chromium", "chromium-browser", "google-chrome");
        Assumptions.assumeTrue(browser.isPresent(), "there is no chromium here (Debian: apt install chromium)");
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var origin = "http://127.0.0.1:" + pages.getAddress().getPort();
        suite = new GatewaySuite("OMNIBUS_CORS_ORIGINS", origin);
        orders = new FakeLog(suite.platform, "order");
        var page = PAGE.replace("GATEWAY", "http://127.0.0.1:" + suite.gateway.port())
                .replace("USER", GatewaySuite.USER);
        pages.createContext("/", exchange -> answer(exchange, "text/html; charset=utf-8", page));
        pages.createContext(
                "/token",
                exchange -> answer(exchange, "text/plain", suite.signer.token(GatewaySuite.USER, session, "customer")));
        pages.createContext("/report", exchange -> {
            reports.add(Json.tree(Buffer.buffer(exchange.getRequestBody().readAllBytes())));
            answer(exchange, "text/plain", "");
        });
        pages.start();
        chromium = new ProcessBuilder(
                        browser.get().toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-dev-shm-usage",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + Files.createTempDirectory("chromium"),
                        origin + "/")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @AfterEach
    void closeIt() {
        if (chromium != null) {
            chromium.descendants().forEach(ProcessHandle::destroyForcibly);
            chromium.destroyForcibly();
        }
        if (pages != null) pages.stop(0);
        if (suite != null) suite.close();
    }

    private static Optional<Path> find(String... names) {
        var directories = System.getenv("PATH").split(":");
        return Stream.of(names)
                .flatMap(name -> Stream.of(directories).map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void answer(HttpExchange exchange, String type, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** The next report of this kind; others that come before it are passed over. */
    private JsonNode next(String what) throws InterruptedException {
        for (var left = 100; left > 0; left--) {
            var report = reports.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (report == null) throw new AssertionError("the page told nothing of " + what);
            if (report.path("what").asText().equals(what)) return report.path("more");
        }
        throw new AssertionError("the page told of everything but " + what);
    }

    private void place(String order) {
        orders.tell("OrderPlaced", order, Map.of("orderId", order, "userId", GatewaySuite.USER));
    }

    @Test
    void aPageCallsHearsAndGoesOnWhereItWasAfterItsSessionEnded() throws InterruptedException {
        assertEquals("open", next("state").asText());
        var first = List.of(reports.take(), reports.take());
        var answer = first.stream()
                .filter(report -> report.path("what").asText().equals("answer"))
                .findFirst()
                .orElseThrow()
                .path("more");
        assertEquals(200, answer.path("status").asInt());
        assertEquals("a b", answer.path("body").path("id").asText());
        assertEquals(GatewaySuite.USER, answer.path("body").path("user").asText());
        assertTrue(
                first.stream().anyMatch(report -> report.path("more").asText().equals("access_denied")));

        suite.platform.eventually(() -> suite.gateway.bridge().sockets() == 1 && orders.reads.get() > 2);
        place("j-1");
        assertEquals("j-1", next("event").asText());

        suite.endedSessions.add("s-1");
        session = "s-2";
        assertEquals("closed", next("state").asText());
        place("j-2");
        assertEquals("j-2", next("event").asText(), "what was missed comes after the page has connected again");
        place("j-3");
        assertEquals("j-3", next("event").asText());
    }
}
