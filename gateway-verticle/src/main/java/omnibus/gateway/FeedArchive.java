package omnibus.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import omnibus.platform.Platform;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;
import omnibus.platform.events.Event;
import omnibus.platform.events.EventPage;
import omnibus.platform.events.LoggedEvent;

/**
 * What happened on a log before the part that its {@link Feed} remembers: asked of the log's service, page by page, and a
 * few pages at once however many browsers come back together. Those who were interrupted together want the same page, which
 * is asked for once; where different ones are wanted, readers have turns. Lives on one event loop.
 */
final class FeedArchive {
    /**
     * Events as they are shown.
     *
     * @param through up to this position there are no others
     */
    record Part(String logId, List<LoggedEvent> events, long through) {}

    private record Page(String address, long after) {}

    /** One page, and those who want it. */
    private static final class Reading {
        private final Page page;
        private final Set<String> readers = new HashSet<>(1);
        private final List<BooleanSupplier> wanted = new ArrayList<>(1);
        private final Promise<Part> part = Promise.promise();

        private boolean begun;

        private Reading(Page page) {
            this.page = page;
        }
    }

    private static final int PAGE = 250;
    private static final int AT_ONCE = 4;
    /** Whoever comes by one network with ever so many browsers leaves room for others. */
    private static final int AT_ONCE_FOR_ONE_READER = 2;

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    private static final long PAUSE_MILLIS = 1_000;

    private final Platform platform;
    private final String service;
    private final Function<String, Optional<String>> owner;
    private final long reach;
    private final Map<Page, Reading> readings = new HashMap<>();
    /** By reader, whose turn it is next comes first; what several want waits with each of them. */
    private final Map<String, Set<Reading>> waiting = new LinkedHashMap<>();

    private final Map<String, Integer> underWay = new HashMap<>();
    private int allUnderWay;
    private boolean choosing;

    private FeedArchive(Platform platform, String service, Function<String, Optional<String>> owner, long reach) {
        this.platform = platform;
        this.service = service;
        this.owner = owner;
        this.reach = reach;
    }

    /** Of a log that is kept nowhere else. */
    static FeedArchive none(Platform platform, String service) {
        return new FeedArchive(platform, service, address -> Optional.empty(), -1);
    }

    /** Of a log whose events belong to users: nobody is told of others' events, and only own ones are read. */
    static FeedArchive ofUsers(Platform platform, String service, Function<String, String> owner) {
        return new FeedArchive(platform, service, owner.andThen(Optional::of), Long.MAX_VALUE);
    }

    /**
     * Of a log whose events are for everyone.
     *
     * @param reach how many events behind the end it pays to be told each of them
     */
    static FeedArchive ofEveryone(Platform platform, String service, long reach) {
        return new FeedArchive(platform, service, address -> Optional.empty(), reach);
    }

    /** How far behind the log's end it goes. */
    long reach() {
        return reach;
    }

    /**
     * Events for who registered for {@code address}, behind that position and in order.
     *
     * <p>Whoever else waits for the same page is told in another turn of the event loop.
     *
     * @param reader whose turn it takes
     * @param wanted asked when its turn has come; nothing is read for who has gone meanwhile, and the future fails
     */
    Future<Part> read(String address, long after, String reader, BooleanSupplier wanted) {
        var reading = readings.computeIfAbsent(new Page(address, after), Reading::new);
        reading.wanted.add(wanted);
        if (!reading.begun && reading.readers.add(reader)) {
            waiting.computeIfAbsent(reader, who -> new LinkedHashSet<>(1)).add(reading);
        }
        readNext();
        Promise<Part> own = Promise.promise();
        reading.part
                .future()
                .onComplete((part, failure) -> platform.vertx().runOnContext(turn -> own.complete(part, failure)));
        return own.future();
    }

    /** Tries something again after a while: the service is away, or its log has just been replaced. */
    void later(Runnable again) {
        platform.vertx()
                .setTimer(PAUSE_MILLIS + ThreadLocalRandom.current().nextLong(PAUSE_MILLIS), tick -> again.run());
    }

    /** A loop and no recursion, also where a call fails at once: ever so many may wait. */
    private void readNext() {
        if (choosing) return;
        choosing = true;
        try {
            while (allUnderWay < AT_ONCE && chooseNext()) {}
        } finally {
            choosing = false;
        }
    }

    /** False: there is nobody whose turn it could be. */
    private boolean chooseNext() {
        var reader = waiting.keySet().stream()
                .filter(it -> underWay.getOrDefault(it, 0) < AT_ONCE_FOR_ONE_READER)
                .findFirst();
        if (reader.isEmpty()) return false;
        var reading = waiting.get(reader.get()).iterator().next();
        putLast(reader.get());
        reading.begun = true;
        reading.readers.forEach(it -> noLongerWaits(it, reading));
        if (reading.wanted.stream().anyMatch(BooleanSupplier::getAsBoolean)) read(reading, reader.get());
        else over(reading, Future.failedFuture("nobody waits for it any more"));
        return true;
    }

    private void putLast(String reader) {
        waiting.put(reader, waiting.remove(reader));
    }

    private void noLongerWaits(String reader, Reading reading) {
        waiting.computeIfPresent(reader, (who, those) -> those.remove(reading) && those.isEmpty() ? null : those);
    }

    private void read(Reading reading, String reader) {
        underWay.merge(reader, 1, Integer::sum);
        allUnderWay++;
        var asked = Future.succeededFuture().compose(now -> ask(reading.page.address, reading.page.after));
        asked.onComplete(answered -> {
            allUnderWay--;
            underWay.computeIfPresent(reader, (who, count) -> count == 1 ? null : count - 1);
            over(reading, asked);
            readNext();
        });
    }

    private void over(Reading reading, Future<Part> read) {
        readings.remove(reading.page);
        read.onComplete(reading.part);
    }

    private Future<Part> ask(String address, long after) {
        var user = owner.apply(address);
        var request = Request.read(service + ".readEvents", Deadline.in(DEADLINE))
                .query("after", after)
                .query("limit", PAGE);
        user.ifPresent(id -> request.query("user", id));
        return platform.caller().call(request).map(answer -> part(answer.as(EventPage.class), user));
    }

    /**
     * A log in one piece is followed to the last event of the page; of one user's, a page that is not full is the last. What an
     * instance of an older build tells of others is left out.
     */
    private static Part part(EventPage page, Optional<String> user) {
        var events = page.events();
        var isLast = events.isEmpty() || (user.isPresent() && events.size() < PAGE);
        var shown = events.stream()
                .filter(logged -> user.isEmpty() || isOf(user.get(), logged.event()))
                .map(logged -> new LoggedEvent(logged.position(), shown(logged.event())))
                .toList();
        return new Part(
                page.logId(),
                shown,
                isLast ? page.head() : events.get(events.size() - 1).position());
    }

    private static boolean isOf(String user, Event event) {
        return user.equals(event.data().path("userId").asText());
    }

    /** How much there is of something is the shop's own business, other than whether it can be had. */
    static Event shown(Event event) {
        if (!event.data().has("initialStock")) return event;
        var data = ((ObjectNode) event.data()).deepCopy().without(List.of("initialStock"));
        return new Event(event.id(), event.type(), event.aggregate(), event.version(), event.at(), data);
    }
}
