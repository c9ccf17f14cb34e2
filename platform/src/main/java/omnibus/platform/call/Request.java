package omnibus.platform.call;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import omnibus.platform.Json;

/** A call to be made: which operation, with what, how long one try may take and whether it may be tried again. */
public final class Request {
    private static final long READ_TRY_MILLIS = 1_000;
    /** Where nobody else can be asked, late is better than not at all. Less than the 4 s a frozen instance may cost. */
    private static final long ONLY_TRY_MILLIS = 3_000;

    private final String operation;
    private final Deadline deadline;
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    private Buffer body = Buffer.buffer();
    private long tryMillis;
    private long onlyTryMillis = ONLY_TRY_MILLIS;
    private boolean retrySafe;
    private Operation.Priority priority = Operation.Priority.BROWSE;

    private Request(String operation, Deadline deadline, long tryMillis, boolean retrySafe) {
        this.operation = operation;
        this.deadline = deadline;
        this.tryMillis = tryMillis;
        this.retrySafe = retrySafe;
        headers.set(BusHeaders.OPERATION, operation);
    }

    /** A call that changes nothing: 1 s a try, repeated on another instance after a timeout; 3 s where there is no other. */
    public static Request read(String operation, Deadline deadline) {
        return new Request(operation, deadline, READ_TRY_MILLIS, true);
    }

    /** A call that changes something: 3 s a try, not repeated once it may have been processed. */
    public static Request write(String operation, Deadline deadline) {
        return new Request(operation, deadline, ONLY_TRY_MILLIS, false);
    }

    /** Carries on the caller's request id and trace. */
    public Request from(Call call) {
        copy(call, BusHeaders.REQUEST_ID);
        copy(call, BusHeaders.TRACEPARENT);
        return this;
    }

    private void copy(Call call, String name) {
        var value = call.headers().get(name);
        if (value != null) headers.set(name, value);
    }

    public Request body(Object record) {
        return bytes(Json.encode(record));
    }

    public Request bytes(Buffer bytes) {
        body = bytes;
        return this;
    }

    public Request path(String name, Object value) {
        headers.set(BusHeaders.PATH_PREFIX + name, value.toString());
        return this;
    }

    public Request query(String name, Object value) {
        headers.set(BusHeaders.QUERY_PREFIX + name, value.toString());
        return this;
    }

    /** An HTTP header the operation declares, such as {@code If-Match}. */
    public Request header(String name, String value) {
        headers.set(BusHeaders.HEADER_PREFIX + name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    public Request as(Identity identity) {
        if (!identity.signedIn()) return this;
        headers.set(BusHeaders.USER, identity.userId().toString());
        headers.set(BusHeaders.ROLES, String.join(",", identity.roles()));
        if (identity.session() != null) headers.set(BusHeaders.SESSION, identity.session());
        return this;
    }

    /** The operation is idempotent by its own identity: after a timeout it may be tried again. */
    public Request retrySafe() {
        retrySafe = true;
        return this;
    }

    /** How long one try may take, in milliseconds, where the default does not fit. */
    public Request tryFor(long millis) {
        tryMillis = millis;
        onlyTryMillis = millis;
        return this;
    }

    /** As its contract has it, where the caller knows that: what a refusal for want of room says of other calls. */
    public Request priority(Operation.Priority declared) {
        priority = declared;
        return this;
    }

    public String operation() {
        return operation;
    }

    public String service() {
        return operation.substring(0, operation.indexOf('.'));
    }

    public Deadline deadline() {
        return deadline;
    }

    /** The message headers; the gateway writes the envelope straight into them. */
    public MultiMap headers() {
        return headers;
    }

    Buffer bytes() {
        return body;
    }

    long tryMillis() {
        return tryMillis;
    }

    /** The same where there is nobody else to ask afterwards. */
    long onlyTryMillis() {
        return onlyTryMillis;
    }

    Operation.Priority priority() {
        return priority;
    }

    boolean isRetrySafe() {
        return retrySafe;
    }
}
