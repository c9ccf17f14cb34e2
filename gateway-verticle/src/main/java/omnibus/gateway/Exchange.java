package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import java.util.List;
import omnibus.platform.IpAddress;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.BusHeaders;
import omnibus.platform.call.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its one answer: who asks, what for, how far it is. Every way through the door ends in {@link #answer}
 * or in the client's going away; both end the exchange.
 */
final class Exchange implements Room.Guest {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final String UNMATCHED = "unmatched";
    /** Codes of HTTP/2 (RFC 9113, section 7). */
    private static final long NO_ERROR = 0;

    private static final long CANCEL = 8;
    /** An answer that waits to be taken keeps heads and all that belongs to a request, however small it is. */
    private static final int ANSWER_BYTES = 8 * 1024;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Door door;
    private final long startedAt = System.nanoTime();
    private final Pace pace = new Pace();
    private final String traceparent;
    private final String requestId;
    private Route route;
    private String network;
    private Identity identity = Identity.anonymous();
    private Limits.Standing standing;
    private boolean hasBody;
    private boolean answered;
    private boolean closeAfter;
    private boolean sharesBody;
    private boolean over;

    Exchange(HttpServerRequest request, Door door) {
        this.request = request;
        this.response = request.response();
        this.door = door;
        var given = request.headers().get("traceparent");
        this.requestId = TraceIds.next();
        this.traceparent = TraceIds.isTraceparent(given) ? given : TraceIds.traceparent(requestId);
    }

    Vertx vertx() {
        return door.vertx();
    }

    Origins origins() {
        return door.origins();
    }

    HttpServerRequest request() {
        return request;
    }

    Pace pace() {
        return pace;
    }

    String requestId() {
        return requestId;
    }

    String traceparent() {
        return traceparent;
    }

    Route route() {
        return route;
    }

    void route(Route found) {
        route = found;
    }

    Identity identity() {
        return identity;
    }

    void identity(Identity established) {
        identity = established;
    }

    void standing(Limits.Standing afterThisCall) {
        standing = afterThisCall;
    }

    /** The operation it asks for, once it is known who asks and what the path's parameters are. */
    Ask ask(List<String> pathValues) {
        return new Ask(
                route, pathValues, request.uri(), request.headers(), clientAddress(), identity, requestId, traceparent);
    }

    boolean hasBody() {
        return hasBody;
    }

    void hasBody(boolean announced) {
        hasBody = announced;
    }

    boolean isAnswered() {
        return answered;
    }

    /** Client gone or cut off, or everything done. */
    boolean isOver() {
        return over;
    }

    String clientAddress() {
        return door.clientOf(request);
    }

    /** The connection is not to be used for another request. */
    void closeAfter() {
        closeAfter = true;
    }

    void refuse(Throwable failure) {
        var problem = failure instanceof Problem refusal ? refusal : bug(failure);
        if (!answered) Denials.tell(problem, identity, operation(), requestId, clientAddress());
        answer(Answer.problem(problem, path(), TraceIds.traceIdOf(traceparent)));
    }

    /** Null for a CONNECT, which names none. */
    private String path() {
        return request.uri() == null ? null : request.path();
    }

    private Problem bug(Throwable failure) {
        LOG.atError()
                .addKeyValue("op", operation())
                .addKeyValue("request", requestId)
                .setCause(failure)
                .log("a request failed");
        return new Problem(
                Problem.Kind.BUG,
                "internal-error",
                "Something went wrong on our side. It has been logged under the trace id.",
                List.of());
    }

    /** The connection becomes a WebSocket's (RFC 6455): no request will come on it any more. */
    Future<ServerWebSocket> upgrade() {
        answered = true;
        return request.toWebSocket().onComplete(upgraded -> {
            if (upgraded.failed()) {
                abandon();
                return;
            }
            door.answered(this, SafeHeaders.SWITCHING, System.nanoTime() - startedAt);
            over = true;
            door.upgraded(this);
        });
    }

    /** With a body that is everybody's, and takes no memory of its own. */
    void answerShared(Answer page) {
        sharesBody = true;
        answer(page);
    }

    void answer(Answer whole) {
        if (answered || over) return;
        answered = true;
        var answer = reads() ? Compression.apply(whole, request.headers()) : whole;
        door.answered(this, answer.status(), System.nanoTime() - startedAt);
        if (response.closed()) {
            end();
            return;
        }
        try {
            writeHead(answer);
            write(answer);
        } catch (IllegalArgumentException unwritable) {
            // A header that HTTP cannot carry: what a service says must not hold its client up, nor be passed on half.
            response.headers().clear();
            var instead = Answer.problem(bug(unwritable), path(), TraceIds.traceIdOf(traceparent));
            writeHead(instead);
            write(instead);
        }
    }

    private boolean reads() {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    private void write(Answer answer) {
        pace.restart();
        pace.clientsTurn(System.nanoTime());
        var body = answer.body() == null ? Buffer.buffer() : answer.body();
        door.room().leave(this); // what it sent is not needed any more
        door.room().takeAnyhow(this, ANSWER_BYTES + (sharesBody ? 0 : body.length()));
        var written = sendsNoBody(answer, body) ? response.end() : Outflow.send(this, body);
        written.onComplete(done -> afterAnswer());
    }

    private void writeHead(Answer answer) {
        response.setStatusCode(answer.status());
        var headers = response.headers();
        headers.addAll(answer.headers());
        headers.remove(BusHeaders.REFUSAL);
        SafeHeaders.addTo(headers, identity.signedIn(), request.isSSL());
        door.origins().addTo(headers, request.headers());
        headers.set(SafeHeaders.REQUEST_ID, requestId);
        if (standing != null) {
            headers.set(SafeHeaders.RATE_LIMIT_POLICY, standing.policy());
            headers.set(SafeHeaders.RATE_LIMIT, standing.remaining());
        }
        if (door.sendsClientsElsewhere()) closeAfter = true;
        if (closeAfter && !isHttp2()) headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }

    /** A HEAD tells the length of what GET would send; 204 and 304 have no body at all (RFC 9110, section 6.4). */
    private boolean sendsNoBody(Answer answer, Buffer body) {
        if (answer.status() == 204 || answer.status() == 304) return true;
        if (!request.method().equals(HttpMethod.HEAD)) return false;
        response.headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        return true;
    }

    /** What the client still sends is read for a while: to close at once could cost it the answer. */
    private void afterAnswer() {
        if (over) return;
        if (hasBody && !request.isEnded()) new Drain(this, this::end).start();
        else end();
    }

    /** The client is gone, or was too slow. */
    void abandon() {
        if (over) return;
        if (!answered) door.answered(this, SafeHeaders.CLIENT_GONE, System.nanoTime() - startedAt);
        answered = true;
        over = true;
        door.over(this);
    }

    /** Memory for so much more of its body. False: there is none. */
    boolean takeRoom(int bytes) {
        return door.room().take(this, bytes);
    }

    @Override
    public String network() {
        if (network == null) network = IpAddress.clientNetwork(clientAddress());
        return network;
    }

    @Override
    public boolean keepsUsWaiting() {
        return pace.isClientsTurn();
    }

    @Override
    public void cutOff() {
        closeAfter = true;
        abandon();
        // Other requests share an HTTP/2 connection, some of them perhaps other people's.
        if (isHttp2()) response.reset(CANCEL);
        else Connections.cut(request.connection());
    }

    private void end() {
        if (over) return;
        over = true;
        door.over(this);
        if (isHttp2()) endStream();
        else if (closeAfter) request.connection().close();
    }

    /** In HTTP/2 other requests share the connection: only this one's stream ends. Clients sent elsewhere are told goodbye. */
    private void endStream() {
        // What the client did not end would stay open, and a closing door wait for it. The rest is not wanted, and
        // nothing is wrong (RFC 9113, section 8.1).
        if (!request.isEnded() && !response.closed()) response.reset(NO_ERROR);
        if (closeAfter && door.sendsClientsElsewhere()) request.connection().shutdown();
    }

    private boolean isHttp2() {
        return request.version() == HttpVersion.HTTP_2;
    }

    String operation() {
        return route == null ? UNMATCHED : route.id();
    }
}
