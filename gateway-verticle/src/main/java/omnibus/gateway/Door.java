package omnibus.gateway;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import omnibus.platform.IpAddress;
import omnibus.platform.Problem;

/**
 * The HTTP server: its limits, its connections and their patience. Gateways of one machine share the port
 * (SO_REUSEPORT). Once a second it cuts off who is too slow: in sending a head or a body, or in taking an answer.
 */
final class Door {
    private static final long SWEEP_MILLIS = 1_000;
    private static final long CLOSE_SECONDS = 20;
    /** After which a WebSocket that was closed is cut, read or not. */
    private static final int WEB_SOCKET_CLOSE_SECONDS = 2;

    private static final int SEND_BUFFER_BYTES = 64 * 1024;
    private static final long HANDSHAKE_SECONDS = 5;

    private static final long LATE_NANOS = 1_000_000_000L;
    /** Where plain HTTP is left, for this machine, once there is HTTPS for the others. */
    private static final String LOOPBACK = "127.0.0.1";

    /** The request line is the URI, a method and a version. */
    private static final int LINE_SLACK = 32;

    private final Vertx vertx;
    private final GatewayConfig config;
    private final CallLog log;
    private final BooleanSupplier cutOff;
    private final Connections connections;
    private final Room room;
    private final Set<Channel> gated = new HashSet<>();
    private final Set<Exchange> underWay = new HashSet<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private int securePort;
    private long sweeping = -1;
    private long sweptAt;
    private boolean draining;
    /** Written on the event loop alone, read anywhere. */
    private volatile long calls;

    private volatile int exchangesUnderWay;

    /** @param cutOff whether this gateway has lost most of the cluster */
    Door(Vertx vertx, GatewayConfig config, CallLog log, BooleanSupplier cutOff) {
        this.vertx = vertx;
        this.config = config;
        this.log = log;
        this.cutOff = cutOff;
        this.room = new Room(config.bodyBytes());
        this.connections = new Connections(config.connections(), config.connectionsPerAddress());
    }

    /** Listens, and hands every well-formed request to {@code handler}. Answers the plain port. */
    Future<Integer> open(Consumer<Exchange> handler) {
        sweptAt = System.nanoTime();
        sweeping = vertx.setPeriodic(SWEEP_MILLIS, tick -> sweep());
        if (config.tls().isEmpty()) return listen(options(), config.port(), config.host(), handler);
        var tls = config.tls().get();
        return listen(tls.applyTo(options()), tls.port(), config.host(), handler)
                .onSuccess(port -> securePort = port)
                .compose(secure -> listen(options(), config.port(), LOOPBACK, handler));
    }

    private Future<Integer> listen(HttpServerOptions options, int port, String host, Consumer<Exchange> handler) {
        var server = vertx.createHttpServer(options)
                .connectionHandler(this::connected)
                .invalidRequestHandler(request -> refuseUnreadable(begin(request)))
                .requestHandler(request -> handler.accept(begin(request)));
        servers.add(server);
        return server.listen(port, host).map(HttpServer::actualPort);
    }

    /** The port of HTTPS, 0 where it is off. */
    int securePort() {
        return securePort;
    }

    Origins origins() {
        return config.origins();
    }

    /** The address a request comes from, as the peer or a proxy of ours saw it. */
    String clientOf(HttpServerRequest request) {
        return config.proxies()
                .clientOf(hostOf(request.remoteAddress()), request.headers().getAll("X-Forwarded-For"));
    }

    private static String hostOf(SocketAddress address) {
        return address == null || address.hostAddress() == null ? "" : address.hostAddress();
    }

    /** Where the bodies of what is under way are. */
    Room room() {
        return room;
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions()
                .setReusePort(true)
                .setTcpNoDelay(true)
                // What a client does not take is kept by the kernel up to this, and a slow one is heard of every third
                // of it.
                .setSendBufferSize(SEND_BUFFER_BYTES)
                .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setMaxInitialLineLength(RequestHead.MAX_URI_CHARS + LINE_SLACK)
                .setMaxHeaderSize(RequestHead.MAX_HEADER_BYTES)
                .setHttp2ClearTextEnabled(false)
                .setMaxWebSocketFrameSize(BridgeSocket.MAX_MESSAGE_BYTES)
                .setMaxWebSocketMessageSize(BridgeSocket.MAX_MESSAGE_BYTES)
                .setWebSocketClosingTimeout(WEB_SOCKET_CLOSE_SECONDS)
                // Handlers that every request would pass for nothing; idle connections are the sweep's business.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }

    Vertx vertx() {
        return vertx;
    }

    boolean isDraining() {
        return draining;
    }

    /** Then every answer ends its connection: who comes back may come to another gateway. */
    boolean sendsClientsElsewhere() {
        return draining || cutOff.getAsBoolean();
    }

    void drain() {
        draining = true;
    }

    /** Takes no more connections, finishes what is under way, closes. */
    Future<Void> close() {
        vertx.cancelTimer(sweeping);
        return Future.join(servers.stream()
                        .map(server -> server.shutdown(CLOSE_SECONDS, TimeUnit.SECONDS))
                        .toList())
                .mapEmpty();
    }

    private void connected(HttpConnection connection) {
        var server = ((HttpServerConnection) connection)
                .channelHandlerContext()
                .channel()
                .parent();
        // The server's own socket is at hand from its first connection on.
        if (gated.add(server)) server.pipeline().addFirst(new AcceptGate(config));
        var peer = hostOf(connection.remoteAddress());
        connections.opened(connection, config.proxies().isOneOfOurs(peer) ? "" : IpAddress.clientNetwork(peer));
    }

    private Exchange begin(HttpServerRequest request) {
        var exchange = new Exchange(request, this);
        connections.begins(request.connection());
        underWay.add(exchange);
        exchangesUnderWay = underWay.size();
        calls++;
        return exchange;
    }

    void answered(Exchange exchange, int status, long nanos) {
        log.answered(exchange.operation(), status, nanos, exchange.requestId(), exchange.traceparent());
    }

    void over(Exchange exchange) {
        if (!underWay.remove(exchange)) return;
        exchangesUnderWay = underWay.size();
        room.leave(exchange);
        connections.ends(exchange.request().connection());
    }

    /** Not a request any more. Its connection is a WebSocket's from now on, whose end only the WebSocket is told of. */
    void upgraded(Exchange exchange) {
        connections.forget(exchange.request().connection());
        room.leave(exchange);
        underWay.remove(exchange);
        exchangesUnderWay = underWay.size();
    }

    /** Requests since the start. */
    long calls() {
        return calls;
    }

    int connections() {
        return connections.size();
    }

    int exchangesUnderWay() {
        return exchangesUnderWay;
    }

    private void sweep() {
        var now = System.nanoTime();
        var late = now - sweptAt - TimeUnit.MILLISECONDS.toNanos(SWEEP_MILLIS);
        sweptAt = now;
        if (late > LATE_NANOS) {
            forgive(late);
            return;
        }
        List.copyOf(underWay).stream()
                .filter(exchange -> exchange.pace().tooSlow(now))
                .forEach(Exchange::cutOff);
        connections.sweep(now);
    }

    /** We were held up ourselves: what clients sent meanwhile is not read yet, and nobody is judged for it. */
    private void forgive(long nanos) {
        underWay.forEach(exchange -> exchange.pace().forgive(nanos));
        connections.forgive(nanos);
    }

    private static void refuseUnreadable(Exchange exchange) {
        var cause = exchange.request().decoderResult().cause();
        exchange.closeAfter();
        if (cause instanceof TooLongHttpLineException) exchange.refuse(RequestHead.uriTooLong());
        else if (cause instanceof TooLongHttpHeaderException) exchange.refuse(RequestHead.headersTooLarge());
        else exchange.refuse(Problem.invalid("malformed-request", "This is not a well-formed HTTP/1.1 request."));
    }
}
