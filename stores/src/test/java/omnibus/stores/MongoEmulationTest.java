package omnibus.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Updates;
import java.nio.file.Path;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MongoEmulationTest {
    private static final int DUPLICATE = 11000;

    @TempDir
    Path home;

    private MongoEmulation server;
    private MongoClient client;

    @BeforeEach
    void start() throws Exception {
        server = new MongoEmulation(home, 0);
        server.start();
        client = MongoClients.create(server.url() + "/?retryWrites=false");
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop();
    }

    private void restart() throws Exception {
        client.close();
        server.stop();
        start();
    }

    private MongoCollection<Document> products() {
        return client.getDatabase("shop").getCollection("products");
    }

    private static int refusal(Runnable write) {
        return assertThrows(MongoWriteException.class, write::run).getError().getCode();
    }

    @Test
    void aDocumentComesBackAsItWasStored() throws Exception {
        var document = new Document("_id", "one")
                .append("text", "Grüße, 世界")
                .append("whole", 7)
                .append("large", 1L << 40)
                .append("fraction", 0.5)
                .append("yes", true)
                .append("nothing", null)
                .append("at", new Date(1_700_000_000_123L))
                .append("id", new ObjectId())
                .append("list", List.of(1, "two", new Document("three", 3)))
                .append("empty", new Document());
        products().insertOne(document);
        restart();
        assertEquals(document, products().find(new Document("_id", "one")).first());
    }

    @Test
    void aUniqueIndexHoldsOverARestart() throws Exception {
        products().createIndex(Indexes.ascending("sku", "shop"), new IndexOptions().unique(true));
        products().insertOne(new Document("_id", "1").append("sku", "MUG").append("shop", 1));
        products().insertOne(new Document("_id", "2").append("sku", "MUG").append("shop", 2));
        restart();
        assertEquals(DUPLICATE, refusal(() -> products().insertOne(new Document("sku", "MUG").append("shop", 2))));
        products().deleteOne(new Document("_id", "2"));
        products().insertOne(new Document("_id", "3").append("sku", "MUG").append("shop", 2L));
        assertEquals(2, products().countDocuments());
    }

    @Test
    void aMissingFieldCountsAsAValueOfAUniqueIndex() throws Exception {
        products().createIndex(Indexes.ascending("sku"), new IndexOptions().unique(true));
        products().insertOne(new Document("_id", "without"));
        restart();
        assertEquals(DUPLICATE, refusal(() -> products().insertOne(new Document("_id", "also without"))));
        products().deleteOne(new Document("_id", "without"));
        products().insertOne(new Document("_id", "now"));
    }

    @Test
    void idsOfSeveralKindsAreFoundAgain() throws Exception {
        var ids = List.of("text", 1, 2L, 2.5, new ObjectId(), new Date(5), true);
        for (var id : ids) products().insertOne(new Document("_id", id));
        restart();
        for (var id : ids) assertEquals(1, products().countDocuments(new Document("_id", id)), id.toString());
    }

    @Test
    void aConditionalUpdateHappensOnce() throws Exception {
        products().insertOne(new Document("_id", "one").append("version", 1));
        var condition = new Document("_id", "one").append("version", 1);
        assertEquals(
                1,
                products()
                        .findOneAndUpdate(condition, Updates.inc("version", 1))
                        .getInteger("version"));
        assertNull(products().findOneAndUpdate(condition, Updates.inc("version", 1)));
        restart();
        assertEquals(2, products().find().first().getInteger("version"));
    }

    @Test
    void whatIsDroppedStaysAway() throws Exception {
        products().insertOne(new Document("_id", "one"));
        products().drop();
        restart();
        assertEquals(0, products().countDocuments());
        products().insertOne(new Document("_id", "one"));
    }
}
