package omnibus.shopper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Many browsers on the bridge of one gateway, each registered for its user's orders and for the products. */
final class LiveBrowsers implements AutoCloseable {
    private static final int OPENED_AT_ONCE = 50;
    private static final long PING_MILLIS = 20_000;
    private static final long PATIENCE_SECONDS = 60;

    /** A user and the token that shows it. */
    record Owner(String userId, String token) {}

    /** What is being waited for: so many messages whose text has {@code mark}. */
    private record Wait(String mark, CountDownLatch left) {}

    private final Vertx vertx;
    private final URI shop;
    private final WebSocketClient client;
    private final List<WebSocket> sockets = new ArrayList<>();
    private final AtomicReference<Wait> waiting = new AtomicReference<>();
    private final long pinging;
    private int lost;

    LiveBrowsers(Vertx vertx, URI shop, int count) {
        this.vertx = vertx;
        this.shop = shop;
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(count));
        pinging = vertx.setPeriodic(
                PING_MILLIS,
                tick -> List.copyOf(sockets).forEach(socket -> socket.writeTextMessage("{\"type\":\"ping\"}")));
    }

    /** Connects {@code count} browsers, the owners in turn, and waits until all are registered for both addresses. */
    void connect(int count, List<Owner> owners) throws InterruptedException {
        var registered = expect("Subscribed", 2 * count);
        var connected = Future.succeededFuture();
        for (var from = 0; from < count; from += OPENED_AT_ONCE) {
            var first = from;
            var last = Math.min(count, from + OPENED_AT_ONCE);
            connected = connected.compose(before -> open(first, last, owners));
        }
        var failure = new AtomicReference<Throwable>();
        connected.onFailure(failure::set);
        if (!arrives(registered)) {
            throw new IllegalStateException(registered.getCount() + " of " + 2 * count + " registrations were not"
                    + " confirmed"
                    + (failure.get() == null ? "." : ": " + failure.get().getMessage())
                    + " Start the shop with OMNIBUS_LIMITS=off OMNIBUS_LIVE_SOCKETS_PER_ADDRESS=10000.");
        }
    }

    private Future<Object> open(int from, int to, List<Owner> owners) {
        var opened = new ArrayList<Future<WebSocket>>();
        for (var i = from; i < to; i++) {
            var owner = owners.get(i % owners.size());
            var options = new WebSocketConnectOptions()
                    .setHost(shop.getHost())
                    .setPort(shop.getPort())
                    .setURI("/eventbus/websocket");
            opened.add(client.connect(options).onSuccess(socket -> hold(socket, owner)));
        }
        return Future.all(opened).mapEmpty();
    }

    private void hold(WebSocket socket, Owner owner) {
        sockets.add(socket);
        socket.textMessageHandler(this::hear).closeHandler(gone -> lost++);
        socket.writeTextMessage(register("events.orders." + owner.userId, owner.token));
        socket.writeTextMessage(register("events.products", owner.token));
    }

    private static String register(String address, String token) {
        return new JsonObject()
                .put("type", "register")
                .put("address", address)
                .put("headers", new JsonObject().put("Authorization", "Bearer " + token))
                .encode();
    }

    private void hear(String text) {
        var wait = waiting.get();
        if (wait != null && text.contains(wait.mark)) wait.left.countDown();
    }

    /** From now on, messages with this mark are counted. */
    CountDownLatch expect(String mark, int count) {
        var wait = new Wait(mark, new CountDownLatch(count));
        waiting.set(wait);
        return wait.left;
    }

    static boolean arrives(CountDownLatch expected) throws InterruptedException {
        return expected.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    int lost() {
        return lost;
    }

    @Override
    public void close() {
        vertx.cancelTimer(pinging);
        client.close();
    }
}
