package omnibus.platform.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.Problem;

/** One call of an operation as the service sees it: the body's bytes and the envelope around them. */
public final class Call {
    private static final int DEFAULT_LIMIT = 20;

    private final Operation operation;
    private final MultiMap headers;
    private final Buffer bytes;
    private final Deadline deadline;
    private final Identity identity;
    private JsonNode json;

    Call(Operation operation, MultiMap headers, Buffer bytes, Deadline deadline) {
        this.operation = operation;
        this.headers = headers;
        this.bytes = bytes;
        this.deadline = deadline;
        this.identity = readIdentity(headers);
    }

    public Operation operation() {
        return operation;
    }

    public String requestId() {
        return headers.get(BusHeaders.REQUEST_ID);
    }

    /** W3C trace context of the caller, or null. */
    public String traceparent() {
        return headers.get(BusHeaders.TRACEPARENT);
    }

    /** The trace id of the trace context, or the request id where there is none. */
    public String traceId() {
        return traceIdOf(headers);
    }

    static String traceIdOf(MultiMap headers) {
        var traceparent = headers.get(BusHeaders.TRACEPARENT);
        return traceparent != null && traceparent.length() >= 35
                ? traceparent.substring(3, 35)
                : headers.get(BusHeaders.REQUEST_ID);
    }

    public Deadline deadline() {
        return deadline;
    }

    public Identity identity() {
        return identity;
    }

    /** Address of the client as the gateway saw it, or an empty text for a call between services. */
    public String clientAddress() {
        return Optional.ofNullable(headers.get(BusHeaders.CLIENT)).orElse("");
    }

    /** Path and query as the client asked for them, or null for a call between services. */
    public String uri() {
        return headers.get(BusHeaders.URI);
    }

    public String path(String name) {
        return headers.get(BusHeaders.PATH_PREFIX + name);
    }

    /** A path parameter that is an id. One that has not the form of an id names nothing: {@link Problem} 404. */
    public UUID pathId(String name) {
        return Ids.parse(path(name)).orElseThrow(Problem::notFound);
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(headers.get(BusHeaders.QUERY_PREFIX + name));
    }

    /** Page size asked for: 1–100, default 20; the contract has checked the range. */
    public int limit() {
        return query("limit").map(Integer::parseInt).orElse(DEFAULT_LIMIT);
    }

    public Map<String, String> queriesWithPrefix(String prefix) {
        var found = new LinkedHashMap<String, String>();
        var full = BusHeaders.QUERY_PREFIX + prefix;
        headers.forEach((name, value) -> {
            if (name.startsWith(full)) found.put(name.substring(full.length()), value);
        });
        return found;
    }

    /** An HTTP request header that the operation declares, or a standard one. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(BusHeaders.HEADER_PREFIX + name.toLowerCase(Locale.ROOT)));
    }

    public Optional<String> idempotencyKey() {
        return header("idempotency-key");
    }

    public Buffer bytes() {
        return bytes;
    }

    public boolean hasBody() {
        return bytes != null && bytes.length() > 0;
    }

    public JsonNode json() {
        if (json == null) json = Json.tree(bytes);
        return json;
    }

    /** The body as a record; the contract's schema has been checked before. */
    public <T> T body(Class<T> type) {
        return Json.convert(json(), type);
    }

    /** SHA-256 over operation, path parameters and body: what makes a repeat of a request the same request. */
    public String fingerprint() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(operation.id().getBytes(StandardCharsets.UTF_8));
            operation.parameters().stream()
                    .filter(parameter -> parameter.in() == Operation.Parameter.In.PATH)
                    .forEach(parameter ->
                            digest.update(("\n" + path(parameter.name())).getBytes(StandardCharsets.UTF_8)));
            digest.update((byte) 0);
            if (hasBody()) digest.update(bytes.getBytes());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String uriWithCursor(String cursor) {
        var uri = Optional.ofNullable(uri()).orElse(operation.path());
        var question = uri.indexOf('?');
        var path = question < 0 ? uri : uri.substring(0, question);
        var others = question < 0
                ? ""
                : Arrays.stream(uri.substring(question + 1).split("&"))
                        .filter(pair -> !pair.startsWith("cursor=") && !pair.isEmpty())
                        .map(pair -> pair + "&")
                        .collect(Collectors.joining());
        return path + "?" + others + "cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    }

    MultiMap headers() {
        return headers;
    }

    private static Identity readIdentity(MultiMap headers) {
        var user = headers.get(BusHeaders.USER);
        if (user == null) return Identity.anonymous();
        var roles = headers.get(BusHeaders.ROLES);
        return new Identity(
                UUID.fromString(user),
                roles == null || roles.isEmpty() ? Set.of() : Set.of(roles.split(",")),
                headers.get(BusHeaders.SESSION));
    }
}
