package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import omnibus.chaos.history.Entry;
import omnibus.chaos.history.History;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shopper in front of a shop that answers as each test wants it. */
class ShopperTest {
    @TempDir
    private Path directory;

    private final Tally tally = new Tally();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private HttpServer server;
    private volatile Consumer<HttpServerRequest> orders;

    @BeforeEach
    void aShop() throws Exception {
        vertx = Vertx.vertx();
        server = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @AfterEach
    void itsEnd() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        if (request.path().equals("/api/v1/users/login")) {
            request.response().end("{\"token\":\"t\"}");
            return;
        }
        keys.add(request.getHeader("Idempotency-Key"));
        orders.accept(request);
    }

    /** Shops until the first order has come to its end. */
    private List<Entry> history() throws Exception {
        var file = directory.resolve("history.jsonl");
        var web = new Web(vertx, URI.create("http://127.0.0.1:" + server.actualPort()), 4);
        try (var history = new History(file)) {
            var shopper = new Shopper(
                    3, vertx, web, new Account(web, "a@b.example", "p"), history, tally, new SplittableRandom(1), 0);
            var closed = new AtomicInteger();
            shopper.shop(() -> closed.getAndIncrement() > 0)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
        }
        return History.read(file);
    }

    private static void placed(HttpServerRequest request) {
        request.response().setStatusCode(201).end("{\"id\":\"o-1\",\"status\":\"PENDING\"}");
    }

    private static String phases(List<Entry> history) {
        return history.stream().map(it -> it.phase().name()).collect(Collectors.joining(" "));
    }

    @Test
    void anAnswerIsWrittenDownWithTheOrderItNames() throws Exception {
        orders = ShopperTest::placed;
        var history = history();
        assertEquals("INVOKE OK", phases(history));
        assertEquals("o-1", history.get(1).orderId());
        assertEquals(history.get(0).request(), history.get(1).request());
        assertTrue(history.get(0).body().path("items").size() > 0);
        assertEquals(100, tally.figures().acknowledgedPercent());
    }

    @Test
    void aLostAnswerIsUnknownAndAskedAgainWithTheSameKey() throws Exception {
        var tries = new AtomicInteger();
        orders = request -> {
            if (tries.getAndIncrement() == 0) request.connection().close();
            else placed(request);
        };
        var history = history();
        assertEquals("INVOKE UNKNOWN INVOKE OK", phases(history));
        assertEquals(0, history.get(1).status());
        assertEquals(keys.get(0), keys.get(1));
        assertNotEquals(history.get(0).request(), history.get(2).request());
        assertEquals(1, tally.figures().resolved());
        assertEquals(1, tally.figures().asked());
    }

    @Test
    void aServerErrorIsUnknownAndARefusalIsTheEnd() throws Exception {
        var tries = new AtomicInteger();
        orders = request -> request.response()
                .setStatusCode(tries.getAndIncrement() == 0 ? 503 : 404)
                .end("{\"type\":\"/problems/unknown-sku\"}");
        assertEquals("INVOKE UNKNOWN INVOKE REFUSED", phases(history()));
        assertEquals(1, tally.figures().refused());
        assertEquals(1, tally.figures().unknowns().get("503"));
    }

    @Test
    void aRequestStillUnderWayIsAskedAgain() throws Exception {
        var tries = new AtomicInteger();
        orders = request -> {
            if (tries.getAndIncrement() > 0) placed(request);
            else request.response().setStatusCode(409).end("{\"type\":\"/problems/request-in-progress\"}");
        };
        assertEquals("INVOKE REFUSED INVOKE OK", phases(history()));
        assertEquals(1, tally.figures().acknowledged());
    }

    @Test
    void anOldTokenIsRenewedAndNothingIsRefused() throws Exception {
        var tries = new AtomicInteger();
        orders = request -> {
            if (tries.getAndIncrement() > 0) placed(request);
            else request.response().setStatusCode(401).end("{}");
        };
        history();
        assertEquals(0, tally.figures().refused());
        assertEquals(1, tally.figures().acknowledged());
    }
}
