package omnibus.gateway;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import omnibus.platform.call.BusHeaders;
import omnibus.platform.call.Operation;
import omnibus.platform.call.Operation.Parameter.In;

/**
 * One public operation as the door needs it, worked out once when its contract is mounted, so that a request only looks
 * things up.
 *
 * @param pathHeaders message headers of the path parameters, in the order of the template
 * @param forwarded request headers that reach the service
 */
record Route(Operation operation, List<String> pathHeaders, List<Forwarded> forwarded) {
    /** What every operation may see, beside the headers it declares; reads have no use for the ones of writes. */
    private static final Set<String> OF_READS = Set.of("if-none-match");

    private static final Set<String> OF_WRITES =
            Set.of("if-match", "if-none-match", "idempotency-key", "prefer", "content-type");

    /** A request header and the message header that carries it. */
    record Forwarded(String httpName, String busName) {}

    static Route of(Operation operation) {
        var pathHeaders = new ArrayList<String>();
        for (var segment : operation.path().split("/")) {
            if (isParameter(segment)) pathHeaders.add(BusHeaders.PATH_PREFIX + parameterName(segment));
        }
        var names = new LinkedHashSet<String>(operation.reads() ? OF_READS : OF_WRITES);
        for (var parameter : operation.parameters()) {
            if (parameter.in() == In.HEADER) names.add(parameter.name().toLowerCase(Locale.ROOT));
        }
        var forwarded = names.stream()
                .map(name -> new Forwarded(name, BusHeaders.HEADER_PREFIX + name))
                .toList();
        return new Route(operation, List.copyOf(pathHeaders), forwarded);
    }

    static boolean isParameter(String segment) {
        return segment.length() > 2 && segment.startsWith("{") && segment.endsWith("}");
    }

    private static String parameterName(String segment) {
        return segment.substring(1, segment.length() - 1);
    }

    String id() {
        return operation.id();
    }

    boolean isOwn() {
        return operation.service().equals(GatewayVerticle.SERVICE);
    }
}
