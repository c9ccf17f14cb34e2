package omnibus.platform.call;

/** The names of the message headers that make up the call envelope. */
public final class BusHeaders {
    public static final String OPERATION = "op";
    public static final String REQUEST_ID = "request-id";
    public static final String TRACEPARENT = "traceparent";
    public static final String DEADLINE = "deadline";
    public static final String USER = "user";
    public static final String ROLES = "roles";
    public static final String SESSION = "session";
    public static final String CLIENT = "client";
    public static final String URI = "uri";
    public static final String PATH_PREFIX = "path.";
    public static final String QUERY_PREFIX = "query.";
    /** HTTP request headers, lower case. */
    public static final String HEADER_PREFIX = "header.";

    /** In an answer: the HTTP status. Every other header of an answer is an HTTP header. */
    public static final String STATUS = "status";
    /** In an answer: the call changed nothing and may go elsewhere, and why ({@code draining}, {@code busy}, {@code silent}). */
    public static final String REFUSAL = "x-refusal";

    public static final String DRAINING = "draining";
    public static final String BUSY = "busy";
    /** A read whose store said nothing while the caller still listened. */
    public static final String SILENT = "silent";

    private BusHeaders() {}
}
