package omnibus.platform.events;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;

/** A message without content that says: there may be something new in this service's log. It may get lost. */
public final class Doorbell {
    private Doorbell() {}

    public static String address(String service) {
        return "events." + service;
    }

    public static void ring(Vertx vertx, String service) {
        vertx.eventBus().publish(address(service), Buffer.buffer());
    }
}
