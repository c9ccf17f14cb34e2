package omnibus.platform.events;

import static omnibus.platform.LocalPlatform.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import omnibus.platform.LocalPlatform;
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
    private static final class Memory implements Cursor {
        final List<Long> applied = new CopyOnWriteArrayList<>();
        volatile Position at = Position.START;
        volatile int failNext;

        @Override
        public Future<Optional<Position>> claim(String holder) {
            return Future.succeededFuture(Optional.of(at));
        }

        @Override
        public Future<Void> advance(Position from, Position to, List<LoggedEvent> events) {
            if (failNext-- > 0) return Future.failedFuture("the store is away");
            assertEquals(at, from);
            events.forEach(event -> applied.add(event.position()));
            at = to;
            return Future.succeededFuture();
        }
    }

    private Log served() {
        var log = new Log();
        var platform = local.platform(Map.of());
        var greeter = new omnibus.platform.GreeterVerticle(platform).events(log);
        await(local.vertx.deployVerticle(greeter));
        local.eventually(() -> local.platform.directory().hasReady("greeter"));
        return log;
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
        await(local.vertx.timer(50, java.util.concurrent.TimeUnit.MILLISECONDS));
        assertTrue(memory.applied.isEmpty());
    }
}
