package omnibus.platform.events;

import static omnibus.platform.LocalPlatform.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import omnibus.platform.GreeterVerticle;
import omnibus.platform.Json;
import omnibus.platform.LocalPlatform;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowerTest {
    private final LocalPlatform local = new LocalPlatform();

    @AfterEach
    void stop() {
        local.close();
    }

    /** A log to follow; what is tested here is the following, the logs have tests of their own. */
    private static final class Log implements EventSource {
        final List<LoggedEvent> events = new CopyOnWriteArrayList<>();
        volatile String id = "log-1";

        void add(int count) {
            for (var i = 0; i < count; i++) {
                var position = events.size() + 1L;
                events.add(new LoggedEvent(position, Event.of("Happened", "a", position, Map.of("n", position))));
            }
        }

        @Override
        public Future<EventPage> read(long after, int limit) {
            var page = events.stream()
                    .filter(event -> event.position() > after)
                    .limit(limit)
                    .toList();
            return Future.succeededFuture(new EventPage(id, page, events.size()));
        }
    }

    /** A cursor that remembers what it was given and can be made to fail. */
    private static class Memory implements Cursor {
        final List<Long> applied = new CopyOnWriteArrayList<>();
        volatile Position at = Position.START;
        volatile int failNext;
        volatile RuntimeException outage;
        final Set<Long> poison = ConcurrentHashMap.newKeySet();
        final Map<UUID, DeadLetter> letters = new ConcurrentHashMap<>();
        final AtomicInteger tries = new AtomicInteger();

        @Override
        public Future<Optional<Position>> claim(String holder) {
            return Future.succeededFuture(Optional.of(at));
        }

        @Override
        public Future<Void> advance(Position from, Position to, List<LoggedEvent> events) {
            tries.incrementAndGet();
            if (failNext-- > 0) return Future.failedFuture("the store is away");
            if (outage != null) return Future.failedFuture(outage);
            assertEquals(at, from);
            if (events.stream().anyMatch(event -> poison.contains(event.position()))) {
                throw new IllegalStateException("poison");
            }
            events.forEach(event -> applied.add(event.position()));
            at = to;
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> putAside(Position from, Position to, LoggedEvent event, String error) {
            assertEquals(at, from);
            letters.put(
                    event.event().id(),
                    new DeadLetter("greeter", to.logId(), event.position(), event.event(), error, Instant.now()));
            at = to;
            return Future.succeededFuture();
        }

        @Override
        public Future<List<DeadLetter>> deadLetters(Optional<UUID> after, int limit) {
            return Future.succeededFuture(letters.values().stream()
                    .filter(letter -> after.isEmpty()
                            || letter.event()
                                            .id()
                                            .toString()
                                            .compareTo(after.get().toString())
                                    > 0)
                    .sorted(Comparator.comparing(letter -> letter.event().id().toString()))
                    .limit(limit)
                    .toList());
        }

        @Override
        public Future<Optional<DeadLetter>> applyDeadLetter(UUID eventId) {
            var letter = letters.get(eventId);
            if (letter == null) return Future.succeededFuture(Optional.empty());
            if (poison.contains(letter.position())) throw new IllegalStateException("poison still");
            letters.remove(eventId);
            applied.add(letter.position());
            return Future.succeededFuture(Optional.of(letter));
        }
    }

    private Log served() {
        var log = new Log();
        serve(log, platform -> List.of());
        return log;
    }

    private void serve(Log log, Function<Platform, List<Follower>> followers) {
        var platform = local.platform(Map.of());
        var greeter = new GreeterVerticle(platform).events(log).following(followers.apply(platform));
        await(local.vertx.deployVerticle(greeter));
        local.eventually(() -> local.platform.directory().hasReady("greeter"));
    }

    /** Rings until it is so: what rests between its tries goes on at once. */
    private void ringUntil(BooleanSupplier condition) {
        local.eventually(() -> {
            Doorbell.ring(local.vertx, "greeter");
            return condition.getAsBoolean();
        });
    }

    private double counted(String name) {
        return local.platform
                .metrics()
                .get(name)
                .tag("source", "greeter")
                .counter()
                .count();
    }

    private Follower started(Follower follower) {
        local.vertx.runOnContext(now -> follower.start());
        return follower;
    }

    private static List<Long> upTo(int count) {
        return LongStream.rangeClosed(1, count).boxed().toList();
    }

    @Test
    void everythingIsReadFromTheBeginningInOrder() {
        var log = served();
        log.add(1200);
        var memory = new Memory();
        started(Follower.of(local.platform, "greeter", memory));
        local.eventually(() -> memory.applied.size() == 1200);
        assertEquals(upTo(1200), memory.applied);
    }

    @Test
    void theDoorbellBringsWhatIsNew() {
        var log = served();
        var memory = new Memory();
        started(Follower.of(local.platform, "greeter", memory));
        local.eventually(() -> memory.at.logId().equals("log-1"));
        log.add(3);
        Doorbell.ring(local.vertx, "greeter");
        local.eventually(() -> memory.applied.equals(upTo(3)));
    }

    @Test
    void aLostDoorbellIsMadeUpForByThePoll() {
        var log = served();
        var memory = new Memory();
        started(Follower.of(local.platform, "greeter", memory));
        local.eventually(() -> memory.at.logId().equals("log-1"));
        log.add(2);
        local.eventually(() -> memory.applied.equals(upTo(2)));
    }

    @Test
    void whatCouldNotBeAppliedComesAgainAndNothingTwice() {
        var log = served();
        log.add(5);
        var memory = new Memory();
        memory.failNext = 2;
        started(Follower.of(local.platform, "greeter", memory));
        local.eventually(() -> memory.applied.size() >= 5);
        assertEquals(upTo(5), memory.applied);
    }

    @Test
    void anEventThatCannotBeAppliedIsPutAsideAndTheOthersGoOn() {
        var log = served();
        log.add(6);
        var memory = new Memory();
        memory.poison.addAll(Set.of(2L, 5L));
        started(Follower.of(local.platform, "greeter", memory));

        ringUntil(() -> memory.at.position() == 6);

        assertEquals(List.of(1L, 3L, 4L, 6L), memory.applied);
        assertEquals(
                Set.of(2L, 5L),
                memory.letters.values().stream().map(DeadLetter::position).collect(Collectors.toSet()));
        assertEquals(1 + 8 + 6, memory.tries.get(), "the log's id, the page, its events");
        assertEquals(2, counted("omnibus.follower.dead"));
        assertEquals(8, counted("omnibus.follower.failures"));
        log.add(1);
        ringUntil(() -> memory.applied.contains(7L));
    }

    @Test
    void aStoreThatIsAwayIsNoEventsFault() {
        var log = served();
        log.add(3);
        var memory = new Memory();
        memory.outage = Problem.unavailable("The store is away.", 1);
        started(Follower.of(local.platform, "greeter", memory));
        ringUntil(() -> memory.tries.get() > 20);

        memory.outage = null;
        ringUntil(() -> memory.applied.size() == 3);

        assertEquals(upTo(3), memory.applied);
        assertTrue(memory.letters.isEmpty());
    }

    /** What a store was asked when its host vanished is never answered. */
    @Test
    void aStoreThatNeverAnswersIsAskedAnew() {
        var log = served();
        log.add(3);
        var claims = new AtomicInteger();
        var moves = new AtomicInteger();
        var vanishing = new Memory() {
            @Override
            public Future<Optional<Position>> claim(String holder) {
                return claims.incrementAndGet() == 1 ? silence() : super.claim(holder);
            }

            @Override
            public Future<Void> advance(Position from, Position to, List<LoggedEvent> events) {
                return moves.incrementAndGet() % 2 == 1 ? silence() : super.advance(from, to, events);
            }
        };
        started(Follower.of(local.platform, "greeter", vanishing).patience(Duration.ofMillis(20)));

        ringUntil(() -> vanishing.applied.size() == 3);

        assertEquals(upTo(3), vanishing.applied);
        assertEquals(4, moves.get(), "the log's id and the page, each twice");
        assertTrue(vanishing.letters.isEmpty());
    }

    private <T> Future<T> silence() {
        return local.vertx.timer(1, TimeUnit.HOURS).mapEmpty();
    }

    @Test
    void deadLettersAreReadAndAppliedThroughTheService() {
        var log = new Log();
        log.add(3);
        var memory = new Memory();
        memory.poison.addAll(Set.of(1L, 3L));
        serve(log, platform -> List.of(Follower.of(platform, "greeter", memory)));
        ringUntil(() -> memory.letters.size() == 2);
        var ids = log.events.stream().map(event -> event.event().id()).toList();

        var first = letters(Request.read("greeter.readDeadLetters", soon()).query("limit", 1));
        var behind = letters(Request.read("greeter.readDeadLetters", soon()).query("after", ids.get(0)));

        assertEquals(List.of(ids.get(0).toString()), first);
        assertEquals(List.of(ids.get(2).toString()), behind);
        var apply = Request.write("greeter.applyDeadLetter", soon()).path("id", ids.get(0));
        assertEquals("dead-letter-fails-again", local.call(apply).asProblem().code());
        assertEquals(2, memory.letters.size());
        memory.poison.clear();
        assertEquals(200, local.call(apply).status());
        assertEquals(404, local.call(apply).status());
        assertEquals(List.of(2L, 1L), memory.applied);
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(5));
    }

    private List<String> letters(Request request) {
        var ids = new ArrayList<String>();
        Json.tree(local.call(request).body())
                .path("items")
                .forEach(letter -> ids.add(letter.path("event").path("id").asText()));
        return ids;
    }

    @Test
    void aSourceThatIsAwayShowsInTheAgeOfWhatIsKnown() {
        var memory = new Memory();
        started(Follower.of(local.platform, "greeter", memory));
        local.eventually(
                () -> local.platform.metrics().find("omnibus.follower.failures").counter() != null);

        ringUntil(() -> counted("omnibus.follower.failures") >= 2);

        var age = local.platform.metrics().get("omnibus.follower.age.seconds").gauge();
        var before = age.value();
        assertTrue(before > 0);
        local.eventually(() -> age.value() > before);
        var log = served();
        log.add(1);
        ringUntil(() -> memory.applied.size() == 1);
        local.eventually(() -> age.value() < before + 1);
    }

    /** Without transactions the effect comes first and the place after; who dies in between leaves the effect. */
    @Test
    void aFollowerThatDiesBetweenEffectAndPlaceRepeatsNothing() {
        var log = served();
        log.add(900);
        var known = new ConcurrentHashMap<Long, Integer>();
        var place = new AtomicReference<>(Position.START);
        var deaths = new AtomicInteger();
        var dying = new Memory() {
            @Override
            public Future<Optional<Position>> claim(String holder) {
                return Future.succeededFuture(Optional.of(place.get()));
            }

            @Override
            public Future<Void> advance(Position from, Position to, List<LoggedEvent> events) {
                events.forEach(event -> known.putIfAbsent(event.position(), deaths.get()));
                if (!events.isEmpty() && deaths.incrementAndGet() <= 2) {
                    return Future.failedFuture(new ClosedChannelException());
                }
                place.set(to);
                return Future.succeededFuture();
            }
        };
        started(Follower.of(local.platform, "greeter", dying));

        ringUntil(() -> place.get().position() == 900);

        assertEquals(900, known.size());
        assertEquals(0, known.get(1L));
        assertTrue(dying.letters.isEmpty());
    }

    @Test
    void aSourceThatDiesInTheMiddleOfItsLogIsReadOnFromThere() {
        var log = new Log();
        log.add(1_200);
        var memory = new Memory();
        var served = new AtomicInteger();
        EventSource dying = (after, limit) -> after < 500 || served.incrementAndGet() > 3
                ? log.read(after, limit)
                : Promise.<EventPage>promise().future();
        var deployment = await(local.vertx.deployVerticle(new GreeterVerticle(local.platform(Map.of())).events(dying)));
        local.eventually(() -> local.platform.directory().hasReady("greeter"));
        started(Follower.of(local.platform, "greeter", memory));
        ringUntil(() -> served.get() == 1);

        await(local.vertx.undeploy(deployment));
        serve(log, platform -> List.of());
        ringUntil(() -> memory.applied.size() >= 1_200);

        assertEquals(upTo(1_200), memory.applied);
    }

    @Test
    void aFollowerMayStartAtTheEnd() {
        var log = served();
        log.add(5);
        var memory = new Memory();
        started(Follower.of(local.platform, "greeter", memory).fromEnd());
        local.eventually(() -> memory.at.equals(new Position("log-1", 5)));
        log.add(1);
        Doorbell.ring(local.vertx, "greeter");
        local.eventually(() -> memory.applied.equals(List.of(6L)));
    }

    @Test
    void aLogWithANewIdIsReadFromItsBeginning() {
        var log = served();
        log.add(3);
        var memory = new Memory();
        started(Follower.of(local.platform, "greeter", memory));
        local.eventually(() -> memory.applied.size() == 3);
        log.id = "log-2";
        Doorbell.ring(local.vertx, "greeter");
        local.eventually(() -> memory.applied.size() == 6);
        assertEquals(IntStream.of(1, 2, 3, 1, 2, 3).mapToObj(Long::valueOf).toList(), new ArrayList<>(memory.applied));
    }

    @Test
    void aStoppedFollowerReadsNoMore() {
        var log = served();
        var memory = new Memory();
        var follower = started(Follower.of(local.platform, "greeter", memory));
        local.eventually(() -> memory.at.logId().equals("log-1"));
        await(follower.stop());
        log.add(1);
        Doorbell.ring(local.vertx, "greeter");
        await(local.vertx.timer(50, TimeUnit.MILLISECONDS));
        assertTrue(memory.applied.isEmpty());
    }
}
