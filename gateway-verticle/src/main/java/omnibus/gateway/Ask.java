package omnibus.gateway;

import io.vertx.core.MultiMap;
import java.util.List;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Operation;

/**
 * One public operation that somebody asks for, whichever way the question came in: as an HTTP request or as a message of
 * a browser on the bridge.
 *
 * @param pathValues decoded values of the path parameters, in the order of the template
 * @param uri path and query as they were sent, or would have been
 * @param headers HTTP headers of the question; only those the operation declares get further
 * @param identity who asks, as established here
 */
record Ask(
        Route route,
        List<String> pathValues,
        String uri,
        MultiMap headers,
        String clientAddress,
        Identity identity,
        String requestId,
        String traceparent) {

    Operation operation() {
        return route.operation();
    }
}
