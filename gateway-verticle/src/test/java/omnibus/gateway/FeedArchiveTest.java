package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import omnibus.testkit.TestPlatform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told what happened long ago, and when it is whose turn. */
class FeedArchiveTest {
    private TestPlatform platform;
    private FakeLog log;
    private FeedArchive archive;

    @BeforeEach
    void start() {
        platform = TestPlatform.start();
        log = new FakeLog(platform, "order");
        archive = FeedArchive.ofUsers(platform.platform(), "order", address -> address);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    /** As everything of an archive, on one event loop. */
    private <T> T onLoop(Callable<T> action) {
        Promise<T> done = Promise.promise();
        platform.vertx().getOrCreateContext().runOnContext(now -> {
            try {
                done.complete(action.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return platform.await(done.future());
    }

    private Future<FeedArchive.Part> read(String user, String reader) {
        return archive.read(user, 0, reader, () -> true);
    }

    /** Twenty users' pages, all wanted at once. */
    private List<Future<?>> readsOfABusyNetwork() {
        return onLoop(() -> {
            List<Future<?>> all = new ArrayList<>();
            for (var i = 0; i < 20; i++) all.add(read("user-" + i, "a busy network"));
            return all;
        });
    }

    @Test
    void oneNetworkWithManyBrowsersDoesNotKeepOthersWaiting() {
        Promise<Void> answer = Promise.promise();
        log.held = answer.future();
        var busy = readsOfABusyNetwork();
        var other = onLoop(() -> read("somebody", "another network"));
        platform.eventually(() -> log.usersRead.contains("somebody"));
        assertEquals(3, log.usersRead.size(), "two of the busy one's and the other's");
        answer.complete();
        platform.await(other);
        platform.await(Future.all(busy));
    }

    @Test
    void aPageThatTwoNetworksWantIsReadInTheFirstTurnOfEither() {
        Promise<Void> answer = Promise.promise();
        log.held = answer.future();
        var busy = readsOfABusyNetwork();
        var other = onLoop(() -> read("user-19", "another network"));
        platform.eventually(() -> log.usersRead.contains("user-19"));
        assertEquals(3, log.usersRead.size(), "two of the busy one's and the other's");
        answer.complete();
        platform.await(other);
        platform.await(Future.all(busy));
        assertEquals(20, log.readsOfUser.get(), "each page once");
    }

    @Test
    void aPageThatSeveralWantIsReadOnce() {
        log.append("OrderPlaced", "o-1", Map.of("userId", "ada"));
        Promise<Void> answer = Promise.promise();
        log.held = answer.future();
        var both = onLoop(() -> List.of(read("ada", "at home"), read("ada", "at work")));
        platform.eventually(() -> log.readsOfUser.get() == 1);
        var third = onLoop(() -> read("ada", "on the way"));
        answer.complete();
        var part = platform.await(both.get(0));
        assertEquals("o-1", part.events().get(0).event().aggregate());
        assertSame(part, platform.await(both.get(1)));
        assertSame(part, platform.await(third));
        assertEquals(1, log.readsOfUser.get());
    }

    @Test
    void aPageIsReadAsLongAsOneOfThoseWhoAskedWantsIt() {
        var read = onLoop(() -> {
            archive.read("ada", 0, "at home", () -> false);
            return read("ada", "at work");
        });
        var gone = onLoop(() -> archive.read("bob", 0, "at home", () -> false));
        platform.await(read);
        assertThrows(RuntimeException.class, () -> platform.await(gone), "nobody waits for it");
        assertEquals(List.of("ada"), List.copyOf(log.usersRead));
    }
}
