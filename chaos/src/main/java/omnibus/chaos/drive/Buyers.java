package omnibus.chaos.drive;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import omnibus.chaos.crowd.Bought;
import omnibus.chaos.crowd.Crowd;
import omnibus.chaos.crowd.Want;
import omnibus.chaos.drive.Web.Reply;
import omnibus.chaos.drive.Web.Request;
import omnibus.chaos.history.Entry;
import omnibus.chaos.history.Entry.Phase;
import omnibus.chaos.history.History;

/** The buyers of a crowd, on one event loop. What has no answer, or is put off, is asked again with the same key. */
final class Buyers implements AutoCloseable {
    private static final Duration PREPARATION = Duration.ofMinutes(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TRIES = 60;
    private static final int PAUSE_MILLIS = 500;
    private static final int LOOKS = 5;
    static final String WITHOUT_RETRY_AFTER = " without Retry-After";
    private static final String OPERATION = "order.placeOrder";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final List<Account> accounts = new ArrayList<>();
    private final Map<String, Integer> answers = new TreeMap<>();
    private final ChaosShop shop;
    private final Web web;
    private long requests;

    Buyers(ChaosShop shop, int atOnce) {
        this.shop = shop;
        this.web = new Web(vertx, shop.url(), atOnce + 10);
        for (int i = 0; i < Crowd.ACCOUNTS; i++) {
            accounts.add(new Account(web, "buyer-" + i + "@chaos.example", "chaos-password-" + i));
        }
    }

    /** @param stock units by SKU */
    void prepare(Map<String, Integer> stock) {
        var admin = new Account(
                web,
                shop.admin().path("email").asText(),
                shop.admin().path("password").asText());
        Shoppers.await(PREPARATION, "The shop of the run cannot be filled.", () -> {
            var filled = patiently(() -> admin.token().compose(token -> Catalogue.make(web, token, stock)));
            for (var sku : stock.keySet()) filled = filled.compose(made -> patiently(() -> stocked(admin, sku)));
            for (var account : accounts) filled = filled.compose(made -> patiently(account::register));
            return filled;
        });
    }

    private Future<Void> stocked(Account admin, String sku) {
        return admin.token()
                .compose(token -> Catalogue.stocked(web, token, sku))
                .compose(there -> there ? Future.succeededFuture() : Future.failedFuture(sku + " has no stock yet"));
    }

    private Future<Void> patiently(Supplier<Future<Void>> act) {
        return patiently(TRIES, act);
    }

    private Future<Void> patiently(int tries, Supplier<Future<Void>> act) {
        return act.get()
                .recover(failure -> tries <= 1
                        ? Future.failedFuture(failure)
                        : vertx.timer(PAUSE_MILLIS).compose(go -> patiently(tries - 1, act)));
    }

    /**
     * Each has seen the shop before the rush begins: what is measured then is the shop, and not how this JVM, which has just
     * started, opens its first connections.
     */
    void look(int atOnce) {
        Shoppers.await(PREPARATION, "The buyers cannot see the shop.", () -> {
            var looks = new ArrayList<Future<Void>>();
            for (int i = 0; i < atOnce; i++) looks.add(oneLooks(LOOKS));
            return Future.all(looks).mapEmpty();
        });
    }

    private Future<Void> oneLooks(int times) {
        if (times == 0) return Future.succeededFuture();
        var list = new Request("product.listProducts", HttpMethod.GET, "/api/v1/products?limit=10", null, null, null);
        return patiently(() -> web.send(list).mapEmpty()).compose(seen -> oneLooks(times - 1));
    }

    /** Everything that is wanted, so many at the same moment, until everybody has been answered or has given up. */
    List<Bought> buy(List<Want> wants, int atOnce, History history, Duration patience) {
        var bought = new ArrayList<Bought>();
        Shoppers.await(patience, "The buyers did not come to an end.", () -> {
            var done = Promise.<Void>promise();
            vertx.getOrCreateContext().runOnContext(begin -> {
                var queue = wants.iterator();
                var loops = new ArrayList<Future<Void>>();
                for (int i = 0; i < atOnce; i++) loops.add(loop(queue, bought, history));
                Future.all(loops).<Void>mapEmpty().onComplete(done);
            });
            return done.future();
        });
        return bought;
    }

    private Future<Void> loop(Iterator<Want> queue, List<Bought> bought, History history) {
        if (!queue.hasNext()) return Future.succeededFuture();
        return insist(queue.next(), System.currentTimeMillis(), 0, history).compose(it -> {
            bought.add(it);
            return loop(queue, bought, history);
        });
    }

    private Future<Bought> insist(Want want, long since, long longest, History history) {
        long sent = System.nanoTime();
        return once(want, history).transform(tried -> {
            long millis = Math.max(longest, (System.nanoTime() - sent) / 1_000_000);
            var reply = tried.result();
            answers.merge(answer(reply, tried.cause()), 1, Integer::sum);
            boolean over = System.currentTimeMillis() - since > PATIENCE.toMillis();
            if (over || reply != null && !again(want, reply)) {
                return Future.succeededFuture(bought(want, reply, since, millis));
            }
            return vertx.timer(pauseMillis(reply)).compose(go -> insist(want, since, millis, history));
        });
    }

    private static Bought bought(Want want, Reply reply, long since, long millis) {
        if (reply == null) return new Bought(want, 0, null, false, since, millis);
        var order =
                reply.status() == 201 ? UUID.fromString(reply.body().path("id").asText()) : null;
        return new Bought(want, reply.status(), order, reply.replayed(), since, millis);
    }

    private static boolean again(Want want, Reply reply) {
        if (reply.status() == 409) return want.patient() && reply.code().equals("request-in-progress");
        return reply.status() == 429 || reply.status() >= 500;
    }

    private static String answer(Reply reply, Throwable lost) {
        if (reply == null) return lost.getClass().getSimpleName();
        boolean putOff = reply.status() == 429 || reply.status() == 503;
        var code = reply.status() < 300 ? "" : " " + reply.code();
        return reply.status() + code + (putOff && reply.retryAfter() == null ? WITHOUT_RETRY_AFTER : "");
    }

    private static long pauseMillis(Reply reply) {
        boolean told = reply != null
                && reply.retryAfter() != null
                && reply.retryAfter().matches("\\d{1,2}");
        return told ? Math.max(1, 1_000L * Integer.parseInt(reply.retryAfter())) : PAUSE_MILLIS;
    }

    /** How often which answer came, repeats included. */
    Map<String, Integer> answers() {
        return Map.copyOf(answers);
    }

    private Future<Reply> once(Want want, History history) {
        var account = accounts.get(want.account());
        var body = new LinkedHashMap<String, Object>();
        body.put(
                "items",
                want.skus().stream()
                        .map(sku -> Map.of("sku", sku, "quantity", 1))
                        .toList());
        body.put("shippingAddress", Shopper.ADDRESS);
        body.put("paymentMethod", "pm_card_visa");
        return account.token().compose(token -> {
            var request = "crowd-" + ++requests;
            write(history, request, Phase.INVOKE, want, null, 0, body);
            return web.send(new Request(OPERATION, HttpMethod.POST, "/api/v1/orders", token, want.key(), body))
                    .onSuccess(reply -> told(history, request, want, reply))
                    .onFailure(lost -> write(history, request, Phase.UNKNOWN, want, null, 0, null));
        });
    }

    private void told(History history, String request, Want want, Reply reply) {
        var phase = reply.status() >= 500 ? Phase.UNKNOWN : reply.status() >= 300 ? Phase.REFUSED : Phase.OK;
        var order = phase == Phase.OK ? reply.body().path("id").asText() : null;
        write(history, request, phase, want, order, reply.status(), reply.body().isMissingNode() ? null : reply.body());
    }

    private void write(History history, String request, Phase phase, Want want, String order, int status, Object body) {
        var account = accounts.get(want.account());
        history.write(new Entry(
                System.currentTimeMillis(),
                want.account(),
                request,
                phase,
                OPERATION,
                account.userId(),
                want.key(),
                order,
                status,
                body == null ? null : Json.tree(body)));
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
