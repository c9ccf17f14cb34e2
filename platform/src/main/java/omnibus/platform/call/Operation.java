package omnibus.platform.call;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/**
 * One operation as its contract declares it. {@code id} is its one name: operationId, bus header, method, metric and log
 * line.
 *
 * @param method HTTP method in capitals
 * @param path full path template, such as {@code /api/v1/orders/{id}}
 * @param internal on the bus only, never routed by a gateway
 * @param access who may call it
 * @param retrySafe may be repeated after a timeout
 * @param mediaTypes media types of the request body, empty when it takes none
 * @param bodySchema schema of a JSON body, missing for none or a raw one
 * @param rawBody bytes reach the service unchecked, whatever their media type
 * @param batched an NDJSON body is carried as one call per batch of lines
 * @param waitOperation the operation that waits for the result's end on {@code Prefer: wait}, or null
 * @param answersWithETag a 200 carries an entity tag
 * @param cache how long gateways may keep an answer, or null
 * @param limit how often one client may call it, where that is not what holds for all reads or writes; or null
 */
public record Operation(
        String id,
        String method,
        String path,
        boolean internal,
        Access access,
        boolean retrySafe,
        Priority priority,
        List<Parameter> parameters,
        Set<String> mediaTypes,
        boolean bodyRequired,
        JsonNode bodySchema,
        boolean rawBody,
        boolean batched,
        String waitOperation,
        boolean answersWithETag,
        Cache cache,
        Limit limit) {

    /** Who may call: {@code anonymous} callers too, or those signed in who have all of {@code roles}. */
    public record Access(boolean anonymous, Set<String> roles) {}

    /**
     * An answer that is the same for everybody may be kept at the gateways.
     *
     * @param seconds how long it counts as it is, unless the service's log tells of something new before
     * @param staleSeconds how long it may be shown, marked as what it is, while the service is away
     */
    public record Cache(int seconds, int staleSeconds) {}

    /**
     * A token bucket of its own: so many calls a second, and as many at once. Operations with the same name share it.
     *
     * @param perUser counted for the user who calls; else, and for who is not signed in, for the client's address
     */
    public record Limit(String name, int perSecond, boolean perUser) {}

    /** Which calls are shed last when a service is full: checkout outranks cart, cart outranks browsing. */
    public enum Priority {
        CHECKOUT(100),
        CART(90),
        BROWSE(75);

        private final int percent;

        Priority(int percent) {
            this.percent = percent;
        }

        /** How much of a bound on work in flight calls of this class may fill. */
        public int shareOf(int bound) {
            return bound * percent / 100;
        }
    }

    /** A declared parameter. {@code prefix}: the name stands for every parameter that starts with it. */
    public record Parameter(String name, In in, boolean required, boolean prefix, JsonNode schema) {
        public enum In {
            PATH,
            QUERY,
            HEADER
        }
    }

    public String service() {
        return id.substring(0, id.indexOf('.'));
    }

    /** The operation's own name: the name of the api's method. */
    public String methodName() {
        return id.substring(id.indexOf('.') + 1);
    }

    public boolean reads() {
        return method.equals("GET");
    }

    public boolean takesBody() {
        return !mediaTypes.isEmpty() || rawBody;
    }
}
