package omnibus.platform.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import omnibus.platform.LocalPlatform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectoryTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger refreshes = new AtomicInteger();
    private Future<Map<String, String>> entries;
    private final Directory directory = new Directory(vertx, map());

    @AfterEach
    void close() {
        LocalPlatform.await(vertx.close());
    }

    @SuppressWarnings("unchecked")
    private AsyncMap<String, String> map() {
        return (AsyncMap<String, String>) Proxy.newProxyInstance(
                AsyncMap.class.getClassLoader(), new Class<?>[] {AsyncMap.class}, (map, method, arguments) -> entries);
    }

    @Test
    void whoWantsToKnowHearsOfEachRefreshThatCameBackAndOfNoOther() {
        directory.onRefresh(refreshes::incrementAndGet);
        Promise<Map<String, String>> late = Promise.promise();
        entries = late.future();
        directory.refresh();
        assertEquals(0, refreshes.get());
        late.complete(Map.of());
        assertEquals(1, refreshes.get());
        entries = Future.failedFuture("the owner of a partition does not answer");
        directory.refresh();
        assertEquals(1, refreshes.get());
    }
}
