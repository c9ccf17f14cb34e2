package omnibus.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.events.Doorbell;
import omnibus.platform.events.Event;
import omnibus.platform.events.EventPage;
import omnibus.platform.events.LoggedEvent;
import omnibus.testkit.TestPlatform;

/**
 * The services that orders speak to, as small machines that keep the promises the saga relies on: idempotent by order,
 * tombstones, epochs. What they hold in the end is what a test asserts. {@link #disturb} puts a fault in front of one.
 */
final class FakePeers {
    /** What stands between the saga and an operation: a fault, or nothing. Gets the orders of the message. */
    interface Fault extends Function<List<UUID>, Optional<Future<Answer>>> {}

    static final String LOG = Ids.next().toString();

    final Map<String, ProductClient.Quote> catalogue = new ConcurrentHashMap<>();
    final Map<String, Integer> stock = new ConcurrentHashMap<>();
    /** Order id to {@code ACTIVE}, {@code COMMITTED}, {@code RELEASED}. */
    final Map<UUID, String> reservations = new ConcurrentHashMap<>();
    /** Order id to the status of its payment. */
    final Map<UUID, String> payments = new ConcurrentHashMap<>();

    final List<String> commands = new CopyOnWriteArrayList<>();
    final Map<UUID, CartClient.Cart> carts = new ConcurrentHashMap<>();
    final List<UUID> taken = new CopyOnWriteArrayList<>();
    final Map<UUID, UUID> addresses = new ConcurrentHashMap<>();
    private final Map<UUID, UUID> paymentIds = new ConcurrentHashMap<>();
    private final Map<UUID, Map<String, Integer>> lines = new ConcurrentHashMap<>();
    private final Map<UUID, Long> epochs = new ConcurrentHashMap<>();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final Map<String, List<LoggedEvent>> logs = new ConcurrentHashMap<>();
    private final TestPlatform kit;

    FakePeers(TestPlatform kit) {
        this.kit = kit;
        reset();
        logs.put("payment", new CopyOnWriteArrayList<>());
        logs.put("user", new CopyOnWriteArrayList<>());
        kit.answer("product.quoteProducts", call -> quote(Json.tree(call.body())));
        kit.answer("cart.readCart", call -> readCart(Json.tree(call.body())));
        kit.answer("cart.takeOrderedLines", call -> takeLines(Json.tree(call.body())));
        kit.answer("user.readAddress", call -> readAddress(Json.tree(call.body())));
        participant("inventory.reserveStock", this::reserve);
        participant("inventory.commitStock", this::commit);
        participant("inventory.releaseStock", this::release);
        participant("payment.authorizePayments", this::authorize);
        participant("payment.capturePayments", this::capture);
        participant("payment.cancelPayments", this::cancel);
        for (var log : logs.keySet()) {
            kit.answer(
                    log + ".readEvents",
                    call -> Future.succeededFuture(readEvents(log, Long.parseLong(call.query("after")))));
        }
    }

    /** A new day: shelves full, nothing ordered, no faults. The logs go on. */
    synchronized void reset() {
        List.of(catalogue, stock, reservations, payments, carts, addresses, faults)
                .forEach(Map::clear);
        commands.clear();
        taken.clear();
        sell("MUG-BLUE", 1_490, 1_000);
        sell("TEAPOT", 3_990, 1_000);
    }

    void sell(String sku, long price, int onHand) {
        sell(sku, new Money(price, "EUR"), onHand);
    }

    void sell(String sku, Money price, int onHand) {
        var quote = new ProductClient.Quote(sku, "product-of-" + sku, "The " + sku, price, "IN_STOCK");
        catalogue.put(sku, quote);
        stock.put(sku, onHand);
    }

    /** Puts a fault before an operation; {@link #heal} takes it away. */
    void disturb(String operation, Fault fault) {
        faults.put(operation, fault);
    }

    void heal(String operation) {
        faults.remove(operation);
    }

    /** Nobody answers the whole message: the fault of a service that is away. */
    static Fault away() {
        return orders -> Optional.of(Future.failedFuture(Problem.unavailable("away", 1)));
    }

    /** Every message fails, in a way that does not pass by itself. */
    static Fault broken() {
        return orders -> Optional.of(Future.failedFuture(new IllegalStateException("broken")));
    }

    /** The message is swallowed. */
    static Fault silent() {
        return orders -> Optional.of(Promise.<Answer>promise().future());
    }

    /** Tells payment's followers of a change, as payment would once its provider has spoken. */
    void paymentTells(UUID order, String status) {
        payments.put(order, status);
        append(
                "payment",
                "PaymentStatusChanged",
                order,
                Map.of("paymentId", paymentIds.get(order), "orderId", order, "status", status));
    }

    void userDeleted(UUID user) {
        append("user", "UserDeleted", user, Map.of("userId", user));
    }

    private void append(String log, String type, UUID aggregate, Object data) {
        var events = logs.get(log);
        synchronized (events) {
            var position = events.size() + 1L;
            events.add(new LoggedEvent(position, Event.of(type, aggregate.toString(), position, data)));
        }
        Doorbell.ring(kit.vertx(), log);
    }

    private Answer readEvents(String log, long after) {
        var events = logs.get(log);
        return Answer.ok(new EventPage(
                LOG, events.stream().filter(event -> event.position() > after).toList(), events.size()));
    }

    private Future<Answer> quote(JsonNode body) {
        var found = new ArrayList<ProductClient.Quote>();
        body.path("skus")
                .forEach(sku -> Optional.ofNullable(catalogue.get(sku.asText())).ifPresent(found::add));
        return Future.succeededFuture(Answer.ok(Map.of("products", found)));
    }

    private Future<Answer> readCart(JsonNode body) {
        var user = UUID.fromString(body.path("userId").asText());
        var fault = faults.get("cart.readCart");
        if (fault != null) return fault.apply(List.of(user)).orElseThrow();
        var empty = new CartClient.Cart(null, 0, List.of());
        return Future.succeededFuture(Answer.ok(carts.getOrDefault(user, empty)));
    }

    private Future<Answer> takeLines(JsonNode body) {
        var fault = faults.get("cart.takeOrderedLines");
        var order = UUID.fromString(body.path("orderId").asText());
        if (fault != null) return fault.apply(List.of(order)).orElseThrow();
        taken.add(order);
        return Future.succeededFuture(Answer.ok(Map.of("taken", true)));
    }

    private Future<Answer> readAddress(JsonNode body) {
        var user = UUID.fromString(body.path("userId").asText());
        var known = body.path("addressId").asText().equals(String.valueOf(addresses.get(user)));
        if (!known) return Future.failedFuture(Problem.notFound());
        return Future.succeededFuture(Answer.ok(OrderFixtures.HOME));
    }

    private void participant(String operation, Function<JsonNode, Map<String, Object>> machine) {
        kit.answer(operation, call -> {
            var orders = Json.tree(call.body()).path("orders");
            var ids = new ArrayList<UUID>();
            orders.forEach(order -> ids.add(id(order)));
            var fault = Optional.ofNullable(faults.get(operation)).flatMap(one -> one.apply(ids));
            if (fault.isPresent()) return fault.get();
            var results = new ArrayList<Map<String, Object>>();
            synchronized (this) {
                orders.forEach(order -> {
                    commands.add(operation.substring(operation.indexOf('.') + 1) + " " + id(order));
                    var result = new HashMap<>(isStale(order) ? Map.of("outcome", "stale") : machine.apply(order));
                    result.put("orderId", id(order));
                    results.add(result);
                });
            }
            return Future.succeededFuture(Answer.ok(Map.of("results", results)));
        });
    }

    private static UUID id(JsonNode order) {
        return UUID.fromString(order.path("orderId").asText());
    }

    private boolean isStale(JsonNode order) {
        var epoch = order.path("epoch").asLong();
        return epochs.merge(id(order), epoch, Math::max) > epoch;
    }

    private Map<String, Object> reserve(JsonNode order) {
        var held = reservations.get(id(order));
        if ("RELEASED".equals(held)) return Map.of("outcome", "cancelled");
        if (held != null) return Map.of("outcome", "reserved");
        var wanted = new LinkedHashMap<String, Integer>();
        order.path("lines")
                .forEach(line -> wanted.merge(
                        line.path("sku").asText(), line.path("quantity").asInt(), Integer::sum));
        var shortages = wanted.entrySet().stream()
                .filter(one -> stock.getOrDefault(one.getKey(), 0) < one.getValue())
                .map(one -> Map.of(
                        "sku",
                        one.getKey(),
                        "requested",
                        one.getValue(),
                        "available",
                        stock.getOrDefault(one.getKey(), 0)))
                .toList();
        if (!shortages.isEmpty()) return Map.of("outcome", "short", "shortages", shortages);
        wanted.forEach((sku, quantity) -> stock.merge(sku, -quantity, Integer::sum));
        lines.put(id(order), wanted);
        reservations.put(id(order), "ACTIVE");
        return Map.of("outcome", "reserved");
    }

    private Map<String, Object> commit(JsonNode order) {
        var held = reservations.get(id(order));
        if (held == null) return Map.of("outcome", "missing");
        if (held.equals("RELEASED")) return Map.of("outcome", "cancelled");
        reservations.put(id(order), "COMMITTED");
        return Map.of("outcome", "committed");
    }

    private Map<String, Object> release(JsonNode order) {
        var held = reservations.put(id(order), "RELEASED");
        if ("ACTIVE".equals(held) || "COMMITTED".equals(held)) {
            lines.get(id(order)).forEach((sku, quantity) -> stock.merge(sku, quantity, Integer::sum));
        }
        return Map.of("outcome", "released");
    }

    private Map<String, Object> authorize(JsonNode order) {
        var method = order.path("paymentMethod").asText();
        payments.computeIfAbsent(
                id(order),
                id -> method.contains("Declined")
                        ? "DECLINED"
                        : method.equals("pm_card_slow") ? "PENDING" : "AUTHORIZED");
        return payment(order);
    }

    private Map<String, Object> capture(JsonNode order) {
        payments.computeIfPresent(id(order), (id, status) -> status.equals("AUTHORIZED") ? "CAPTURED" : status);
        return payment(order);
    }

    private Map<String, Object> cancel(JsonNode order) {
        payments.compute(
                id(order), (id, status) -> status == null || !status.equals("CAPTURED") ? "VOIDED" : "REFUNDED");
        return payment(order);
    }

    private Map<String, Object> payment(JsonNode order) {
        var status = payments.get(id(order));
        var outcome = status.equals("DECLINED") ? "refused" : status.equals("PENDING") ? "pending" : "done";
        return Map.of(
                "outcome",
                outcome,
                "paymentId",
                paymentIds.computeIfAbsent(id(order), one -> Ids.next()),
                "status",
                status,
                "reason",
                Map.of("code", "card_declined", "detail", "Your card was declined."));
    }
}
