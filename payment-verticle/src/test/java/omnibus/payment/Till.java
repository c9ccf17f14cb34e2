package omnibus.payment;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.Money;
import omnibus.platform.Secret;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;
import omnibus.platform.postgres.Postgres;
import omnibus.platform.postgres.PostgresConfig;
import omnibus.sandbox.SandboxConfig;
import omnibus.sandbox.SandboxVerticle;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;

/** Payments over a real database and a real provider sandbox, and the words tests use about them. */
final class Till implements AutoCloseable {
    static final Secret WEBHOOK_SECRET = new Secret("whsec_till");
    private static final String KEY = "sk_test_till";

    final TestPlatform shop = TestPlatform.start();
    final UUID customer = Ids.next();
    final Identity admin = new Identity(Ids.next(), Set.of("customer", "admin"), "s");
    final Pool database;
    final PostgresConfig postgres;
    private final Path home;
    private final SandboxVerticle sandbox;
    private final HttpServer gateway;
    private String payments;

    /** What an order wants paid. */
    record Wanted(UUID orderId, long epoch, UUID userId, Money amount, String paymentMethod) {}

    private record Command(UUID orderId, long epoch) {}

    private record Orders(List<?> orders) {}

    Till() {
        postgres = TestStores.postgres("payment");
        home = temporaryDirectory();
        gateway = shop.await(
                shop.vertx().createHttpServer().requestHandler(this::passOn).listen(0, "127.0.0.1"));
        sandbox = new SandboxVerticle(SandboxConfig.from(Map.of(
                "OMNIBUS_SANDBOX_PORT",
                "0",
                "OMNIBUS_SANDBOX_KEY",
                KEY,
                "OMNIBUS_SANDBOX_SLOW_MILLIS",
                "1300",
                "OMNIBUS_SANDBOX_HOLD_MILLIS",
                "200",
                "OMNIBUS_SANDBOX_WEBHOOK_URL",
                "http://127.0.0.1:" + gateway.actualPort() + "/",
                "OMNIBUS_SANDBOX_WEBHOOK_SECRET",
                WEBHOOK_SECRET.reveal(),
                "OMNIBUS_HOME",
                home.toString())));
        shop.deploy(sandbox);
        payments = shop.deploy(new PaymentVerticle(shop.platform(), config()));
        database = Postgres.pool(shop.vertx(), postgres);
    }

    PaymentConfig config() {
        return new PaymentConfig(
                postgres,
                "http://127.0.0.1:" + sandbox.port(),
                new Secret(KEY),
                WEBHOOK_SECRET,
                16,
                Duration.ofSeconds(3),
                Duration.ofMillis(900),
                new PaymentConfig.Reconciling(Duration.ofHours(1), Duration.ofMillis(0), Duration.ofHours(24)));
    }

    /** As the gateway would: bytes and signature untouched. */
    private void passOn(HttpServerRequest request) {
        request.body()
                .compose(body -> shop.platform().caller().call(webhook(body, request.getHeader("Stripe-Signature"))))
                .onComplete(answer -> request.response()
                        .setStatusCode(answer.succeeded() ? answer.result().status() : 503)
                        .end());
    }

    static Request webhook(Buffer body, String signature) {
        var request = write("payment.receiveWebhook").path("provider", "stripe").bytes(body);
        return signature == null ? request : request.header("Stripe-Signature", signature);
    }

    static Request write(String operation) {
        return Request.write(operation, Deadline.in(Duration.ofSeconds(10))).tryFor(10_000);
    }

    static Request read(String operation) {
        return Request.read(operation, Deadline.in(Duration.ofSeconds(10)));
    }

    Wanted anOrder(String card) {
        return new Wanted(Ids.next(), 1, customer, new Money(1999, "EUR"), card);
    }

    Wanted anOrder() {
        return anOrder("pm_card_visa");
    }

    /** Restarts the service: what it held in memory is gone. */
    void restart() {
        shop.await(shop.vertx().undeploy(payments));
        payments = shop.deploy(new PaymentVerticle(shop.platform(), config()));
    }

    JsonNode authorize(Wanted... orders) {
        return results("payment.authorizePayments", List.of(orders));
    }

    JsonNode authorized(Wanted order) {
        return done(() -> authorize(order));
    }

    JsonNode captured(Wanted order) {
        authorized(order);
        return done(() -> capture(order));
    }

    /** A busy machine may answer pending: the command is repeated, as the saga does. */
    JsonNode done(Supplier<JsonNode> command) {
        var result = new JsonNode[1];
        shop.eventually(() -> {
            result[0] = command.get().get(0);
            return !result[0].path("outcome").asText().equals("pending");
        });
        if (!result[0].path("outcome").asText().equals("done")) throw new AssertionError(result[0].toString());
        return result[0];
    }

    JsonNode capture(Wanted... orders) {
        return results("payment.capturePayments", commands(orders));
    }

    JsonNode cancel(Wanted... orders) {
        return results("payment.cancelPayments", commands(orders));
    }

    private static List<Command> commands(Wanted... orders) {
        return List.of(orders).stream()
                .map(order -> new Command(order.orderId(), order.epoch()))
                .toList();
    }

    private JsonNode results(String operation, List<?> orders) {
        var answer = shop.call(write(operation).body(new Orders(orders)));
        if (answer.status() != 200) throw new AssertionError(answer.body().toString());
        return Json.tree(answer.body()).path("results");
    }

    /** The payment of an order as an admin sees it. */
    JsonNode payment(Wanted order) {
        return Json.tree(shop.call(read("payment.getOrderPayment")
                        .path("id", order.orderId())
                        .as(admin))
                .body());
    }

    String status(Wanted order) {
        return payment(order).path("status").asText();
    }

    void becomes(String status, Wanted order) {
        shop.eventually(() -> status(order).equals(status));
    }

    Answer refund(String paymentId, String key, Object body) {
        return shop.call(refundRequest(paymentId, key, body));
    }

    Request refundRequest(String paymentId, String key, Object body) {
        return write("payment.refundPayment")
                .path("id", paymentId)
                .header("Idempotency-Key", key)
                .as(admin)
                .body(body);
    }

    /** Asks the provider itself. */
    JsonNode provider(HttpMethod method, String path, String body) {
        var options = new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI("http://127.0.0.1:" + sandbox.port() + path)
                .putHeader("Authorization", "Bearer " + KEY);
        return Json.tree(asked(options, Buffer.buffer(body)));
    }

    /** On an event loop: elsewhere an answer may be over before its body is listened to. */
    private Buffer asked(RequestOptions options, Buffer body) {
        var client = shop.vertx().createHttpClient();
        return shop.await(Future.<Buffer>future(answer -> shop.vertx()
                .runOnContext(now -> client.request(options)
                        .compose(request -> request.send(body))
                        .compose(response -> response.body())
                        .eventually(client::close)
                        .onComplete(answer))));
    }

    /** Everything the provider has for an order. */
    List<JsonNode> providerPayments(Wanted order) {
        var query = "metadata%5B%27order_id%27%5D%3A%27" + order.orderId() + "%27";
        var found = new ArrayList<JsonNode>();
        provider(HttpMethod.GET, "/v1/payment_intents/search?query=" + query, "")
                .path("data")
                .forEach(found::add);
        return found;
    }

    /** Whether the provider has no event left to tell. */
    boolean allEventsAreTold() {
        var options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI("http://127.0.0.1:" + sandbox.managementPort() + "/metrics");
        return asked(options, Buffer.buffer()).toString().contains("sandbox_webhooks_pending 0\n");
    }

    void faults(String json) {
        provider(HttpMethod.PUT, "/sandbox/faults", json);
    }

    RowSet<Row> sql(String statement) {
        return shop.await(database.query(statement).execute());
    }

    long number(String query) {
        return sql(query).iterator().next().getLong(0);
    }

    /** What the ledger's account holds, in minor units. */
    long balance(String account) {
        return number("select coalesce(sum(amount), 0)::bigint from ledger_posting where account = '" + account + "'");
    }

    <T> List<T> all(List<Future<T>> futures) {
        return shop.await(Future.all(futures)).list();
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("till");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        shop.await(database.close());
        shop.close();
        try (var files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
