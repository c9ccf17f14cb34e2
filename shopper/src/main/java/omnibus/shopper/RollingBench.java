package omnibus.shopper;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Restarts every service one by one, so many times over, while requests of all kinds come in at a fixed rate: of 20 there
 * are 12 product reads past what the gateway keeps, 2 lists, 3 changes of a cart, 2 lists of own orders and 1 order. They
 * go out at their time whatever the others take. A connection that is refused or reset is tried once more, as clients do;
 * any other answer than success is a failure.
 */
final class RollingBench {
    private static final List<String> SERVICES =
            List.of("user", "product", "cart", "order", "inventory", "payment", "gateway");
    private static final int BUYERS = 8;
    private static final int KINDS = 20;
    private static final long TICK_MILLIS = 5;
    private static final long LEAD_MILLIS = 30_000;
    private static final long LONGEST_LEAD_MILLIS = 180_000;
    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(1);

    private record Ask(HttpMethod method, String path, String token, Object body) {}

    private final ShopAddress shop;
    private final Vertx vertx;
    private final HttpClient http;
    private final int rate;
    private final List<String> ids = new ArrayList<>();
    private final List<String> skus = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();

    /** All on one event loop. */
    private final Histogram latencies = new Histogram(HIGHEST_MICROS, 3);

    private final Map<String, Long> failures = new TreeMap<>();
    private volatile long failed;
    private long sent;
    private long sentBefore;
    private long again;
    private final AtomicLong underWay = new AtomicLong();

    RollingBench(ShopAddress shop, Vertx vertx, int rate) {
        this.shop = shop;
        this.vertx = vertx;
        this.rate = rate;
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setTcpNoDelay(true), new PoolOptions().setHttp1MaxSize(256));
    }

    void run(ShopClient admin, int rounds) throws IOException, InterruptedException {
        prepare(admin);
        System.out.printf("%n%d requests a second while every service is restarted, %d times%n", rate, rounds);
        var started = System.nanoTime();
        Promise<Long> running = Promise.promise();
        vertx.runOnContext(begin -> running.complete(vertx.setPeriodic(TICK_MILLIS, tick -> due(started))));
        Thread.sleep(LEAD_MILLIS);
        awaitThatItKeepsUp();
        var counted = System.nanoTime();
        var counting = new CountDownLatch(1);
        vertx.runOnContext(warm -> {
            beginToCount();
            counting.countDown();
        });
        counting.await();
        for (var round = 1; round <= rounds; round++) for (var service : SERVICES) restart(service);
        var over = new CountDownLatch(1);
        vertx.runOnContext(end -> {
            vertx.cancelTimer(running.future().result());
            vertx.setPeriodic(TICK_MILLIS, look -> {
                if (underWay.get() == 0) over.countDown();
            });
        });
        if (!over.await(1, TimeUnit.MINUTES)) throw new IllegalStateException(underWay + " requests without an answer");
        System.out.printf(
                "  %d requests in %.0f s   p50 %.1f ms   p99 %.1f ms   longest %.1f ms   connections tried again %d   failed %s%n",
                sent - sentBefore,
                (System.nanoTime() - counted) / 1e9,
                latencies.getValueAtPercentile(50) / 1e3,
                latencies.getValueAtPercentile(99) / 1e3,
                latencies.getMaxValue() / 1e3,
                again,
                failures.isEmpty() ? "0" : failures);
    }

    /** Requests that have waited for a shop which was not warm yet would be late whatever comes after. */
    private void awaitThatItKeepsUp() throws InterruptedException {
        var limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_LEAD_MILLIS);
        while (underWay.get() > rate / 4 && System.nanoTime() < limit) Thread.sleep(TICK_MILLIS);
        if (underWay.get() > rate / 4) {
            throw new IllegalStateException(
                    underWay + " requests wait: the shop does not keep up with " + rate + " a second on this machine");
        }
    }

    /** What was sent before was for a shop that had just started to get up to speed. */
    private void beginToCount() {
        System.out.printf(
                "  %d requests before the first restart, failed %s%n", sent, failures.isEmpty() ? "0" : failures);
        sentBefore = sent;
        latencies.reset();
        failures.clear();
        failed = 0;
        again = 0;
    }

    private void prepare(ShopClient admin) {
        admin.get("/api/v1/products?limit=20&inStock=true").body().path("items").forEach(product -> {
            ids.add(product.path("id").asText());
            skus.add(product.path("sku").asText());
        });
        for (var sku : skus) admin.put("/api/v1/inventory/" + sku, Map.of("onHand", 1_000_000));
        for (var i = 0; i < BUYERS; i++) {
            var buyer = new ShopClient(shop.url());
            buyer.registerSomebody();
            tokens.add(buyer.token());
        }
    }

    private void restart(String service) throws IOException, InterruptedException {
        var omnibus = Path.of(System.getProperty("omnibus.root", "."), "omnibus");
        var began = System.nanoTime();
        var failedBefore = failed;
        var process = new ProcessBuilder(omnibus.toString(), "restart", service)
                .redirectErrorStream(true)
                .start();
        var told = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IllegalStateException("cannot restart " + service + ":\n" + told);
        System.out.printf(
                "  restarted %-10s in %4.1f s   failed %d%n",
                service, (System.nanoTime() - began) / 1e9, failed - failedBefore);
    }

    private void due(long started) {
        var elapsed = System.nanoTime() - started;
        while (sent < elapsed * rate / 1_000_000_000L) {
            sent++;
            underWay.incrementAndGet();
            var began = System.nanoTime();
            var ask = next();
            var key = UUID.randomUUID().toString();
            send(ask, key)
                    .recover(failure -> isConnection(failure) ? sendAgain(ask, key) : Future.failedFuture(failure))
                    .onComplete(done -> {
                        underWay.decrementAndGet();
                        if (done.failed()) {
                            failures.merge(String.valueOf(done.cause().getMessage()), 1L, Long::sum);
                            failed = failures.values().stream()
                                    .mapToLong(it -> it)
                                    .sum();
                        } else latencies.recordValue(Math.min(HIGHEST_MICROS, (System.nanoTime() - began) / 1_000));
                    });
        }
    }

    private Future<Void> sendAgain(Ask ask, String key) {
        again++;
        return send(ask, key);
    }

    private static boolean isConnection(Throwable failure) {
        return failure instanceof IOException || failure instanceof io.vertx.core.http.HttpClosedException;
    }

    private Ask next() {
        var kind = (int) (sent % KINDS);
        if (kind < 12) return new Ask(HttpMethod.GET, "/api/v1/products/" + any(ids), null, null);
        if (kind < 14) return new Ask(HttpMethod.GET, "/api/v1/products?limit=10&sort=price", null, null);
        if (kind < 17)
            return new Ask(HttpMethod.PUT, "/api/v1/cart/items/" + any(skus), any(tokens), Map.of("quantity", 1));
        if (kind < 19) return new Ask(HttpMethod.GET, "/api/v1/orders?limit=5", any(tokens), null);
        var order = Map.of(
                "items",
                List.of(Map.of("sku", any(skus), "quantity", 1)),
                "shippingAddress",
                Bench.ADDRESS,
                "paymentMethod",
                "pm_card_visa");
        return new Ask(HttpMethod.POST, "/api/v1/orders", any(tokens), order);
    }

    private Future<Void> send(Ask ask, String key) {
        var options = new RequestOptions()
                .setMethod(ask.method())
                .setHost(shop.url().getHost())
                .setPort(shop.url().getPort())
                .setURI(ask.path())
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Idempotency-Key", key);
        if (ask.token() != null) options.putHeader("Authorization", "Bearer " + ask.token());
        if (ask.body() != null) options.putHeader("Content-Type", "application/json");
        return http.request(options)
                .compose(request -> request.send(
                        ask.body() == null
                                ? Buffer.buffer()
                                : JsonObject.mapFrom(ask.body()).toBuffer()))
                .compose(answer -> answer.body()
                        .compose(body -> answer.statusCode() < 300
                                ? Future.<Void>succeededFuture()
                                : Future.failedFuture(answer.statusCode() + " to " + ask.method() + " " + what(ask))));
    }

    private static String what(Ask ask) {
        return ask.path().replaceAll("[?].*", "").replaceAll("/(items|products)/[^/]+$", "/$1/…");
    }

    private static <T> T any(List<T> list) {
        return list.get(ThreadLocalRandom.current().nextInt(list.size()));
    }
}
