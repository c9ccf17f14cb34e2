package omnibus.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.MongoSocketReadException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ServerAddress;
import io.vertx.core.Future;
import omnibus.platform.Problem;
import omnibus.testkit.TestPlatform;
import org.junit.jupiter.api.Test;

class MongoStoreTest {
    private static final ServerAddress SERVER = new ServerAddress("localhost");

    private static Problem refusal(Future<?> failed) {
        return (Problem) failed.cause();
    }

    @Test
    void aStoreThatIsAwayIsUnavailableForAWhile() {
        try (var platform = TestPlatform.start()) {
            var mongo = MongoStore.connect(platform.vertx(), "mongodb://127.0.0.1:1/away");
            var store = new ProductStore(mongo);
            var refusal = assertThrows(Problem.class, () -> platform.await(store.view("x")));
            assertEquals(503, refusal.status());
            assertTrue(Integer.parseInt(refusal.headers().get("Retry-After")) > 0);
            assertEquals(
                    503,
                    assertThrows(Problem.class, () -> platform.await(store.prepare()))
                            .status());
            platform.await(mongo.close());
        }
    }

    @Test
    void aReadThatWasCutOffMayBeAskedAgain() {
        var cut = MongoStore.reading(Future.failedFuture(new MongoSocketReadException("cut", SERVER)));
        assertEquals(503, refusal(cut).status());
    }

    @Test
    void aWriteThatWasCutOffMayHaveHappened() {
        var cut = MongoStore.writing(Future.failedFuture(new MongoSocketReadTimeoutException("late", SERVER, null)));
        assertEquals(504, refusal(cut).status());
    }

    @Test
    void aWriteThatWasNeverSentHasNotHappened() {
        assertEquals(
                503,
                refusal(MongoStore.writing(Future.failedFuture(new MongoTimeoutException("no server"))))
                        .status());
    }

    @Test
    void aBugStaysABug() {
        var bug = new IllegalStateException("bug");
        assertSame(bug, MongoStore.writing(Future.failedFuture(bug)).cause());
        assertSame(bug, MongoStore.reading(Future.failedFuture(bug)).cause());
    }
}
