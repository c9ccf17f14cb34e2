package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import omnibus.platform.IpAddress;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bus as browsers see it: every public operation under its name, and the channels of {@link Channels}. It speaks the
 * Vert.x event bus bridge protocol and is nowhere connected to the bus itself, so that nothing else can be reached; a
 * call goes the way of its HTTP request from {@link Admission} on. Lives on one event loop.
 */
final class Bridge {
    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final long RETRY_AFTER_SECONDS = 5;

    private final Platform platform;
    private final Contracts contracts;
    private final Admission admission;
    private final Upstream upstream;
    private final CallLog log;
    private final int maxSockets;
    private final int maxSocketsPerAddress;
    private final Channels channels;
    private final Set<BridgeSocket> sockets = new HashSet<>();
    private final Map<String, Integer> perAddress = new HashMap<>();
    private final long looking;
    private volatile long calls;
    private volatile int callsUnderWay;
    private volatile int open;
    private boolean leaving;

    Bridge(
            Platform platform,
            GatewayConfig config,
            Contracts contracts,
            Admission admission,
            Upstream upstream,
            CallLog log) {
        this.platform = platform;
        this.contracts = contracts;
        this.admission = admission;
        this.upstream = upstream;
        this.log = log;
        this.maxSockets = config.liveSockets();
        this.maxSocketsPerAddress = config.liveSocketsPerAddress();
        this.channels = new Channels(platform);
        looking = platform.vertx().setPeriodic(LOOK_MILLIS, tick -> look());
        platform.metrics().gauge("omnibus.live.sockets", this, bridge -> bridge.open);
    }

    /** Takes the exchange if its path is the bridge's. Throws {@link Problem} for one that asks for the wrong thing. */
    boolean answers(Exchange exchange) {
        var request = exchange.request();
        var path = request.path();
        if (!path.startsWith(SockJs.PREFIX)) return false;
        var framing = SockJs.of(path);
        if (framing.isEmpty()) return false;
        if (!request.method().equals(HttpMethod.GET)) throw Dispatch.methodNotAllowed("GET");
        connect(exchange, framing.get());
        return true;
    }

    private void connect(Exchange exchange, SockJs framing) {
        var request = exchange.request();
        if (exchange.hasBody() || !request.canUpgradeToWebSocket()) {
            exchange.closeAfter();
            throw Problem.invalid("websocket-expected", "This address speaks WebSocket only (RFC 6455).");
        }
        var origin = request.headers().get(HttpHeaders.ORIGIN);
        var authority = request.authority();
        if (!exchange.origins().mayConnect(origin, authority == null ? "" : authority.toString())) {
            throw Problem.forbidden("Scripts of " + origin + " may not connect here.");
        }
        checkRoom(exchange.clientAddress());
        var authorization = request.headers().get(HttpHeaders.AUTHORIZATION);
        var admitted = admission.admitListener(authorization, exchange.clientAddress());
        Dispatch.then(exchange, admitted, () -> {
            if (admitted.failed()) exchange.refuse(admitted.cause());
            else upgrade(exchange, framing, authorization, admitted.result());
        });
    }

    private void checkRoom(String clientAddress) {
        if (leaving) throw Problem.unavailable("This gateway is about to go; connect again.", 1);
        if (open >= maxSockets) {
            throw Problem.unavailable("This gateway has all the connections it can take.", RETRY_AFTER_SECONDS);
        }
        if (perAddress.getOrDefault(IpAddress.clientNetwork(clientAddress), 0) >= maxSocketsPerAddress) {
            throw Problem.limited(
                    "There are " + maxSocketsPerAddress + " connections from this address already.",
                    RETRY_AFTER_SECONDS);
        }
    }

    private void upgrade(Exchange exchange, SockJs framing, String authorization, AccessTokens.Verified token) {
        var visitor = new BridgeSocket.Visitor(exchange.clientAddress(), authorization, token);
        try {
            checkRoom(visitor.clientAddress()); // others have come while this one was looked at
        } catch (Problem refusal) {
            exchange.refuse(refusal);
            return;
        }
        takePlace(visitor.clientAddress());
        exchange.upgrade()
                .onSuccess(webSocket -> {
                    var socket = new BridgeSocket(this, webSocket, framing, visitor);
                    sockets.add(socket);
                    socket.open();
                    if (leaving) socket.leave();
                })
                .onFailure(gone -> leavePlace(visitor.clientAddress()));
    }

    private void takePlace(String clientAddress) {
        open++;
        perAddress.merge(IpAddress.clientNetwork(clientAddress), 1, Integer::sum);
    }

    private void leavePlace(String clientAddress) {
        open--;
        perAddress.computeIfPresent(
                IpAddress.clientNetwork(clientAddress), (address, count) -> count == 1 ? null : count - 1);
    }

    /** Calls the operation whose name the message is addressed to. Fails with a {@link Problem} 403 where there is none. */
    Future<Answer> call(BridgeMessage message, String authorization, String clientAddress) {
        var route = contracts.table().route(message.address());
        if (route == null) {
            return admission
                    .admitReader(clientAddress)
                    .compose(standing -> Future.failedFuture(
                            standing == null || standing.admitted()
                                    ? Problem.forbidden("There is no public operation of this name.")
                                    : standing.refusal()));
        }
        var call = new BridgeCall(route, message, clientAddress);
        calls++;
        callsUnderWay++;
        return Future.succeededFuture()
                .compose(now -> admission.admit(route, authorization, clientAddress))
                .compose(outcome -> {
                    call.standing(outcome.standing());
                    call.tellIfDenied(outcome);
                    return outcome.refusal() == null
                            ? upstream.answer(call.ask(outcome.identity()), call.body())
                            : Future.failedFuture(outcome.refusal());
                })
                .recover(failure -> Future.succeededFuture(
                        call.refused(failure instanceof Problem problem ? problem : bug(message.address(), failure))))
                .map(call::finished)
                .onComplete(answered -> {
                    callsUnderWay--;
                    call.log(log, answered.result().status());
                });
    }

    /** May this caller register for that address? */
    Future<AccessTokens.Verified> admit(String address, String authorization, String clientAddress) {
        return admission.admitListener(authorization, clientAddress).map(token -> {
            Channels.checkAccess(address, token.identity());
            return token;
        });
    }

    Problem bug(String operation, Throwable failure) {
        LOG.atError().addKeyValue("op", operation).setCause(failure).log("a message on the bridge failed");
        return new Problem(
                Problem.Kind.BUG, "internal-error", "Something went wrong on our side. It has been logged.", List.of());
    }

    void subscribe(Feed.Subscription subscription) {
        channels.subscribe(subscription);
    }

    void unsubscribe(Feed.Subscription subscription) {
        channels.unsubscribe(subscription);
    }

    void catchUp(Feed.Subscription subscription) {
        channels.catchUp(subscription);
    }

    boolean isOver(AccessTokens.Verified token) {
        return admission.tokens().isOver(token);
    }

    void later(long millis, Runnable action) {
        platform.vertx().setTimer(millis, tick -> action.run());
    }

    void later(Runnable action) {
        platform.vertx().runOnContext(later -> action.run());
    }

    void ended(BridgeSocket socket) {
        if (sockets.remove(socket)) leavePlace(socket.clientAddress());
    }

    private void look() {
        var now = System.nanoTime();
        for (var socket : List.copyOf(sockets)) {
            try {
                socket.look(now);
            } catch (RuntimeException bug) {
                LOG.error("a connection on the bridge cannot be looked after; it is cut off", bug);
                socket.cutOff();
            }
        }
    }

    /** Calls since the start. */
    long calls() {
        return calls;
    }

    int callsUnderWay() {
        return callsUnderWay;
    }

    int sockets() {
        return open;
    }

    /** From now on nobody connects, and who is connected is asked to connect elsewhere. */
    void drain() {
        leaving = true;
        List.copyOf(sockets).forEach(BridgeSocket::leave);
    }

    Future<Void> close() {
        platform.vertx().cancelTimer(looking);
        drain();
        return channels.close();
    }
}
