package omnibus.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.mongodb.client.MongoClients;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import omnibus.shopper.ShopClient;

/** Every row, document and key of the embedded stores as text, read from them with the services' own rights. */
final class StoredTexts {
    private static final List<Integer> REDIS_DATABASES = List.of(0, 1);
    private static final long PATIENCE_SECONDS = 20;

    private StoredTexts() {}

    /** One element a row, document or key, which begins with where it is. */
    static List<String> of(Path home) {
        var found = new ArrayList<String>();
        try {
            for (var store : ShopClient.JSON
                    .readTree(home.resolve("run/stores.json").toFile())
                    .path("stores")) {
                switch (store.path("name").asText()) {
                    case "postgres" -> postgres(store.path("urls"), found);
                    case "mongo" -> mongo(store.path("url").asText(), found);
                    case "redis" -> redis(store.path("url").asText(), found);
                    default -> throw new AssertionError("nobody knows how to read " + store);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static Connection database(Path home, String service) throws IOException, SQLException {
        var stores = ShopClient.JSON
                .readTree(home.resolve("run/stores.json").toFile())
                .path("stores");
        return StreamSupport.stream(stores.spliterator(), false)
                .map(store -> store.path("urls").path(service))
                .filter(JsonNode::isTextual)
                .findFirst()
                .map(url -> connect(URI.create(url.asText())))
                .orElseThrow();
    }

    private static Connection connect(URI url) {
        var user = url.getUserInfo().split(":", 2);
        try {
            return DriverManager.getConnection(
                    "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(), user[0], user[1]);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void postgres(JsonNode urls, List<String> found) throws SQLException {
        for (var url : urls.properties()) {
            try (var connection = connect(URI.create(url.getValue().asText()));
                    var statement = connection.createStatement()) {
                var tables = new ArrayList<String>();
                try (var rows = statement.executeQuery("""
                        select format('%I.%I', schemaname, tablename) from pg_tables
                        where schemaname not in ('pg_catalog', 'information_schema')
                        """)) {
                    while (rows.next()) tables.add(rows.getString(1));
                }
                for (var table : tables) {
                    try (var rows = statement.executeQuery("select t::text from " + table + " t")) {
                        while (rows.next()) found.add(url.getKey() + " " + table + " " + rows.getString(1));
                    }
                }
            }
        }
    }

    private static void mongo(String url, List<String> found) {
        try (var client = MongoClients.create(url)) {
            for (var name : client.listDatabaseNames()) {
                var database = client.getDatabase(name);
                for (var collection : database.listCollectionNames()) {
                    for (var document : database.getCollection(collection).find()) {
                        found.add("mongo " + name + "." + collection + " " + document.toJson());
                    }
                }
            }
        }
    }

    private static void redis(String url, List<String> found) throws Exception {
        var vertx = Vertx.vertx();
        try {
            var redis = Redis.createClient(vertx, url);
            var connection = get(redis.connect());
            for (var database : REDIS_DATABASES) {
                get(connection.send(Request.cmd(Command.SELECT).arg(database)));
                for (var key : get(connection.send(Request.cmd(Command.KEYS).arg("*")))) {
                    found.add("redis " + database + " " + key + " " + value(connection, key.toString()));
                }
            }
        } finally {
            get(vertx.close());
        }
    }

    private static Response value(RedisConnection connection, String key) throws Exception {
        var type = get(connection.send(Request.cmd(Command.TYPE).arg(key))).toString();
        var read = switch (type) {
            case "string" -> Request.cmd(Command.GET).arg(key);
            case "hash" -> Request.cmd(Command.HGETALL).arg(key);
            case "set" -> Request.cmd(Command.SMEMBERS).arg(key);
            case "zset" -> Request.cmd(Command.ZRANGE).arg(key).arg(0).arg(-1);
            case "list" -> Request.cmd(Command.LRANGE).arg(key).arg(0).arg(-1);
            case "stream" -> Request.cmd(Command.XRANGE).arg(key).arg("-").arg("+");
            default -> throw new AssertionError("nobody knows how to read a " + type + " of Redis");
        };
        return get(connection.send(read));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
