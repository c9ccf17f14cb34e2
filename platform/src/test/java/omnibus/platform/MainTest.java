package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MainTest {
    private final AtomicInteger ends = new AtomicInteger();

    private int endsAfter(Future<?> joined) {
        Main.endUnless(joined, Duration.ofMillis(1), ends::incrementAndGet).join();
        return ends.get();
    }

    @Test
    void aJvmThatDoesNotBecomeAMemberInTimeEnds() {
        assertEquals(1, endsAfter(Promise.promise().future()));
    }

    @Test
    void oneThatHasBecomeAMemberOrHasFailedToIsLeftAlone() {
        assertEquals(0, endsAfter(Future.succeededFuture()));
        assertEquals(0, endsAfter(Future.failedFuture("told elsewhere")));
    }
}
