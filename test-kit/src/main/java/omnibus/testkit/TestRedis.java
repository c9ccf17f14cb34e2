package omnibus.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.UUID;
import omnibus.stores.RedisConnection;

/** Empty databases of a Redis server that several test runs share. Which are taken is noted in database 0. */
final class TestRedis {
    private static final String HOUR = "3600";
    private static final String RUN = UUID.randomUUID().toString();

    private TestRedis() {}

    /** @param url {@code redis://:password@host:port} of a server whose databases from 1 on are for tests */
    static String claim(String url) {
        var server = URI.create(url);
        var user = server.getUserInfo() == null ? "" : server.getUserInfo();
        var port = server.getPort() < 0 ? 6379 : server.getPort();
        try (var redis = new RedisConnection(server.getHost(), port, user.substring(user.indexOf(':') + 1))) {
            var databases =
                    Integer.parseInt(redis.call("CONFIG", "GET", "databases").get(1));
            for (var database = 1; database < databases; database++) {
                if (redis.call("SET", "omnibus-test:" + database, RUN, "NX", "EX", HOUR)
                        .isEmpty()) continue;
                redis.call("SELECT", Integer.toString(database));
                redis.call("FLUSHDB");
                return url.replaceFirst("(redis://[^/]+).*", "$1/" + database);
            }
            throw new IllegalStateException("All " + databases + " databases of the Redis server are in use by tests");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
