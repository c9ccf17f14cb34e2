package omnibus.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import omnibus.stores.EmbeddedPostgres;
import omnibus.stores.EmbeddedRedis;
import omnibus.stores.EmbeddedStore;
import omnibus.stores.MongoEmulation;

/** The embedded servers of this JVM's test run. */
final class TestServers {
    private static final int REDIS_DATABASES = 1024;
    private static final AtomicInteger REDIS_DATABASE = new AtomicInteger();
    private static final List<EmbeddedStore> STARTED = new ArrayList<>();

    private TestServers() {}

    static String postgres() {
        return get("postgres", run -> postgres(run.directory())).url();
    }

    static String mongo() {
        return get("mongo", run -> new MongoEmulation(run.directory().resolve("mongo"), 0))
                .url();
    }

    static String redisDatabase() {
        var url = get("redis", run -> redis(run.directory())).url();
        var database = REDIS_DATABASE.getAndIncrement();
        if (database >= REDIS_DATABASES)
            throw new IllegalStateException("All " + REDIS_DATABASES + " databases are given away");
        return url.substring(0, url.lastIndexOf('/') + 1) + database;
    }

    private static EmbeddedPostgres postgres(Path run) {
        return new EmbeddedPostgres(
                run.resolve("postgres"), TestRun.binaries(), run.resolve("postgres.log"), 0, password());
    }

    private static EmbeddedRedis redis(Path run) {
        return new EmbeddedRedis(run.resolve("redis"), TestRun.binaries(), run.resolve("redis.log"), 0, password());
    }

    private static String password() {
        return UUID.randomUUID().toString();
    }

    private static synchronized EmbeddedStore get(String name, Function<TestRun, EmbeddedStore> maker) {
        return STARTED.stream()
                .filter(store -> store.name().equals(name))
                .findFirst()
                .orElseGet(() -> start(maker));
    }

    private static EmbeddedStore start(Function<TestRun, EmbeddedStore> maker) {
        try {
            var store = maker.apply(TestRun.current());
            // Known before it has started, so that a start that fails half way is cleaned up as well.
            TestRun.current().atEnd(store);
            store.start();
            STARTED.add(store);
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException("The tests need this server", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Stops what a test run that was killed left behind in its directory. */
    static void stopLeftovers(Path run) throws IOException, InterruptedException {
        postgres(run).stop();
        redis(run).stop();
    }
}
