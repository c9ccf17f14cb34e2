package omnibus.shopper.bare;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** The gateway half of the bare pair: HTTP in, one message out, its answer back. No routes, rights, limits or logs. */
public final class BareGateway {
    private BareGateway() {}

    /** Arguments: cluster port, HTTP port. */
    public static void main(String[] args) {
        BareCluster.join(Integer.parseInt(args[0])).onComplete(joined -> {
            if (joined.failed()) BareCluster.fail(joined.cause());
            else
                joined.result()
                        .createHttpServer()
                        .requestHandler(request -> pass(joined.result(), request))
                        .listen(Integer.parseInt(args[1]), "127.0.0.1")
                        .onFailure(BareCluster::fail);
        });
    }

    private static void pass(Vertx vertx, HttpServerRequest request) {
        var path = request.path();
        var id = Buffer.buffer(path.substring(path.lastIndexOf('/') + 1));
        vertx.eventBus().<Buffer>request(BareService.ADDRESS, id).onComplete(answer -> {
            var response = request.response();
            if (answer.failed()) response.setStatusCode(503).end();
            else
                response.putHeader("Content-Type", "application/json")
                        .end(answer.result().body());
        });
    }
}
