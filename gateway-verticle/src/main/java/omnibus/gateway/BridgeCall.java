package omnibus.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.BusHeaders;
import omnibus.platform.call.Identity;

/**
 * A message to a public operation as the HTTP request it stands for: {@code path.<name>} and {@code query.<name>} make up
 * its address, the other headers are its headers.
 */
final class BridgeCall {
    private final Route route;
    private final BridgeMessage message;
    private final String clientAddress;
    private final String requestId = TraceIds.next();
    private final String traceparent;
    private final long startedAt = System.nanoTime();
    private Limits.Standing standing;

    BridgeCall(Route route, BridgeMessage message, String clientAddress) {
        this.route = route;
        this.message = message;
        this.clientAddress = clientAddress;
        var given = message.headers().get(BusHeaders.TRACEPARENT);
        this.traceparent = TraceIds.isTraceparent(given) ? given : TraceIds.traceparent(requestId);
    }

    void standing(Limits.Standing afterThisCall) {
        standing = afterThisCall;
    }

    void tellIfDenied(Admission.Outcome outcome) {
        Denials.tell(outcome.refusal(), outcome.identity(), route.id(), requestId, clientAddress);
    }

    /** Throws {@link Problem} 400, 404, 414 or 415 for what no request could ask for. */
    Ask ask(Identity identity) {
        var operation = route.operation();
        if (operation.batched() || operation.rawBody()) {
            throw Problem.unsupportedMediaType("What this operation takes cannot be sent over the bridge; use HTTP.");
        }
        var values = pathValues();
        var uri = path(values) + query();
        if (uri.length() > RequestHead.MAX_URI_CHARS) throw RequestHead.uriTooLong();
        var headers = headers();
        RequestHead.checkMediaType(operation, headers, message.hasBody());
        return new Ask(route, values, uri, headers, clientAddress, identity, requestId, traceparent);
    }

    Buffer body() {
        return message.hasBody() && route.operation().takesBody() ? Json.encode(message.body()) : Buffer.buffer();
    }

    private List<String> pathValues() {
        var values = new ArrayList<String>(route.pathHeaders().size());
        for (var name : route.pathHeaders()) {
            var value = message.headers().get(name);
            if (value == null) {
                throw Problem.invalid("missing-path-parameter", "The header " + name + " is missing.");
            }
            // As in a path: what is empty or has control characters names nothing.
            if (value.isEmpty() || value.chars().anyMatch(Character::isISOControl)) throw Problem.notFound();
            values.add(value);
        }
        return values;
    }

    private String path(List<String> values) {
        var path = new StringBuilder();
        var next = values.iterator();
        for (var segment : route.operation().path().substring(1).split("/", -1)) {
            path.append('/').append(Route.isParameter(segment) ? encode(next.next()) : segment);
        }
        return path.toString();
    }

    private String query() {
        var query = new StringBuilder();
        for (var header : message.headers()) {
            var name = header.getKey();
            if (!name.toLowerCase(Locale.ROOT).startsWith(BusHeaders.QUERY_PREFIX)) continue;
            query.append(query.isEmpty() ? '?' : '&')
                    .append(encode(name.substring(BusHeaders.QUERY_PREFIX.length())))
                    .append('=')
                    .append(encode(header.getValue()));
        }
        return query.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The message's own; a body is of the kind the operation takes unless it says otherwise. */
    private MultiMap headers() {
        var headers = message.headers();
        headers.remove("Accept-Encoding"); // an answer becomes part of a message, which is text
        var kinds = route.operation().mediaTypes();
        if (message.hasBody() && !kinds.isEmpty() && !headers.contains("Content-Type")) {
            headers.set("Content-Type", kinds.iterator().next());
        }
        return headers;
    }

    Answer refused(Problem problem) {
        return Answer.problem(problem, route.operation().path(), TraceIds.traceIdOf(traceparent));
    }

    /** An answer with what every one of them tells, however it was asked for. */
    Answer finished(Answer answer) {
        answer.headers().remove(BusHeaders.REFUSAL);
        var whole =
                new Answer(answer.status(), MultiMap.caseInsensitiveMultiMap().addAll(answer.headers()), answer.body());
        whole.headers().set(SafeHeaders.REQUEST_ID, requestId);
        if (standing != null) {
            whole.headers().set(SafeHeaders.RATE_LIMIT_POLICY, standing.policy());
            whole.headers().set(SafeHeaders.RATE_LIMIT, standing.remaining());
        }
        return whole;
    }

    void log(CallLog log, int status) {
        log.answered(route.id(), status, System.nanoTime() - startedAt, requestId, traceparent);
    }
}
