package omnibus.platform.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Outage;
import omnibus.platform.call.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows another service's log: pulls what is new over the bus and hands it to a {@link Cursor}, which applies it and
 * moves on as one. A doorbell makes the next pull immediate; a slow poll is the safety net. A log with a new id is read
 * from its beginning. A page that fails again and again is taken event by event, and an event that cannot be applied is
 * put aside, so that it does not hold up the others for ever. Runs on the event loop that started it.
 */
public final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final int PAGE = 500;
    private static final long POLL_MILLIS = 1_000;
    private static final long MAX_BACKOFF_MILLIS = 10_000;
    private static final Duration PULL_DEADLINE = Duration.ofSeconds(3);
    /** How often a page may fail before its events are taken one by one. */
    private static final int TRIES_OF_A_PAGE = 8;

    private final Platform platform;
    private final String source;
    private final Cursor cursor;
    private final AtomicLong lag = new AtomicLong();
    private long startBehind = Long.MAX_VALUE;
    private boolean recentOnly;
    private Duration patience = Outage.SILENCE;
    private Context context;
    private Counter failed;
    private Counter dead;
    private MessageConsumer<Buffer> doorbell;
    private boolean pulling;
    private boolean rungMeanwhile;
    private boolean stopped;
    private int failures;
    private Position failedAt = Position.START;
    private int failuresThere;
    private volatile long pulledAtNanos = System.nanoTime();
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
        startBehind = 0;
        return this;
    }

    /** A follower that wants of any log, a new one too, so many events before its present end, and what comes. */
    public Follower fromRecent(int events) {
        startBehind = events;
        recentOnly = true;
        return this;
    }

    /** How long its own store may be silent. */
    Follower patience(Duration silence) {
        patience = silence;
        return this;
    }

    public void start() {
        context = platform.vertx().getOrCreateContext();
        var tags = Tags.of("source", source);
        platform.metrics().gauge("omnibus.follower.lag", tags, lag);
        platform.metrics().gauge("omnibus.follower.age.seconds", tags, this, Follower::ageSeconds);
        failed = platform.metrics().counter("omnibus.follower.failures", tags);
        dead = platform.metrics().counter("omnibus.follower.dead", tags);
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
        if (failure == null) pulledAtNanos = System.nanoTime();
        else tell(failure);
        if (stopped) return;
        if (rungMeanwhile && failure == null) ring();
        else timer = platform.vertx().setTimer(delayMillis(), tick -> ring());
    }

    /** An absent source is ordinary while the shop starts; what goes on is worth a line. */
    private void tell(Throwable failure) {
        failed.increment();
        if (failures >= 5)
            LOG.warn(
                    "following {} fails for the {}th time in a row: {}", source, failures, failure.toString(), failure);
        else LOG.debug("following {} failed: {}", source, failure.toString());
    }

    /** Since when it is not known how much there is to read: what the lag does not tell while pulls fail. */
    private double ageSeconds() {
        return (System.nanoTime() - pulledAtNanos) / 1e9;
    }

    private long delayMillis() {
        var base = Math.min(MAX_BACKOFF_MILLIS, POLL_MILLIS << Math.min(failures, 4));
        return base / 2 + ThreadLocalRandom.current().nextLong(base);
    }

    private Future<Void> pull() {
        return attempt(() -> cursor.claim(platform.instanceId())).compose(held -> {
            if (held.isEmpty()) {
                lag.set(0);
                return Future.succeededFuture();
            }
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
            var beginning = at.equals(Position.START) || recentOnly ? Math.max(0, page.head() - startBehind) : 0;
            if (!at.equals(Position.START))
                LOG.warn("the log of {} is a new one: following it from its beginning", source);
            return attempt(() -> cursor.advance(at, new Position(page.logId(), beginning), List.of()))
                    .compose(done -> pull());
        }
        lag.set(page.head() - at.position());
        if (page.events().isEmpty()) {
            cursor.reachedEnd(page.head());
            return Future.succeededFuture();
        }
        var last = page.events().get(page.events().size() - 1).position();
        return take(at, page.events()).compose(done -> {
            lag.set(page.head() - last);
            if (last >= page.head()) cursor.reachedEnd(page.head());
            return last < page.head() && !stopped ? pull() : Future.succeededFuture();
        });
    }

    /** All at once, until that has failed too often; then one by one. */
    private Future<Void> take(Position at, List<LoggedEvent> events) {
        if (at.equals(failedAt) && failuresThere >= TRIES_OF_A_PAGE) return takeOneByOne(at, events);
        return attempt(() -> cursor.advance(at, behind(at, events.get(events.size() - 1)), events))
                .onFailure(failure -> countFailure(at));
    }

    private void countFailure(Position at) {
        failuresThere = at.equals(failedAt) ? failuresThere + 1 : 1;
        failedAt = at;
    }

    private Future<Void> takeOneByOne(Position at, List<LoggedEvent> events) {
        Future<Void> all = Future.succeededFuture();
        var from = at;
        for (var event : events) {
            var here = from;
            all = all.compose(before -> takeAlone(here, event));
            from = behind(at, event);
        }
        return all;
    }

    private Future<Void> takeAlone(Position at, LoggedEvent event) {
        var next = behind(at, event);
        return attempt(() -> cursor.advance(at, next, List.of(event)))
                .recover(failure -> isOutage(failure)
                        ? Future.failedFuture(failure)
                        : attempt(() -> cursor.putAside(at, next, event, DeadLetter.errorOf(failure)))
                                .onSuccess(aside -> tellDead(event, failure)));
    }

    private void tellDead(LoggedEvent event, Throwable failure) {
        dead.increment();
        LOG.error(
                "event {} ({} of {}, position {} in the log of {}) cannot be applied and is put aside",
                event.event().id(),
                event.event().type(),
                event.event().aggregate(),
                event.position(),
                source,
                failure);
    }

    /** A store that is away is no event's fault. */
    static boolean isOutage(Throwable failure) {
        return Outage.is(failure)
                || (failure instanceof Problem problem
                        && switch (problem.kind()) {
                            case UNAVAILABLE, LIMITED, DEADLINE_PASSED -> true;
                            default -> false;
                        })
                || (failure.getCause() != null && isOutage(failure.getCause()));
    }

    private static Position behind(Position at, LoggedEvent event) {
        return new Position(at.logId(), event.position());
    }

    private <T> Future<T> attempt(Supplier<Future<T>> work) {
        return Future.<Void>succeededFuture().compose(now -> Outage.ifSilent(work.get(), patience));
    }

    Cursor cursor() {
        return cursor;
    }

    Future<Optional<DeadLetter>> applyDeadLetter(UUID eventId) {
        return attempt(() -> cursor.applyDeadLetter(eventId));
    }
}
