package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import omnibus.platform.Problem;

/**
 * One browser on the bridge: what it sends, what it has registered for, how far behind it is. Messages are read only
 * while few calls are under way, so that nobody piles up work here. Lives on one event loop.
 */
final class BridgeSocket {
    static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final int MAX_CHANNELS = 20;
    private static final int MAX_UNDER_WAY = 16;
    private static final int MESSAGES_PER_SECOND = 100;
    private static final long SILENCE_NANOS = 60_000_000_000L;
    private static final long HEARTBEAT_NANOS = 25_000_000_000L;
    private static final long BEHIND_NANOS = 15_000_000_000L;
    private static final long CLOSE_MILLIS = 2_000;
    /** A message that comes in parts is kept here until its last one. */
    private static final long MESSAGE_NANOS = 10_000_000_000L;

    /** Close codes of WebSocket (RFC 6455, section 7.4.1), and from 4000 on of ours. */
    enum Close {
        POLICY(1008, "malformed or too many messages"),
        TOO_LARGE(1009, "a message has 64 KiB at most"),
        SLOW(4408, "silent, or slower than what happens"),
        RESTART(1012, "this gateway goes; connect again"),
        TOKEN_OVER(4401, "the access token is over; connect again with a new one");

        private final int code;
        private final String reason;

        Close(int code, String reason) {
            this.code = code;
            this.reason = reason;
        }
    }

    private final Bridge bridge;
    private final ServerWebSocket socket;
    private final SockJs framing;
    private final Visitor visitor;
    private final TokenBucket messages;
    private Map<String, Feed.Subscription> channels = Map.of();
    private Map<String, BridgeMessage> registering = Map.of();
    private long heardAt;
    private long begunAt;
    private long toldAt;
    private long pingedAt;
    private long behindSince;
    private int underWay;
    private boolean leaving;
    private boolean over;

    /**
     * Who connected.
     *
     * @param authorization shown with that, or null; it counts for messages that show none of their own
     */
    record Visitor(String clientAddress, String authorization, AccessTokens.Verified token) {}

    BridgeSocket(Bridge bridge, ServerWebSocket socket, SockJs framing, Visitor visitor) {
        this.bridge = bridge;
        this.socket = socket;
        this.framing = framing;
        this.visitor = visitor;
        var now = System.nanoTime();
        messages = new TokenBucket(MESSAGES_PER_SECOND, now);
        heardAt = now;
        toldAt = now;
        pingedAt = now;
    }

    void open() {
        socket.frameHandler(this::count)
                .textMessageHandler(this::hear)
                .binaryMessageHandler(bytes -> close(Close.POLICY))
                .drainHandler(drained -> goOn())
                .exceptionHandler(broken -> close(Close.TOO_LARGE))
                .closeHandler(closed -> end());
        if (framing.opening() != null) write(framing.opening());
    }

    /** Frames of every kind count: a ping costs an answer too. */
    private void count(WebSocketFrame frame) {
        count();
        var part = frame.isText() || frame.isBinary() || frame.isContinuation();
        if (!part) return;
        if (frame.isFinal()) begunAt = 0;
        else if (begunAt == 0) begunAt = heardAt;
    }

    private void count() {
        heardAt = System.nanoTime();
        if (!messages.take(heardAt)) close(Close.POLICY);
    }

    private void goOn() {
        behindSince = 0;
        readOn();
        List.copyOf(channels.values()).forEach(bridge::catchUp);
    }

    /** Nobody who does not take what is there already, or has enough under way, is listened to. */
    private void readOn() {
        if (over) return;
        if (behindSince != 0 || underWay >= MAX_UNDER_WAY) socket.pause();
        else socket.resume();
    }

    String clientAddress() {
        return visitor.clientAddress;
    }

    private void hear(String frame) {
        try {
            var texts = framing.texts(frame);
            if (texts.size() > MAX_UNDER_WAY)
                throw Problem.invalid("malformed-frame", "A frame has 16 messages at most.");
            for (var i = 1; i < texts.size(); i++) count();
            for (var text : texts) take(BridgeMessage.parse(text));
        } catch (Problem malformed) {
            send(BridgeMessage.error("", malformed.status(), malformed.code(), malformed.getMessage()));
            close(Close.POLICY);
        }
    }

    private void take(BridgeMessage message) {
        if (over || leaving) return;
        switch (message.type()) {
            case "ping" -> send("{\"type\":\"pong\"}");
            case "send" -> call(message);
            case "register" -> register(message);
            case "unregister" -> unregister(message.address());
            default -> deny(message, Problem.forbidden("Clients send, register, unregister and ping; nothing else."));
        }
    }

    private void call(BridgeMessage message) {
        work(bridge.call(message, authorizationOf(message), visitor.clientAddress))
                .onSuccess(answer -> {
                    if (message.replyAddress() != null) send(BridgeMessage.reply(message.replyAddress(), answer));
                })
                .onFailure(refusal -> deny(message, refusal));
    }

    private String authorizationOf(BridgeMessage message) {
        var own = message.headers().get("Authorization");
        return own == null ? visitor.authorization : own;
    }

    private <T> Future<T> work(Future<T> work) {
        underWay++;
        readOn();
        return work.onComplete(done -> {
            underWay--;
            readOn();
            if (underWay == 0 && leaving) bridge.later(() -> close(Close.RESTART));
        });
    }

    private void register(BridgeMessage message) {
        var address = message.address();
        if (!channels.containsKey(address) && channels.size() + registering.size() >= MAX_CHANNELS) {
            deny(message, Problem.limited("One connection may register for 20 addresses.", 1));
            return;
        }
        var after = Optional.ofNullable(message.headers().get("after")).map(Feed.Sequence::parse);
        if (after.isPresent() && after.get().isEmpty()) {
            deny(message, Problem.invalid("malformed-sequence", "after is the sequence of a message you have got."));
            return;
        }
        if (registering.isEmpty()) registering = new HashMap<>(2);
        registering.put(address, message);
        work(bridge.admit(address, authorizationOf(message), visitor.clientAddress))
                .onComplete(admitted -> {
                    // Who has unregistered meanwhile, or asked again, wants this one no more.
                    if (!registering.remove(address, message)) return;
                    if (admitted.failed()) deny(message, admitted.cause());
                    else subscribe(new Feed.Subscription(address, this, admitted.result(), after.flatMap(it -> it)));
                });
    }

    private void subscribe(Feed.Subscription subscription) {
        if (over) return;
        unregister(subscription.address());
        if (channels.isEmpty()) channels = new LinkedHashMap<>(2);
        channels.put(subscription.address(), subscription);
        bridge.subscribe(subscription);
    }

    private void unregister(String address) {
        if (!registering.isEmpty()) registering.remove(address);
        var known = channels.isEmpty() ? null : channels.remove(address);
        if (known != null) bridge.unsubscribe(known);
    }

    private void deny(BridgeMessage message, Throwable refusal) {
        var problem = refusal instanceof Problem known ? known : bridge.bug(message.address(), refusal);
        var address = message.type().equals("send") ? message.replyAddress() : message.address();
        var kind = problem.kind() == Problem.Kind.FORBIDDEN || problem.kind() == Problem.Kind.UNAUTHENTICATED
                ? "access_denied"
                : problem.code();
        send(BridgeMessage.error(address == null ? "" : address, problem.status(), kind, problem.getMessage()));
    }

    void send(Feed.Message message) {
        write(message.in(framing));
    }

    private void send(String text) {
        write(framing.frame(text));
    }

    private void write(String frame) {
        if (isGone()) return;
        toldAt = System.nanoTime();
        socket.writeTextMessage(frame);
        seeWhetherBehind();
    }

    private void seeWhetherBehind() {
        if (behindSince != 0 || !socket.writeQueueFull()) return;
        behindSince = System.nanoTime();
        readOn();
    }

    /** Closed, or about to be: its last word has come, and it takes no more of ours. */
    private boolean isGone() {
        return over || socket.isClosed();
    }

    /** Does it take no more at the moment? */
    boolean isBehind() {
        return behindSince != 0 || isGone();
    }

    /** Once a second: who is gone without a word, too slow, or no longer who it was. */
    void look(long now) {
        if (!isGone()) seeWhetherBehind();
        var slow = behindSince != 0 && now - behindSince > BEHIND_NANOS;
        var unfinished = begunAt != 0 && now - begunAt > MESSAGE_NANOS;
        if (slow || unfinished || now - heardAt > SILENCE_NANOS) {
            cutOff();
        } else if (bridge.isOver(visitor.token)
                || channels.values().stream().anyMatch(it -> bridge.isOver(it.token()))) {
            close(Close.TOKEN_OVER);
        } else if (!isGone()) {
            beat(now);
        }
    }

    /** A ping is answered by whoever is still there: a browser does it by itself (RFC 6455, section 5.5.2). */
    private void beat(long now) {
        if (framing.heartbeat() != null && now - toldAt > HEARTBEAT_NANOS) write(framing.heartbeat());
        if (now - Math.max(heardAt, pingedAt) <= HEARTBEAT_NANOS) return;
        pingedAt = now;
        socket.writePing(Buffer.buffer());
    }

    /** Closes when what is under way is answered. */
    void leave() {
        leaving = true;
        if (underWay == 0) close(Close.RESTART);
    }

    void close(Close why) {
        if (over) return;
        var gone = isGone();
        end();
        if (!gone) {
            var last = framing.closing(why.code, why.reason);
            if (last != null) socket.writeTextMessage(last);
            socket.close((short) why.code, why.reason);
        }
        // A close that waits behind what nobody reads would wait for ever.
        bridge.later(
                CLOSE_MILLIS,
                () -> ((WebSocketInternal) socket).channelHandlerContext().close());
    }

    /** It would not read a last word in time, or ever. */
    void cutOff() {
        close(Close.SLOW);
    }

    private void end() {
        if (over) return;
        over = true;
        channels.values().forEach(bridge::unsubscribe);
        channels = Map.of();
        registering = Map.of();
        bridge.ended(this);
    }
}
