package omnibus.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;
import omnibus.platform.postgres.Postgres;
import omnibus.platform.postgres.PostgresConfig;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;

/** The service in full on a real database among faked peers, and its operations as a client speaks them. */
final class Shop implements AutoCloseable {
    static final Identity ADMIN = new Identity(Ids.next(), Set.of("customer", "admin"), null);
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    final TestPlatform kit = TestPlatform.start();
    final FakePeers peers = new FakePeers(kit);
    private final PostgresConfig database = TestStores.postgres("order");
    private final Duration deadline;
    private final Pool pool;
    private String deployment;

    private Shop(Duration deadline) {
        this.deadline = deadline;
        this.pool = Postgres.pool(kit.vertx(), database);
        kit.eventually(
                () -> kit.await(Postgres.ping(pool).transform(done -> Future.succeededFuture(done.succeeded()))));
        deployment = deploy();
    }

    static Shop open() {
        return open(Duration.ofMinutes(15));
    }

    static Shop open(Duration deadline) {
        return new Shop(deadline);
    }

    private String deploy() {
        return kit.deploy(new OrderVerticle(kit.platform(), new OrderConfig(database, deadline)));
    }

    void restart() {
        kit.await(kit.vertx().undeploy(deployment));
        deployment = deploy();
    }

    /** What earlier tests left under way is nobody's business any more. */
    void newDay() {
        sql("""
                update saga set epoch = epoch + 1, next_run_at = 'infinity', lease_owner = null, lease_until = null
                where state <> 'DONE'
                """);
        peers.reset();
    }

    static Identity customer() {
        return new Identity(Ids.next(), Set.of("customer"), null);
    }

    static Map<String, Object> order(String method, Item... items) {
        return Map.of("items", List.of(items), "shippingAddress", OrderFixtures.HOME, "paymentMethod", method);
    }

    static JsonNode json(Answer answer) {
        return Json.tree(answer.body());
    }

    static List<String> ids(Answer page) {
        var ids = new ArrayList<String>();
        json(page).path("items").forEach(order -> ids.add(order.path("id").asText()));
        return ids;
    }

    Answer call(Request request) {
        return kit.call(request);
    }

    Future<Answer> send(Request request) {
        eventually(() -> kit.platform().directory().hasReady("order"));
        return kit.platform().caller().call(request);
    }

    /** As a client does that is told to come back: the same once more, under the same key. */
    Future<Answer> insist(Supplier<Request> request) {
        return send(request.get())
                .compose(answer -> answer.status() == 503
                        ? kit.vertx().timer(100, TimeUnit.MILLISECONDS).compose(later -> insist(request))
                        : Future.succeededFuture(answer));
    }

    <T> T await(Future<T> future) {
        return kit.await(future);
    }

    void eventually(BooleanSupplier condition) {
        kit.eventually(condition);
    }

    private static Request write(String operation) {
        return Request.write(operation, Deadline.in(PATIENCE)).tryFor(PATIENCE.toMillis());
    }

    Request placing(Identity who, String key, Object body) {
        return withoutKey(who, body).header("Idempotency-Key", key);
    }

    Request withoutKey(Identity who, Object body) {
        var request = write("order.placeOrder").as(who);
        return body instanceof String text ? request.bytes(Buffer.buffer(text)) : request.body(body);
    }

    Answer place(Identity who, Object body) {
        return call(placing(who, Ids.next().toString(), body));
    }

    Request checkingOut(Identity who, String key, Object body) {
        return write("order.checkout").as(who).header("Idempotency-Key", key).body(body);
    }

    Answer checkout(Identity who, Object body) {
        return call(checkingOut(who, Ids.next().toString(), body));
    }

    Request get(String id) {
        return Request.read("order.getOrder", Deadline.in(PATIENCE)).path("id", id);
    }

    JsonNode read(Identity who, String id) {
        return json(call(get(id).as(who)));
    }

    Request awaiting(Identity who, String id, int seconds) {
        return Request.read("order.awaitOrder", Deadline.in(PATIENCE))
                .tryFor(PATIENCE.toMillis())
                .path("id", id)
                .query("wait", seconds)
                .as(who);
    }

    /** The order when it is settled; fails when that takes too long. */
    JsonNode settled(Identity who, String id) {
        var order = json(call(awaiting(who, id, 10)));
        var status = order.path("status").asText();
        if (status.equals("PENDING") || status.equals("RESERVED")) throw new AssertionError("not settled: " + order);
        return order;
    }

    Request cancelling(Identity who, String id) {
        return write("order.cancelOrder").path("id", id).as(who);
    }

    Answer cancel(Identity who, String id, String reason) {
        var request = cancelling(who, id);
        return call(reason == null ? request : request.body(Map.of("reason", reason)));
    }

    Answer retry(Identity who, String id) {
        return call(write("order.retryOrder").path("id", id).as(who));
    }

    Request reviews(Identity who) {
        return Request.read("order.listReviews", Deadline.in(PATIENCE)).as(who);
    }

    /** Lets an order that fails for good come to its last try sooner. */
    void parkSoon(String id) {
        var order = UUID.fromString(id);
        eventually(() -> {
            sql("""
                    update saga set failures = 7, next_run_at = now()
                    where order_id = $1 and failures between 1 and 6 and lease_owner is null
                    """, order);
            return !sql("select from saga where order_id = $1 and state = 'REVIEW'", order)
                    .isEmpty();
        });
    }

    Answer patch(Identity who, String id, String status) {
        return call(write("order.patchStatus").path("id", id).as(who).body(Map.of("status", status)));
    }

    Request listing(Identity who) {
        return Request.read("order.listOrders", Deadline.in(PATIENCE)).as(who);
    }

    Request listingOf(String user) {
        return Request.read("order.listUserOrders", Deadline.in(PATIENCE)).path("userId", user);
    }

    List<Row> sql(String statement, Object... parameters) {
        return await(pool.preparedQuery(statement)
                .execute(Tuple.from(List.of(parameters)))
                .map(rows -> OrderStore.stream(rows).toList()));
    }

    /** The sum of all counters of this name with this tag. */
    double metric(String name, String tag, String value) {
        return kit.platform().metrics().find(name).tag(tag, value).counters().stream()
                .mapToDouble(io.micrometer.core.instrument.Counter::count)
                .sum();
    }

    double gauge(String name) {
        return kit.platform().metrics().get(name).gauge().value();
    }

    @Override
    public void close() {
        kit.close();
    }
}
