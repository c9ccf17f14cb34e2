package omnibus.product;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoSocketOpenException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mongo.MongoClient;
import omnibus.platform.Problem;

/**
 * The connection to MongoDB that the stores of this service share, and the one place where its failures become
 * refusals. Writes are acknowledged by a majority and journalled; reads see nothing that could be rolled back.
 */
final class MongoStore {
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int SOCKET_TIMEOUT_MILLIS = 5_000;
    private static final long RETRY_AFTER_SECONDS = 2;
    private static final int DUPLICATE_KEY = 11_000;

    private final MongoClient client;

    private MongoStore(MongoClient client) {
        this.client = client;
    }

    /** Does not wait for the server; the first call does. {@code url} names the database after its slash. */
    static MongoStore connect(Vertx vertx, String url) {
        return new MongoStore(MongoClient.create(
                vertx,
                new JsonObject()
                        .put("connection_string", url)
                        .put("serverSelectionTimeoutMS", TIMEOUT_MILLIS)
                        .put("connectTimeoutMS", TIMEOUT_MILLIS)
                        .put("socketTimeoutMS", SOCKET_TIMEOUT_MILLIS)
                        .put("waitQueueTimeoutMS", TIMEOUT_MILLIS)
                        .put("readConcernLevel", "majority")
                        .put("w", "majority")
                        .put("j", true)
                        .put("wtimeoutMS", TIMEOUT_MILLIS)));
    }

    MongoClient client() {
        return client;
    }

    Future<?> ping() {
        return reading(client.runCommand("ping", new JsonObject().put("ping", 1)));
    }

    Future<Void> close() {
        return client.close();
    }

    /** A read that the store could not do at all may be asked again. */
    static <T> Future<T> reading(Future<T> read) {
        return read.recover(failure ->
                Future.failedFuture(neverBegan(failure) || outcomeUnknown(failure) ? unavailable() : failure));
    }

    /** A write that was sent and not answered may have happened: that is not "try again" but "look first". */
    static <T> Future<T> writing(Future<T> write) {
        return write.recover(failure -> {
            if (neverBegan(failure)) return Future.failedFuture(unavailable());
            return Future.failedFuture(outcomeUnknown(failure) ? Problem.deadlinePassed() : failure);
        });
    }

    /** Whether a write met a key that exists. In a bulk of writes: whether that is all that went wrong. */
    static boolean isDuplicateKey(Throwable failure) {
        if (failure instanceof MongoBulkWriteException bulk) {
            return bulk.getWriteConcernError() == null
                    && bulk.getWriteErrors().stream().allMatch(error -> error.getCode() == DUPLICATE_KEY);
        }
        return failure instanceof MongoException mongo && mongo.getCode() == DUPLICATE_KEY;
    }

    /** How many writes of an ordered bulk were done before the one that failed. */
    static int doneBefore(Throwable failure) {
        return ((MongoBulkWriteException) failure).getWriteErrors().get(0).getIndex();
    }

    private static boolean neverBegan(Throwable failure) {
        return failure instanceof MongoTimeoutException
                || failure instanceof MongoConnectionPoolClearedException
                || failure instanceof MongoServerUnavailableException
                || failure instanceof MongoSocketOpenException
                || failure instanceof MongoNotPrimaryException
                || failure instanceof MongoNodeIsRecoveringException;
    }

    private static boolean outcomeUnknown(Throwable failure) {
        return failure instanceof MongoSocketException
                || failure instanceof MongoWriteConcernException
                || failure instanceof MongoBulkWriteException bulk && bulk.getWriteConcernError() != null;
    }

    private static Problem unavailable() {
        return Problem.unavailable("The catalogue cannot be reached at the moment.", RETRY_AFTER_SECONDS);
    }
}
