package omnibus.shopper.bare;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.mongo.MongoClient;

/** The service half of the bare pair: a document by its id, straight from MongoDB onto the bus. Nothing else. */
public final class BareService {
    static final String ADDRESS = "bare.read";

    private BareService() {}

    /** Arguments: cluster port, MongoDB URL, ready port. */
    public static void main(String[] args) {
        BareCluster.join(Integer.parseInt(args[0])).onComplete(joined -> {
            if (joined.failed()) BareCluster.fail(joined.cause());
            else serve(joined.result(), args[1], Integer.parseInt(args[2]));
        });
    }

    private static void serve(Vertx vertx, String mongo, int readyPort) {
        var client = MongoClient.create(vertx, new JsonObject().put("connection_string", mongo));
        vertx.eventBus().<Buffer>consumer(ADDRESS, message -> read(client, message));
        BareCluster.ready(vertx, readyPort);
    }

    private static void read(MongoClient client, Message<Buffer> message) {
        client.findOne("products", new JsonObject().put("_id", message.body().toString()), null)
                .onSuccess(found -> message.reply(found.toBuffer()))
                .onFailure(failure -> message.fail(500, failure.getMessage()));
    }
}
