package omnibus.shopper;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * So many sign-ins a second to an account of one's own, whose password is right: each costs the shop a hash, and none counts as
 * a guess. They come from many addresses of this machine, and whether or not those before them were answered.
 */
final class SignInFlood implements AutoCloseable {
    private static final long TICK_MILLIS = 20;
    static final int ADDRESSES = 25;
    private static final int CONNECTIONS = 8;
    private static final int MOST_UNDER_WAY = 2_000;
    private static final long PATIENCE_SECONDS = 20;

    /** An event loop of its own: what it does must not be on the clock of those who are measured. */
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));

    private final List<? extends HttpClient> clients;
    private final RequestOptions login;
    private final Buffer credentials;
    private final int perTick;
    private final Map<String, AtomicInteger> answers = new ConcurrentSkipListMap<>();
    private volatile boolean closed;
    private volatile int underWay;
    private int next;

    SignInFlood(URI shop, int perSecond) {
        this.clients = IntStream.rangeClosed(1, ADDRESSES)
                .mapToObj(i -> vertx.createHttpClient(
                        new HttpClientOptions().setTcpNoDelay(true).setLocalAddress("127.0.1." + i),
                        new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(MOST_UNDER_WAY)))
                .toList();
        this.credentials = newAccount(shop);
        this.login = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(shop.getHost())
                .setPort(shop.getPort())
                .setURI("/api/v1/users/login")
                .putHeader("Content-Type", "application/json");
        this.perTick = Math.max(1, (int) (perSecond * TICK_MILLIS / 1_000));
        vertx.setPeriodic(TICK_MILLIS, tick -> send());
    }

    private static Buffer newAccount(URI shop) {
        var email = "flood-" + UUID.randomUUID() + "@example.org";
        var password = UUID.randomUUID().toString();
        new ShopClient(shop)
                .post("/api/v1/users/register", Map.of("email", email, "password", password, "name", "A Flood"));
        return new JsonObject(Map.of("email", email, "password", password)).toBuffer();
    }

    private void send() {
        for (var i = 0; i < perTick && underWay < MOST_UNDER_WAY && !closed; i++) {
            underWay++;
            clients.get(next++ % ADDRESSES)
                    .request(login)
                    .compose(request -> request.send(credentials))
                    .compose(response -> response.body().map(body -> Integer.toString(response.statusCode())))
                    .otherwise("no answer")
                    .onSuccess(answer -> {
                        underWay--;
                        answers.computeIfAbsent(answer, status -> new AtomicInteger())
                                .incrementAndGet();
                    });
        }
    }

    /** How many got which status so far. */
    Map<String, AtomicInteger> answers() {
        return new TreeMap<>(answers);
    }

    /** Those under way are waited for: an answer that comes while everything ends would be an error of ours. */
    @Override
    public void close() {
        closed = true;
        var ended = new CountDownLatch(1);
        vertx.setPeriodic(TICK_MILLIS, look -> {
            if (underWay == 0) ended.countDown();
        });
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                System.err.println("bench: sign-ins without an answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        vertx.close();
    }
}
