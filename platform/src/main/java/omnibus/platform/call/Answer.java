package omnibus.platform.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import omnibus.platform.Json;
import omnibus.platform.Problem;

/** What an operation answers: an HTTP status, HTTP headers and the body's bytes, which the gateway passes on untouched. */
public record Answer(int status, MultiMap headers, Buffer body) {
    private static final String JSON = "application/json";
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final Buffer NOTHING = Buffer.buffer();

    public static Answer of(int status, Buffer body, String contentType) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        if (contentType != null) headers.add("Content-Type", contentType);
        return new Answer(status, headers, body);
    }

    public static Answer ok(Object body) {
        return of(200, Json.encode(body), JSON);
    }

    public static Answer created(String location, Object body) {
        return of(201, Json.encode(body), JSON).header("Location", location);
    }

    public static Answer noContent() {
        return of(204, NOTHING, null);
    }

    /** One page of a list: {@code {"items": […], "next": "…"}} and a Link header (RFC 8288) when there is a next page. */
    public static Answer page(Call call, List<?> items, String next) {
        return page(call, items, next, Map.of());
    }

    /** One page that says {@code more} than its items. */
    public static Answer page(Call call, List<?> items, String next, Map<String, ?> more) {
        var body = new LinkedHashMap<String, Object>();
        body.put("items", items);
        if (next != null) body.put("next", next);
        body.putAll(more);
        var answer = ok(body);
        return next == null ? answer : answer.header("Link", "<" + call.uriWithCursor(next) + ">; rel=\"next\"");
    }

    public static Answer problem(Problem problem, String instance, String traceId) {
        var answer = of(problem.status(), Json.encode(problem.body(instance, traceId)), PROBLEM_JSON);
        problem.headers().forEach(answer.headers::set);
        return answer;
    }

    public static Answer of(Message<Buffer> reply) {
        var headers = reply.headers();
        var status = Integer.parseInt(headers.get(BusHeaders.STATUS));
        headers.remove(BusHeaders.STATUS);
        return new Answer(status, headers, reply.body());
    }

    public Answer header(String name, String value) {
        headers.set(name, value);
        return this;
    }

    /** Sets a strong entity tag (RFC 9110, section 8.8.3); the quotes are added here. */
    public Answer etag(String version) {
        return header("ETag", '"' + version + '"');
    }

    public boolean isProblem() {
        return status >= 400;
    }

    /** The body as a record. When the peer refused, throws its refusal as a {@link Problem} of the same kind and code. */
    public <T> T as(Class<T> type) {
        if (isProblem()) throw asProblem();
        return Json.decode(body, type);
    }

    /** The refusal a peer answered. A body that is no problem document becomes one of the status's kind. */
    public Problem asProblem() {
        var kind = Problem.Kind.ofStatus(status);
        JsonNode tree;
        try {
            tree = Json.tree(body);
        } catch (Problem unreadable) {
            return new Problem(kind, "peer-refused", "A service refused without saying why.", List.of());
        }
        var type = tree.path("type").asText("/problems/peer-refused");
        var faults = new ArrayList<Problem.Fault>();
        tree.path("errors").forEach(fault -> faults.add(Json.convert(fault, Problem.Fault.class)));
        var problem = new Problem(
                kind,
                type.substring(type.lastIndexOf('/') + 1),
                tree.path("detail").asText(kind.title()),
                faults);
        for (var name : List.of("Retry-After", "WWW-Authenticate", "Location")) {
            if (headers.contains(name)) problem.header(name, headers.get(name));
        }
        return problem;
    }
}
