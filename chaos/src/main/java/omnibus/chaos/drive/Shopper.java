package omnibus.chaos.drive;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import omnibus.chaos.drive.Web.Reply;
import omnibus.chaos.drive.Web.Request;
import omnibus.chaos.history.Entry;
import omnibus.chaos.history.Entry.Phase;
import omnibus.chaos.history.History;

/**
 * One closed loop: buys, cancels, looks, one thing at a time. An answer that does not come, or is one of 5xx, means that
 * nobody knows; the same is then asked again, with the same key, until there is an answer or the patience is over.
 */
final class Shopper {
    static final Map<String, String> ADDRESS = Map.of(
            "name", "Ada Test", "line1", "1 Main Street", "city", "Berlin", "postalCode", "10115", "country", "DE");
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int FIRST_PAUSE_MILLIS = 100;
    private static final int LONGEST_PAUSE_MILLIS = 2_000;
    private static final int REMEMBERED_ORDERS = 20;
    private static final int CONFLICT = 409;

    private final int number;
    private final Vertx vertx;
    private final Web web;
    private final Account account;
    private final History history;
    private final Tally tally;
    private final SplittableRandom random;
    private final int thinkMillis;
    private final List<String> orders = new ArrayList<>();
    private long requests;

    /** What the shopper wants, however many requests that takes. */
    private record Ask(
            String operation, HttpMethod method, String path, String key, String orderId, Object body, long since) {
        Ask(String operation, HttpMethod method, String path, String orderId, Object body) {
            this(operation, method, path, null, orderId, body, System.nanoTime());
        }

        static Ask keyed(String operation, String path, Object body) {
            var key = UUID.randomUUID().toString();
            return new Ask(operation, HttpMethod.POST, path, key, null, body, System.nanoTime());
        }

        long millis() {
            return (System.nanoTime() - since) / 1_000_000;
        }

        boolean order() {
            return key != null;
        }
    }

    /** @param reply null where there was none */
    private record Told(Phase phase, Reply reply) {}

    Shopper(
            int number,
            Vertx vertx,
            Web web,
            Account account,
            History history,
            Tally tally,
            SplittableRandom random,
            int thinkMillis) {
        this.number = number;
        this.vertx = vertx;
        this.web = web;
        this.account = account;
        this.history = history;
        this.tally = tally;
        this.random = random;
        this.thinkMillis = thinkMillis;
    }

    /** Shops until the shop closes; completes when the last thing begun has come to its end. */
    Future<Void> shop(BooleanSupplier closed) {
        if (closed.getAsBoolean()) return Future.succeededFuture();
        return act().compose(done -> pause(thinkMillis == 0 ? 1 : 1 + random.nextInt(2 * thinkMillis)))
                .compose(go -> shop(closed));
    }

    private Future<Void> act() {
        int dice = random.nextInt(100);
        if (orders.isEmpty() || dice < 55) return place();
        if (dice < 70) return fillCartAndCheckOut();
        return dice < 90 ? cancel() : read();
    }

    private Future<Void> place() {
        var body = new LinkedHashMap<String, Object>();
        body.put("items", items(1 + random.nextInt(5)));
        body.put("shippingAddress", ADDRESS);
        body.put("paymentMethod", paymentMethod());
        return order(Ask.keyed("order.placeOrder", "/api/v1/orders", body));
    }

    private Future<Void> fillCartAndCheckOut() {
        Future<Boolean> filled = Future.succeededFuture(true);
        for (var item : items(1 + random.nextInt(3))) {
            var path = "/api/v1/cart/items/" + item.get("sku");
            var put = Map.of("quantity", item.get("quantity"));
            filled = filled.compose(go -> !go
                    ? Future.succeededFuture(false)
                    : insist(new Ask("cart.putItem", HttpMethod.PUT, path, null, put))
                            .map(told -> told.phase() == Phase.OK));
        }
        return filled.compose(full -> {
            if (!full) return Future.succeededFuture();
            var body = Map.of("shippingAddress", ADDRESS, "paymentMethod", paymentMethod());
            return order(Ask.keyed("order.checkout", "/api/v1/checkout", body));
        });
    }

    private Future<Void> order(Ask ask) {
        tally.asked();
        return insist(ask).map(told -> {
            if (told.phase() == Phase.OK) {
                tally.acknowledged(ask.millis());
                remember(told.reply().body());
            } else if (told.phase() == Phase.UNKNOWN) {
                tally.gaveUp();
            }
            return null;
        });
    }

    private void remember(JsonNode order) {
        if (orders.size() == REMEMBERED_ORDERS) orders.remove(0);
        orders.add(order.path("id").asText());
    }

    private Future<Void> cancel() {
        tally.cancelled();
        // Mostly what has just been placed, so that a cancel meets a saga under way.
        int index = random.nextInt(100) < 60 ? orders.size() - 1 : random.nextInt(orders.size());
        var id = orders.get(index);
        return insist(new Ask("order.cancelOrder", HttpMethod.POST, "/api/v1/orders/" + id + "/cancel", id, Map.of()))
                .mapEmpty();
    }

    private Future<Void> read() {
        tally.read();
        var id = orders.get(random.nextInt(orders.size()));
        return insist(new Ask("order.getOrder", HttpMethod.GET, "/api/v1/orders/" + id, id, null))
                .mapEmpty();
    }

    private List<Map<String, Object>> items(int count) {
        return random.ints(0, Catalogue.SKUS)
                .distinct()
                .limit(count)
                .mapToObj(index -> Map.<String, Object>of("sku", Catalogue.sku(index), "quantity", quantity()))
                .toList();
    }

    private int quantity() {
        return 1 + random.nextInt(3);
    }

    private String paymentMethod() {
        int dice = random.nextInt(100);
        if (dice < 78) return "pm_card_visa";
        if (dice < 86) return "pm_card_mastercard";
        if (dice < 91) return "pm_card_chargeDeclined";
        if (dice < 93) return "pm_card_chargeDeclinedInsufficientFunds";
        return dice < 97 ? "pm_card_slow" : "pm_card_noAnswer";
    }

    /** Asks until it is known what became of it. */
    private Future<Told> insist(Ask ask) {
        return attempt(ask, FIRST_PAUSE_MILLIS, false);
    }

    private Future<Told> attempt(Ask ask, int pauseMillis, boolean wasUnknown) {
        return once(ask).compose(told -> {
            boolean unknown = told.phase() == Phase.UNKNOWN;
            if (!unknown && !again(told)) {
                if (wasUnknown) tally.resolved();
                if (told.phase() == Phase.REFUSED) {
                    tally.refused(
                            ask.operation(),
                            told.reply().status() + " " + told.reply().code(),
                            ask.order());
                }
                return Future.succeededFuture(told);
            }
            if (ask.millis() > PATIENCE.toMillis()) return Future.succeededFuture(new Told(Phase.UNKNOWN, null));
            tally.retried();
            int next = Math.min(LONGEST_PAUSE_MILLIS, 2 * pauseMillis);
            return pause(pauseMillis / 2 + random.nextInt(pauseMillis))
                    .compose(go -> attempt(ask, next, wasUnknown || unknown));
        });
    }

    /** Refused for a moment only: the token is old, or the first request with this key is still under way. */
    private boolean again(Told told) {
        if (told.phase() != Phase.REFUSED) return false;
        if (told.reply().status() == 401) account.forgetToken();
        return told.reply().status() == 401
                || told.reply().status() == CONFLICT && told.reply().code().equals("request-in-progress");
    }

    private Future<Told> once(Ask ask) {
        return account.token().compose(token -> {
            var request = number + "-" + ++requests;
            write(request, Phase.INVOKE, ask, ask.orderId(), 0, Json.tree(ask.body()));
            return web.send(new Request(ask.operation(), ask.method(), ask.path(), token, ask.key(), ask.body()))
                    .map(reply -> told(request, ask, reply))
                    .otherwise(lost -> {
                        tally.unknown(lost.getClass().getSimpleName());
                        write(request, Phase.UNKNOWN, ask, ask.orderId(), 0, null);
                        return new Told(Phase.UNKNOWN, null);
                    });
        });
    }

    private Told told(String request, Ask ask, Reply reply) {
        var phase = reply.status() >= 500 ? Phase.UNKNOWN : reply.status() >= 300 ? Phase.REFUSED : Phase.OK;
        if (phase == Phase.UNKNOWN) tally.unknown(Integer.toString(reply.status()));
        var id = phase == Phase.OK && ask.order() ? reply.body().path("id").asText() : ask.orderId();
        write(request, phase, ask, id, reply.status(), reply.body());
        return new Told(phase, reply);
    }

    private void write(String request, Phase phase, Ask ask, String orderId, int status, JsonNode body) {
        var content = body == null || body.isNull() || body.isMissingNode() ? null : body;
        history.write(new Entry(
                System.currentTimeMillis(),
                number,
                request,
                phase,
                ask.operation(),
                account.userId(),
                ask.key(),
                orderId,
                status,
                content));
    }

    private Future<Void> pause(int millis) {
        return vertx.timer(Math.max(1, millis)).mapEmpty();
    }
}
