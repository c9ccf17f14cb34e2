package omnibus.platform.events;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;

/** A message without content that says: there may be something new in this service's log. It may get lost. */
public final class Doorbell {
    private Doorbell() {}

    public static String address(String service) {
        return "events." + service;
    }

    /** Runs {@code action} at every ring, on the caller's event loop, until the consumer is unregistered. */
    public static MessageConsumer<Buffer> listen(Vertx vertx, String service, Runnable action) {
        return vertx.eventBus().consumer(address(service), ring -> action.run());
    }

    public static void ring(Vertx vertx, String service) {
        vertx.eventBus().publish(address(service), Buffer.buffer());
    }
}
