package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import omnibus.platform.Instance;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.Contract;

/** A service that tells back what reached it. */
final class Wishlists extends VerticleBase {
    private final Platform platform;
    final List<String> batches = Collections.synchronizedList(new ArrayList<>());
    final List<Long> firstLines = Collections.synchronizedList(new ArrayList<>());
    volatile Problem refuseBatches;
    final AtomicInteger cardsAsked = new AtomicInteger();
    /** What a card is answered with next, once; otherwise with how often it was asked for. */
    volatile Future<Answer> nextCard;

    private Instance instance;

    Wishlists(Platform platform) {
        this.platform = platform;
    }

    @Override
    public Future<?> start() {
        return Instance.of(platform, Contract.load("wishlist"), new Api())
                .start()
                .onSuccess(started -> instance = started);
    }

    @Override
    public Future<?> stop() {
        return instance.stop();
    }

    final class Api {
        Future<Answer> createWishlist(Call call) {
            return Future.succeededFuture(Answer.created("/api/v1/wishlists/w-1", echo(call)));
        }

        Future<Answer> awaitWishlist(Call call) {
            return Future.succeededFuture(Answer.ok(Map.of(
                    "awaited", call.path("id"), "wait", call.query("wait").orElse(""))));
        }

        Future<Answer> getMine(Call call) {
            return Future.succeededFuture(Answer.ok(echo(call)));
        }

        Future<Answer> getWishlist(Call call) {
            if (call.path("id").equals("none")) throw Problem.notFound();
            if (call.path("id").equals("split")) {
                return Future.succeededFuture(Answer.ok(Map.of()).header("X-Split", "a\r\nX-Evil: b"));
            }
            return Future.succeededFuture(Answer.ok(echo(call)));
        }

        Future<Answer> deleteWishlist(Call call) {
            return Future.succeededFuture(Answer.noContent());
        }

        Future<Answer> importWishes(Call call) {
            if (refuseBatches != null && !batches.isEmpty()) return Future.failedFuture(refuseBatches);
            var text = call.bytes().toString();
            batches.add(text);
            firstLines.add(Long.parseLong(call.header("first-line").orElseThrow()));
            var lines = text.lines().count();
            return Future.succeededFuture(
                    Answer.ok(Map.of("received", lines, "created", lines, "failed", 0, "errors", List.of())));
        }

        Future<Answer> receiveWebhook(Call call) {
            return Future.succeededFuture(Answer.ok(Map.of(
                    "bytes",
                    call.bytes().length(),
                    "signature",
                    call.header("x-signature").orElse(""))));
        }

        Future<Answer> getCard(Call call) {
            var asked = cardsAsked.incrementAndGet();
            var next = nextCard;
            nextCard = null;
            return next != null
                    ? next
                    : Future.succeededFuture(Answer.ok(Map.of(
                            "asked",
                            asked,
                            "user",
                            String.valueOf(call.identity().userId()))));
        }

        Future<Answer> getSilence(Call call) {
            return Promise.<Answer>promise().future();
        }

        Future<Answer> keepSilence(Call call) {
            return Promise.<Answer>promise().future();
        }

        Future<Answer> getBug(Call call) {
            throw new IllegalStateException("a secret of the service");
        }

        private Map<String, Object> echo(Call call) {
            var told = new LinkedHashMap<String, Object>();
            told.put("user", String.valueOf(call.identity().userId()));
            told.put("roles", call.identity().roles());
            told.put("session", String.valueOf(call.identity().session()));
            told.put("client", call.clientAddress());
            told.put("uri", call.uri());
            told.put("request", call.requestId());
            told.put("traceparent", call.traceparent());
            told.put("id", String.valueOf(call.path("id")));
            told.put("body", call.hasBody() ? call.bytes().toString() : "");
            for (var name :
                    List.of("if-match", "idempotency-key", "x-wish", "user", "x-other", "authorization", "cookie")) {
                call.header(name).ifPresent(value -> told.put("header." + name, value));
            }
            return told;
        }
    }
}
