package omnibus.platform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A refusal: something the caller asked for and does not get, told as RFC 9457 {@code application/problem+json}. It is an
 * outcome and not a failure of the program: no stack trace, never logged above debug. Codes are kebab-case, stable and
 * listed in docs/problems.md; the {@code type} of the answer is {@code /problems/<code>}.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What kind of refusal it is. The model speaks of kinds; the HTTP status follows from the kind (RFC 9110). */
    public enum Kind {
        INVALID(400, "The request is not valid"),
        UNAUTHENTICATED(401, "Sign in first"),
        FORBIDDEN(403, "Not allowed"),
        NOT_FOUND(404, "Not found"),
        METHOD_NOT_ALLOWED(405, "Method not allowed"),
        CONFLICT(409, "In conflict with the present state"),
        STALE(412, "Changed in the meantime"),
        TOO_LARGE(413, "The request is too large"),
        URI_TOO_LONG(414, "The address is too long"),
        UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
        KEY_REUSED(422, "The key was used for another request"),
        PRECONDITION_REQUIRED(428, "A precondition is required"),
        LIMITED(429, "Too many requests"),
        HEADERS_TOO_LARGE(431, "The headers are too large"),
        BUG(500, "Something went wrong on our side"),
        UNAVAILABLE(503, "Not available at the moment"),
        DEADLINE_PASSED(504, "No answer in time");

        private final int status;
        private final String title;

        Kind(int status, String title) {
            this.status = status;
            this.title = title;
        }

        public int status() {
            return status;
        }

        public String title() {
            return title;
        }

        /** The kind with this status, or {@link #BUG} for a status no refusal of ours has. */
        public static Kind ofStatus(int status) {
            for (var kind : values()) if (kind.status == status) return kind;
            return BUG;
        }
    }

    /** One thing wrong with the request: a JSON pointer into the body or the name of a parameter, never both. */
    public record Fault(String pointer, String parameter, String detail) {
        public static Fault at(String pointer, String detail) {
            return new Fault(pointer, null, detail);
        }

        public static Fault parameter(String name, String detail) {
            return new Fault(null, name, detail);
        }
    }

    private final Kind kind;
    private final String code;
    private final transient List<Fault> faults;
    private final transient Map<String, Object> members = new LinkedHashMap<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    public Problem(Kind kind, String code, String detail, List<Fault> faults) {
        super(detail, null, false, false);
        this.kind = kind;
        this.code = code;
        this.faults = List.copyOf(faults);
    }

    private static Problem of(Kind kind, String code, String detail) {
        return new Problem(kind, code, detail, List.of());
    }

    public static Problem invalid(String code, String detail, Fault... faults) {
        return new Problem(Kind.INVALID, code, detail, List.of(faults));
    }

    public static Problem invalid(List<Fault> faults) {
        return new Problem(
                Kind.INVALID, "invalid-request", "The request has faults; see errors.", new ArrayList<>(faults));
    }

    /** The one answer for everything that is not there or is somebody else's. */
    public static Problem notFound() {
        return of(Kind.NOT_FOUND, "not-found", "There is nothing here, or it is not yours to see.");
    }

    public static Problem notFound(String code, String detail, Fault... faults) {
        return new Problem(Kind.NOT_FOUND, code, detail, List.of(faults));
    }

    public static Problem unauthenticated(String code, String detail) {
        return of(Kind.UNAUTHENTICATED, code, detail).header("WWW-Authenticate", "Bearer realm=\"omnibus\"");
    }

    public static Problem forbidden(String detail) {
        return of(Kind.FORBIDDEN, "forbidden", detail);
    }

    public static Problem conflict(String code, String detail) {
        return of(Kind.CONFLICT, code, detail);
    }

    public static Problem stale(String detail) {
        return of(Kind.STALE, "stale-version", detail);
    }

    public static Problem preconditionRequired() {
        return of(
                Kind.PRECONDITION_REQUIRED,
                "if-match-required",
                "Send If-Match with the ETag you read, so that nobody's change is overwritten unseen.");
    }

    public static Problem unsupportedMediaType(String detail) {
        return of(Kind.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail);
    }

    public static Problem keyReused() {
        return of(
                Kind.KEY_REUSED,
                "idempotency-key-reused",
                "This Idempotency-Key belongs to another request of yours. Use a new key for a new request.");
    }

    public static Problem limited(String detail, long retryAfterSeconds) {
        return of(Kind.LIMITED, "too-many-requests", detail).header("Retry-After", Long.toString(retryAfterSeconds));
    }

    public static Problem unavailable(String detail, long retryAfterSeconds) {
        return of(Kind.UNAVAILABLE, "unavailable", detail).header("Retry-After", Long.toString(retryAfterSeconds));
    }

    public static Problem deadlinePassed() {
        return of(
                Kind.DEADLINE_PASSED,
                "deadline-passed",
                "No answer came in time; whether the request took effect is not known. Look before you repeat it.");
    }

    /** Adds an extension member to the body (RFC 9457, section 3.2). */
    public Problem with(String member, Object value) {
        members.put(member, value);
        return this;
    }

    public Problem header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public Kind kind() {
        return kind;
    }

    public int status() {
        return kind.status();
    }

    public String code() {
        return code;
    }

    public String detail() {
        return getMessage();
    }

    public List<Fault> faults() {
        return faults;
    }

    public Map<String, Object> members() {
        return members;
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** The RFC 9457 body. {@code instance} is the path asked for, {@code traceId} the trace (W3C) or request id. */
    public Map<String, Object> body(String instance, String traceId) {
        var body = new LinkedHashMap<String, Object>();
        body.put("type", "/problems/" + code);
        body.put("title", kind.title());
        body.put("status", kind.status());
        body.put("detail", getMessage());
        if (instance != null) body.put("instance", instance);
        if (traceId != null) body.put("traceId", traceId);
        if (!faults.isEmpty()) body.put("errors", faults);
        body.putAll(members);
        return body;
    }
}
