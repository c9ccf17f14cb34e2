package omnibus.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the shop what happened: signed, a few at a time, again with growing pauses until it answers 2xx. Delivery is
 * at least once and in no promised order, as with Stripe.
 */
final class Webhooks {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    /** A short head start for the answer of the call itself: a webhook that tells nothing new is cheapest. */
    private static final int FIRST_DELAY_MILLIS = 300;

    private static final int AT_ONCE = 8;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int LONGEST_PAUSE_MILLIS = 60_000;
    private static final int ATTEMPTS = 40;

    /** @param offset of the line with the event; it is read when its turn comes, so that a long queue is cheap */
    private record Delivery(long offset, int attempt) {
        long pauseMillis() {
            return Math.min(LONGEST_PAUSE_MILLIS, 500L << Math.min(attempt, 10));
        }
    }

    private final Vertx vertx;
    private final Clock clock;
    private final Faults faults;
    private final Archive archive;
    private final HttpClient client;
    private final RequestOptions target;
    private final SecretKeySpec secret;
    private final Deque<Delivery> due = new ArrayDeque<>();
    private int underWay;
    private boolean closed;
    private int pending;

    Webhooks(Vertx vertx, Clock clock, URI url, String secret, Faults faults, Archive archive) {
        this.vertx = vertx;
        this.clock = clock;
        this.faults = faults;
        this.archive = archive;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(2_000).setKeepAliveTimeout(30),
                new PoolOptions().setHttp1MaxSize(AT_ONCE));
        this.target = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(url.toString())
                .setTimeout(TIMEOUT_MILLIS);
        this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    /** @param offset of a line with an event */
    void send(long offset) {
        if (faults.losesWebhook()) {
            return;
        }
        schedule(new Delivery(offset, 0), FIRST_DELAY_MILLIS + faults.webhookDelayMillis());
        if (faults.doublesWebhook()) {
            schedule(new Delivery(offset, 0), FIRST_DELAY_MILLIS + faults.webhookDelayMillis());
        }
    }

    /** Events not delivered yet, those waiting for another try included. */
    int pending() {
        return pending;
    }

    Future<Void> close() {
        closed = true;
        return client.close();
    }

    private void schedule(Delivery delivery, long delayMillis) {
        pending++;
        vertx.setTimer(delayMillis, timer -> {
            due.add(delivery);
            next();
        });
    }

    private void next() {
        while (!closed && underWay < AT_ONCE && !due.isEmpty()) {
            var delivery = due.poll();
            var event = ProviderEvent.ofLine(archive.read(delivery.offset));
            underWay++;
            post(event).onComplete(answer -> {
                underWay--;
                pending--;
                if (closed) return;
                if (answer.succeeded() && answer.result() / 100 == 2) archive.noteDelivery(event.id());
                else again(delivery, event, answer.succeeded() ? "status " + answer.result() : answer.cause() + "");
                next();
            });
        }
    }

    private void again(Delivery delivery, ProviderEvent event, String why) {
        if (delivery.attempt + 1 >= ATTEMPTS) {
            LOG.warn("webhook {} {} given up: {}", event.type(), event.id(), why);
            return;
        }
        LOG.debug("webhook {} {} not taken: {}", event.type(), event.id(), why);
        schedule(new Delivery(delivery.offset, delivery.attempt + 1), delivery.pauseMillis());
    }

    private Future<Integer> post(ProviderEvent event) {
        var body = event.toJson().toBuffer();
        return client.request(target)
                .compose(request -> request.putHeader("Content-Type", "application/json; charset=utf-8")
                        .putHeader("User-Agent", "Stripe/1.0 (sandbox)")
                        .putHeader("Stripe-Signature", signature(body))
                        .send(body))
                .compose(response -> response.body().map(ignored -> response.statusCode()));
    }

    /** Signed anew for every try, so that a late one is not taken for a replay. */
    private String signature(Buffer body) {
        var timestamp = Long.toString(clock.instant().getEpochSecond());
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "t=" + timestamp + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes()));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("HmacSHA256 is part of every Java platform", impossible);
        }
    }
}
