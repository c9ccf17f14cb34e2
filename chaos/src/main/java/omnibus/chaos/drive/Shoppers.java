package omnibus.chaos.drive;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import omnibus.chaos.drive.Web.Request;
import omnibus.chaos.history.History;

/** All closed loops of a run, on one event loop. */
final class Shoppers implements AutoCloseable {
    private static final Duration PREPARATION = Duration.ofMinutes(2);
    private static final int TRIES = 60;
    private static final int PAUSE_MILLIS = 500;
    private static final int REGISTRATIONS_AT_ONCE = 4;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Tally tally = new Tally();
    private final Web web;
    private final ChaosShop shop;
    private final List<Account> accounts = new ArrayList<>();
    private Future<Void> ended = Future.succeededFuture();

    Shoppers(ChaosShop shop, int count) {
        this.shop = shop;
        this.web = new Web(vertx, shop.url(), count + 10);
        for (int i = 0; i < count; i++) {
            accounts.add(new Account(web, "shopper-" + i + "@chaos.example", "chaos-password-" + i));
        }
    }

    /** Products with their stock, and an account for everybody. */
    void prepare() {
        await(
                PREPARATION,
                "The shop of the run cannot be filled.",
                () -> adminToken()
                        .compose(token -> patiently(TRIES, () -> Catalogue.make(web, token, Catalogue.stock()))
                                .compose(made -> patiently(
                                        TRIES,
                                        () -> Catalogue.stocked(web, token, Catalogue.sku(Catalogue.SKUS - 1))
                                                .compose(there -> there
                                                        ? Future.succeededFuture()
                                                        : Future.failedFuture("the products have no stock yet")))))
                        .compose(made -> registerAll()));
    }

    private Future<String> adminToken() {
        var admin = shop.admin();
        var body = Map.of(
                "email", admin.path("email").asText(),
                "password", admin.path("password").asText());
        var login = new Request("user.login", HttpMethod.POST, "/api/v1/users/login", null, null, body);
        return patiently(
                TRIES,
                () -> web.send(login)
                        .compose(reply -> reply.status() == 200
                                ? Future.succeededFuture(
                                        reply.body().path("token").asText())
                                : Future.failedFuture("the administrator's sign-in answers " + reply.status())));
    }

    /** Passwords are expensive to hash on purpose: a few at a time. */
    private Future<Void> registerAll() {
        var lanes = new ArrayList<Future<Void>>();
        for (int lane = 0; lane < REGISTRATIONS_AT_ONCE; lane++) lanes.add(registerFrom(lane));
        return Future.all(lanes).mapEmpty();
    }

    private Future<Void> registerFrom(int index) {
        if (index >= accounts.size()) return Future.succeededFuture();
        return patiently(TRIES, () -> accounts.get(index).register())
                .compose(done -> registerFrom(index + REGISTRATIONS_AT_ONCE));
    }

    private <T> Future<T> patiently(int tries, Supplier<Future<T>> act) {
        return act.get()
                .recover(failure -> tries <= 1
                        ? Future.failedFuture(failure)
                        : vertx.timer(PAUSE_MILLIS).compose(go -> patiently(tries - 1, act)));
    }

    /** Opens the doors. Everybody shops until {@code closed}. */
    void start(History history, long seed, int thinkMillis, BooleanSupplier closed) {
        var loops = new ArrayList<Future<Void>>();
        var seeds = new SplittableRandom(seed);
        var context = vertx.getOrCreateContext();
        for (int i = 0; i < accounts.size(); i++) {
            var shopper = new Shopper(i, vertx, web, accounts.get(i), history, tally, seeds.split(), thinkMillis);
            var done = io.vertx.core.Promise.<Void>promise();
            context.runOnContext(begin -> shopper.shop(closed).onComplete(done));
            loops.add(done.future());
        }
        ended = Future.all(loops).mapEmpty();
    }

    /** Waits until everybody has finished what was begun. */
    void awaitEnd(Duration patience) {
        await(patience, "The shoppers did not come to an end.", () -> ended);
    }

    boolean working() {
        return !ended.isComplete();
    }

    Tally tally() {
        return tally;
    }

    static void await(Duration patience, String what, Supplier<Future<Void>> work) {
        try {
            work.get().toCompletionStage().toCompletableFuture().get(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw Stopped.failed(what, String.valueOf(e.getCause().getMessage()), "Read the shop's logs.");
        } catch (TimeoutException e) {
            throw Stopped.failed(what, "It took longer than " + patience.toSeconds() + " s.", "Read the shop's logs.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Stopped.failed(what, "The run was interrupted.", "Run it again.");
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
