package omnibus.shopper;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mongo.MongoClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The benchmark: product reads through the whole shop beside a bare gateway-bus-service pair doing the same MongoDB
 * read and the store alone, in rounds of one run; then whole orders to CONFIRMED. What counts is the ratio in one run.
 */
public final class Bench {
    static final Map<String, Object> ADDRESS =
            Map.of("name", "Load", "line1", "1 Main Street", "city", "Berlin", "postalCode", "10115", "country", "DE");
    private static final int ROUNDS = 3;
    /** Less than one client may ask for with the limits on. */
    private static final int READS_PER_SECOND = 150;

    private final ShopAddress shop;
    private final Arguments arguments;
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final HttpClient http;
    private final ShopClient admin;

    /**
     * How long and how wide: {@code --seconds} a loop, {@code --connections} for reads, {@code --buyers} for orders, {@code
     * --rounds} of reads (0: none); with {@code --slow} nothing but reads beside so many clients that dawdle, with {@code
     * --sign-ins} beside so many sign-ins a second, with {@code --browsers} nothing but so many on the bridge of one gateway, with {@code --rolling} nothing but so many restarts of
     * every service beside {@code --rate} requests a second.
     */
    record Arguments(
            int seconds,
            int connections,
            int buyers,
            int rounds,
            int slow,
            int signIns,
            int browsers,
            int rolling,
            int rate) {
        static Arguments of(String[] args) {
            var given = new TreeMap<>(
                    Map.of("--seconds", 10, "--connections", 32, "--buyers", 64, "--rounds", ROUNDS, "--slow", 0));
            given.putAll(Map.of("--sign-ins", 0, "--browsers", 0, "--rolling", 0, "--rate", 200));
            for (var i = 0; i < args.length; i += 2) {
                if (!given.containsKey(args[i]) || i + 1 == args.length) {
                    throw new IllegalArgumentException(
                            "usage: bench [--seconds N] [--connections N] [--buyers N] [--rounds N] [--slow N] [--sign-ins N]"
                                    + " [--browsers N] [--rolling N] [--rate N]");
                }
                given.put(args[i], Integer.parseInt(args[i + 1]));
            }
            return new Arguments(
                    given.get("--seconds"),
                    given.get("--connections"),
                    given.get("--buyers"),
                    given.get("--rounds"),
                    given.get("--slow"),
                    given.get("--sign-ins"),
                    given.get("--browsers"),
                    given.get("--rolling"),
                    given.get("--rate"));
        }
    }

    private Bench(ShopAddress shop, Arguments arguments) {
        this.shop = shop;
        this.arguments = arguments;
        var width = Math.max(arguments.connections, arguments.buyers);
        this.http = vertx.createHttpClient(
                new HttpClientOptions().setTcpNoDelay(true), new PoolOptions().setHttp1MaxSize(width));
        this.admin = new ShopClient(shop.url());
    }

    public static void main(String[] args) throws Exception {
        try {
            new Bench(ShopAddress.fromEnvironment(), Arguments.of(args)).run();
            System.exit(0);
        } catch (IllegalArgumentException | IllegalStateException failure) {
            System.err.println("bench: " + failure.getMessage());
            System.exit(1);
        }
    }

    private void run() throws IOException, InterruptedException {
        var signedIn = admin.signIn(shop.adminEmail(), shop.adminPassword());
        if (signedIn.status() != 200)
            throw new IllegalStateException("cannot sign in: " + signedIn.http().body());
        var products = products();
        System.out.printf(
                "Shop %s, %d products, %d processors, %d connections, %d s a loop, load included.%n",
                shop.url(),
                products.size(),
                Runtime.getRuntime().availableProcessors(),
                arguments.connections,
                arguments.seconds);
        if (arguments.slow > 0) {
            besideSlowClients(ids(products));
            return;
        }
        if (arguments.signIns > 0) {
            besideSignIns(ids(products));
            return;
        }
        if (arguments.browsers > 0) {
            new LiveBench(shop, admin, vertx, arguments.browsers, gateways()).run(products.get(0));
            return;
        }
        if (arguments.rolling > 0) {
            new RollingBench(shop, vertx, arguments.rate).run(admin, arguments.rolling);
            return;
        }
        if (arguments.rounds > 0) reads(products);
        orders(products);
    }

    private static List<String> ids(List<JsonNode> products) {
        return products.stream().map(product -> product.path("id").asText()).toList();
    }

    private void besideSlowClients(List<String> ids) {
        System.out.printf(
                "%nProduct reads beside %d clients that send a byte a second, or read nothing%n", arguments.slow);
        loop(arguments.connections, Map.of(), () -> uncached(any(ids)));
        var undisturbed = loop(arguments.connections, Map.of(), () -> uncached(any(ids)));
        refuseFailures(undisturbed);
        print("undisturbed", undisturbed);
        try (var slow = new SlowClients(shop.url().getHost(), shop.url().getPort(), arguments.slow)) {
            var asTheyCome = loop(arguments.connections, Map.of(), () -> uncached(any(ids)));
            print("as they come", asTheyCome);
            var disturbed = loop(arguments.connections, Map.of(), () -> uncached(any(ids)));
            print("beside them", disturbed);
            System.out.printf(
                    "  p99: %.1f times the undisturbed (%.1f as they came); %d of the slow were held at the end, %d cut off%n",
                    (double) disturbed.p99() / undisturbed.p99(),
                    (double) asTheyCome.p99() / undisturbed.p99(),
                    slow.open(),
                    slow.cutOff());
        }
    }

    private void besideSignIns(List<String> ids) {
        System.out.printf(
                "%n%d product reads a second beside %d sign-ins a second from %d addresses%n",
                READS_PER_SECOND, arguments.signIns, SignInFlood.ADDRESSES);
        Load.paced(vertx, READS_PER_SECOND, arguments.seconds, () -> uncached(any(ids)));
        var undisturbed = Load.paced(vertx, READS_PER_SECOND, arguments.seconds, () -> uncached(any(ids)));
        refuseFailures(undisturbed);
        print("undisturbed", undisturbed);
        try (var flood = new SignInFlood(shop.url(), arguments.signIns)) {
            var asItBegins = Load.paced(vertx, READS_PER_SECOND, arguments.seconds, () -> uncached(any(ids)));
            print("as it begins", asItBegins);
            var disturbed = Load.paced(vertx, READS_PER_SECOND, arguments.seconds, () -> uncached(any(ids)));
            print("beside them", disturbed);
            System.out.printf(
                    "  p99: %.1f times the undisturbed (%.1f as it began); the sign-ins were answered %s%n",
                    (double) disturbed.p99() / undisturbed.p99(),
                    (double) asItBegins.p99() / undisturbed.p99(),
                    flood.answers());
        }
    }

    /** Past what the gateway keeps. */
    private Future<?> uncached(String id) {
        return get(shop.url().getPort(), "/api/v1/products/" + id, "no-cache");
    }

    private List<JsonNode> products() {
        var page = admin.get("/api/v1/products?limit=100&inStock=true").body().path("items");
        var found = new ArrayList<JsonNode>();
        page.forEach(found::add);
        if (found.isEmpty())
            throw new IllegalStateException("there is no product in stock; load the demo catalogue first");
        return found;
    }

    private void reads(List<JsonNode> products) throws IOException {
        var ids = ids(products);
        var mongo = mongoUrl();
        var logs = Files.createTempDirectory("omnibus-bench");
        var client = MongoClient.create(
                vertx, new JsonObject().put("connection_string", mongo).put("maxPoolSize", arguments.connections));
        try (var bare = new BarePair(mongo, logs, ids.get(0))) {
            System.out.println("\nProduct reads, uncached");
            var ratios = new ArrayList<Double>();
            for (var round = 0; round <= arguments.rounds; round++) {
                var yardstick = loop(
                        arguments.connections, bare.pids(), () -> get(bare.url().getPort(), "/" + any(ids), null));
                var shopReads = loop(arguments.connections, pids(), () -> uncached(any(ids)));
                if (round == 0) refuseFailures(shopReads);
                if (round == 0) continue; // the first round warms both up
                print("bare pair", yardstick);
                print("shop", shopReads);
                ratios.add(shopReads.perSecond() / yardstick.perSecond());
            }
            print(
                    "kept at edge",
                    loop(
                            arguments.connections,
                            pids(),
                            () -> get(shop.url().getPort(), "/api/v1/products/" + any(ids), null)));
            print(
                    "store alone",
                    loop(
                            arguments.connections,
                            Map.of(),
                            () -> client.findOne("products", new JsonObject().put("_id", any(ids)), null)));
            ratios.sort(null);
            System.out.printf(
                    "  shop / bare pair: %.0f %% (median of %d rounds: %s)%n",
                    100 * ratios.get(ratios.size() / 2),
                    ratios.size(),
                    ratios.stream()
                            .map(ratio -> String.format("%.0f %%", 100 * ratio))
                            .toList());
        }
    }

    /** Figures of requests that were turned away would say nothing. */
    private static void refuseFailures(Load.Result warmUp) {
        if (warmUp.failures() == 0) return;
        throw new IllegalStateException(warmUp.failures() + " reads of the shop failed, the first with: "
                + warmUp.firstFailure() + "\n"
                + (warmUp.firstFailure().startsWith("429")
                        ? "  -> The shop limits what one client may ask. Start it without: OMNIBUS_LIMITS=off ./omnibus up"
                        : "  -> Read ./omnibus logs gateway."));
    }

    private void orders(List<JsonNode> products) {
        System.out.println("\nWhole orders: POST /orders with Prefer: wait=10, one or two lines, to CONFIRMED");
        var skus = products.stream()
                .map(product -> product.path("sku").asText())
                .limit(20)
                .toList();
        for (var sku : skus) {
            admin.put("/api/v1/inventory/" + sku, Map.of("onHand", 1_000_000));
        }
        var tokens = new ArrayList<String>();
        for (var i = 0; i < 8; i++) {
            var buyer = new ShopClient(shop.url());
            buyer.registerSomebody();
            tokens.add(buyer.token());
        }
        // A saga runs through five JVMs; each compiles its part only after some thousand orders.
        for (var warmUp = 0; warmUp < ROUNDS; warmUp++) {
            loop(arguments.buyers, Map.of(), () -> order(any(skus), any(skus), any(tokens)));
        }
        var result = loop(arguments.buyers, pids(), () -> order(any(skus), any(skus), any(tokens)));
        print("orders", result);
    }

    private Load.Result loop(int clients, Map<String, Long> pids, java.util.function.Supplier<Future<?>> request) {
        return Load.run(vertx, clients, arguments.seconds, pids, request);
    }

    private static <T> T any(List<T> list) {
        return list.get(ThreadLocalRandom.current().nextInt(list.size()));
    }

    private Future<?> get(int port, String path, String cacheControl) {
        var options = new RequestOptions().setHost("127.0.0.1").setPort(port).setURI(path);
        if (cacheControl != null) options.putHeader("Cache-Control", cacheControl);
        return http.request(options)
                .compose(request -> request.send())
                .compose(response -> response.statusCode() == 200
                        ? response.body()
                        : response.body().compose(body -> Future.failedFuture(response.statusCode() + " " + body)));
    }

    private Future<?> order(String first, String second, String token) {
        var items = first.equals(second)
                ? List.of(Map.of("sku", first, "quantity", 1))
                : List.of(Map.of("sku", first, "quantity", 1), Map.of("sku", second, "quantity", 2));
        var body = new JsonObject(Map.of("items", items, "shippingAddress", ADDRESS, "paymentMethod", "pm_card_visa"));
        var options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(shop.url().getHost())
                .setPort(shop.url().getPort())
                .setURI("/api/v1/orders")
                .putHeader("Authorization", "Bearer " + token)
                .putHeader("Content-Type", "application/json")
                .putHeader("Idempotency-Key", UUID.randomUUID().toString())
                .putHeader("Prefer", "wait=10");
        return http.request(options)
                .compose(request -> request.send(body.toBuffer()))
                .compose(response -> response.body().compose(answer -> confirmed(response.statusCode(), answer)));
    }

    private static Future<Void> confirmed(int status, Buffer answer) {
        var good = status == 201 && answer.toJsonObject().getString("status").equals("CONFIRMED");
        return good ? Future.succeededFuture() : Future.failedFuture(status + " " + answer);
    }

    private static void print(String what, Load.Result result) {
        System.out.printf(
                "  %-12s %7.0f /s   p50 %6.1f ms   p99 %6.1f ms   failed %d%n",
                what, result.perSecond(), result.p50() / 1e3, result.p99() / 1e3, result.failures());
        if (!result.cpuMicros().isEmpty()) System.out.println("               CPU µs a request: " + result.cpuMicros());
    }

    /** The shop's processes by name, as {@code omnibus ps} knows them; empty for a shop elsewhere. */
    private Map<String, Long> pids() {
        var found = new TreeMap<String, Long>();
        var omnibus = Path.of(System.getProperty("omnibus.root", "."), "omnibus");
        try {
            var process = new ProcessBuilder(omnibus.toString(), "ps", "--json")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            for (var entry : ShopClient.JSON.readTree(process.getInputStream())) {
                found.put(entry.path("instance").asText(), entry.path("pid").asLong());
            }
        } catch (IOException notHere) {
            System.err.println("bench: no CPU figures: " + notHere.getMessage());
        }
        return found;
    }

    private List<Long> gateways() {
        return pids().entrySet().stream()
                .filter(process -> process.getKey().startsWith("gateway-"))
                .map(Map.Entry::getValue)
                .toList();
    }

    private String mongoUrl() throws IOException {
        var given = System.getenv("OMNIBUS_MONGO_URL");
        if (given != null) return given;
        var stores =
                ShopClient.JSON.readTree(shop.home().resolve("run/stores.json").toFile());
        for (var store : stores.path("stores")) {
            if (store.path("name").asText().equals("mongo")) {
                return "mongodb://127.0.0.1:" + store.path("port").asInt() + "/omnibus_product";
            }
        }
        throw new IllegalStateException("the MongoDB of this shop is not known; set OMNIBUS_MONGO_URL");
    }
}
