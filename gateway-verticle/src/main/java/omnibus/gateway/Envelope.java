package omnibus.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import omnibus.platform.call.BusHeaders;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;

/**
 * Turns a question into a call on the bus: the body's bytes as they are, everything else as message headers. Only
 * what is named here gets through, so nothing from outside can pass for an identity.
 */
final class Envelope {
    private static final List<String> PERSONAL = List.of(
            BusHeaders.CLIENT,
            BusHeaders.USER,
            BusHeaders.ROLES,
            BusHeaders.SESSION,
            BusHeaders.HEADER_PREFIX + "if-none-match");

    private Envelope() {}

    static Request of(Ask ask, Buffer body, Duration deadline) {
        var route = ask.route();
        var operation = route.operation();
        var within = Deadline.in(deadline);
        var call = operation.reads() ? Request.read(operation.id(), within) : Request.write(operation.id(), within);
        if (operation.retrySafe()) call.retrySafe();
        call.priority(operation.priority());
        addIds(call, ask);
        call.as(ask.identity());
        var headers = call.headers();
        var uri = ask.uri();
        headers.set(BusHeaders.CLIENT, ask.clientAddress());
        headers.set(BusHeaders.URI, uri);
        for (var i = 0; i < ask.pathValues().size(); i++)
            headers.set(route.pathHeaders().get(i), ask.pathValues().get(i));
        addForwarded(route, ask.headers(), headers);
        var question = uri.indexOf('?');
        if (question >= 0) PercentText.copyQuery(uri, question, headers);
        return call.bytes(body);
    }

    /** The call of a read whose answer is everybody's: it tells nobody's name and asks for no 304. */
    static Request forAll(Ask ask, Duration deadline) {
        var call = of(ask, Buffer.buffer(), deadline);
        for (var name : PERSONAL) call.headers().remove(name);
        return call;
    }

    static void addIds(Request call, Ask ask) {
        call.headers().set(BusHeaders.REQUEST_ID, ask.requestId());
        call.headers().set(BusHeaders.TRACEPARENT, ask.traceparent());
    }

    private static void addForwarded(Route route, MultiMap from, MultiMap to) {
        for (var header : route.forwarded()) {
            var value = from.get(header.httpName());
            if (value == null) continue;
            var isTag =
                    header.httpName().equals("if-match") || header.httpName().equals("if-none-match");
            to.set(header.busName(), isTag ? Compression.plainTags(value) : value);
        }
    }
}
