package omnibus.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writers write, everything is killed with signal 9 under them, and what they were told is there afterwards. */
class DurabilityTest {
    private static final int WRITERS = 4;
    private static final int ENOUGH = 300;
    private static final int ROUNDS = 3;

    @TempDir
    Path home;

    private StoresJvm stores;

    @BeforeEach
    void start() throws Exception {
        stores = new StoresJvm(home).start();
    }

    @AfterEach
    void stop() throws Exception {
        stores.close();
    }

    private interface Session extends AutoCloseable {
        void write(String id) throws Exception;

        @Override
        void close() throws IOException, SQLException;
    }

    private interface Writer {
        Session open() throws Exception;
    }

    /** Writes from several threads until all is killed; gives back the ids that were acknowledged. */
    private Collection<String> writeUntilKilled(String round, Writer writer) throws Exception {
        Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        List<Thread> writers = new ArrayList<>();
        for (var number = 0; number < WRITERS; number++) {
            var name = round + "-" + number + "-";
            var thread = new Thread(() -> {
                try (var session = writer.open()) {
                    for (var i = 0; ; i++) {
                        session.write(name + i);
                        acknowledged.add(name + i);
                    }
                } catch (Exception killed) {
                    // What this write was to do is not known, and it was not acknowledged.
                }
            });
            thread.start();
            writers.add(thread);
        }
        StoresJvm.await(() -> acknowledged.size() > ENOUGH);
        stores.killAll();
        for (var thread : writers) thread.join(TimeUnit.SECONDS.toMillis(60));
        return acknowledged;
    }

    @Test
    void postgresLosesNoAcknowledgedCommit() throws Exception {
        try (var connection = Jdbc.connect(postgres())) {
            Jdbc.run(connection, "CREATE TABLE fact (id text PRIMARY KEY)");
        }
        Set<String> acknowledged = new HashSet<>();
        for (var round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(writeUntilKilled("r" + round, () -> postgresSession(postgres())));
            stores.start();
        }
        Set<String> present = new HashSet<>();
        try (var connection = Jdbc.connect(postgres());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id FROM fact")) {
            while (rows.next()) present.add(rows.getString(1));
        }
        assertTrue(present.containsAll(acknowledged));
    }

    private String postgres() throws Exception {
        return stores.store("postgres").path("urls").path("order").asText();
    }

    private static Session postgresSession(String url) throws Exception {
        var connection = Jdbc.connect(url);
        var insert = connection.prepareStatement("INSERT INTO fact VALUES (?)");
        return new Session() {
            @Override
            public void write(String id) throws Exception {
                insert.setString(1, id);
                insert.execute();
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        };
    }

    @Test
    void redisLosesNoAcknowledgedWrite() throws Exception {
        Set<String> acknowledged = new HashSet<>();
        for (var round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(writeUntilKilled("r" + round, this::redisSession));
            stores.start();
        }
        try (var redis = redis()) {
            assertTrue(new HashSet<>(redis.call("SMEMBERS", "facts")).containsAll(acknowledged));
        }
    }

    private RedisConnection redis() throws Exception {
        var url = URI.create(stores.url("redis"));
        return new RedisConnection(url.getPort(), url.getUserInfo().substring(1));
    }

    private Session redisSession() throws Exception {
        var redis = redis();
        return new Session() {
            @Override
            public void write(String id) throws Exception {
                redis.call("SADD", "facts", id);
            }

            @Override
            public void close() throws IOException {
                redis.close();
            }
        };
    }

    @Test
    void theMongoEmulationLosesNoAcknowledgedWriteAndKeepsIndexAndDocumentTogether() throws Exception {
        try (var mongo = mongo()) {
            facts(mongo).createIndex(Indexes.ascending("sku"), new IndexOptions().unique(true));
        }
        Set<String> acknowledged = new HashSet<>();
        for (var round = 0; round < ROUNDS; round++) {
            acknowledged.addAll(writeUntilKilled("r" + round, this::mongoSession));
            stores.start();
            try (var mongo = mongo()) {
                assertIndexAndDocumentsAgree(facts(mongo), acknowledged);
            }
        }
    }

    private static void assertIndexAndDocumentsAgree(MongoCollection<Document> facts, Set<String> acknowledged) {
        Set<String> present = new HashSet<>();
        for (var fact : facts.find()) present.add(fact.getString("sku"));
        assertTrue(present.containsAll(acknowledged));
        for (var sku : present) assertEquals(1, facts.countDocuments(Filters.eq("sku", sku)));
        // An index entry without its document would refuse an id that nobody has.
        for (var number = 0; number < WRITERS; number++) {
            for (var i = 0; i < 10_000; i++) {
                var sku = "r0-" + number + "-" + i;
                if (present.contains(sku)) continue;
                facts.insertOne(new Document("_id", "again-" + sku).append("sku", sku));
                facts.deleteOne(Filters.eq("sku", sku));
                break;
            }
        }
    }

    private MongoClient mongo() throws Exception {
        return MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(
                        new ConnectionString(stores.url("mongo") + "/?w=majority&journal=true&retryWrites=false"))
                .applyToClusterSettings(settings -> settings.serverSelectionTimeout(5, TimeUnit.SECONDS))
                .build());
    }

    private static MongoCollection<Document> facts(MongoClient mongo) {
        return mongo.getDatabase("omnibus_product").getCollection("facts");
    }

    private Session mongoSession() throws Exception {
        var mongo = mongo();
        var facts = facts(mongo);
        return new Session() {
            @Override
            public void write(String id) {
                facts.insertOne(new Document("_id", id).append("sku", id).append("text", "x".repeat(500)));
            }

            @Override
            public void close() {
                mongo.close();
            }
        };
    }
}
