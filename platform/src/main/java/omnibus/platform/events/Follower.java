package omnibus.platform.events;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import omnibus.platform.Platform;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows another service's log: pulls what is new over the bus and hands it to a {@link Cursor}, which applies it and
 * moves on as one. A doorbell makes the next pull immediate; a slow poll is the safety net. A log with a new id is read
 * from its beginning. Runs on the event loop that started it.
 */
public final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final int PAGE = 500;
    private static final long POLL_MILLIS = 1_000;
    private static final long MAX_BACKOFF_MILLIS = 10_000;
    private static final Duration PULL_DEADLINE = Duration.ofSeconds(3);

    private final Platform platform;
    private final String source;
    private final Cursor cursor;
    private final AtomicLong lag = new AtomicLong();
    private boolean startAtEnd;
    private Context context;
    private MessageConsumer<Buffer> doorbell;
    private boolean pulling;
    private boolean rungMeanwhile;
    private boolean stopped;
    private int failures;
    private long timer = -1;

    private Follower(Platform platform, String source, Cursor cursor) {
        this.platform = platform;
        this.source = source;
        this.cursor = cursor;
    }

    public static Follower of(Platform platform, String source, Cursor cursor) {
        return new Follower(platform, source, cursor);
    }

    /** A follower without a place starts at the log's present end instead of its beginning. */
    public Follower fromEnd() {
        startAtEnd = true;
        return this;
    }

    public void start() {
        context = platform.vertx().getOrCreateContext();
        platform.metrics().gauge("omnibus.follower.lag", io.micrometer.core.instrument.Tags.of("source", source), lag);
        doorbell = platform.vertx().eventBus().consumer(Doorbell.address(source), ring -> ring());
        ring();
    }

    public Future<Void> stop() {
        stopped = true;
        platform.vertx().cancelTimer(timer);
        return doorbell == null ? Future.succeededFuture() : doorbell.unregister();
    }

    private void ring() {
        context.runOnContext(now -> {
            rungMeanwhile = pulling;
            if (pulling || stopped) return;
            pulling = true;
            platform.vertx().cancelTimer(timer);
            pull().onComplete(done -> pulled(done.cause()));
        });
    }

    private void pulled(Throwable failure) {
        pulling = false;
        failures = failure == null ? 0 : failures + 1;
        if (failure != null) tell(failure);
        if (stopped) return;
        if (rungMeanwhile && failure == null) ring();
        else timer = platform.vertx().setTimer(delayMillis(), tick -> ring());
    }

    /** An absent source is ordinary while the shop starts; what goes on is worth a line. */
    private void tell(Throwable failure) {
        if (failures >= 5)
            LOG.warn(
                    "following {} fails for the {}th time in a row: {}", source, failures, failure.toString(), failure);
        else LOG.debug("following {} failed: {}", source, failure.toString());
    }

    private long delayMillis() {
        var base = Math.min(MAX_BACKOFF_MILLIS, POLL_MILLIS << Math.min(failures, 4));
        return base / 2 + ThreadLocalRandom.current().nextLong(base);
    }

    private Future<Void> pull() {
        return cursor.claim(platform.instanceId()).compose(held -> {
            if (held.isEmpty()) return Future.succeededFuture();
            return read(held.get()).compose(page -> apply(held.get(), page));
        });
    }

    private Future<EventPage> read(Position at) {
        var request = Request.read(source + ".readEvents", Deadline.in(PULL_DEADLINE))
                .query("after", at.position())
                .query("limit", PAGE);
        return platform.caller().call(request).map(answer -> answer.as(EventPage.class));
    }

    private Future<Void> apply(Position at, EventPage page) {
        if (!page.logId().equals(at.logId())) {
            var beginning = startAtEnd && at.equals(Position.START) ? page.head() : 0;
            if (!at.equals(Position.START))
                LOG.warn("the log of {} is a new one: following it from its beginning", source);
            return cursor.advance(at, new Position(page.logId(), beginning), java.util.List.of())
                    .compose(done -> pull());
        }
        lag.set(page.head() - at.position());
        if (page.events().isEmpty()) return Future.succeededFuture();
        var last = page.events().get(page.events().size() - 1).position();
        return cursor.advance(at, new Position(at.logId(), last), page.events()).compose(done -> {
            lag.set(page.head() - last);
            return last < page.head() && !stopped ? pull() : Future.succeededFuture();
        });
    }
}
