package omnibus.chaos.agent;

import com.hazelcast.internal.networking.OutboundFrame;
import com.hazelcast.internal.nio.Packet;
import com.hazelcast.internal.server.ServerConnection;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.impl.clustered.ClusteredMessage;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;

/** What woven code asks of the line. True means that what it was about to do waits for the line. */
public final class Cut {
    /** As long as the platform waits for a connection. */
    private static final long CONNECT_MILLIS = 1_000;

    /** On an event loop that hears what was held: it is not held again, for the rest would overtake it. */
    private static final ThreadLocal<Boolean> HEARING_LATE = ThreadLocal.withInitial(() -> false);

    private Cut() {}

    public static boolean sends(ServerConnection connection, OutboundFrame packet) {
        return Line.OF_THIS_JVM.holds(() -> connection.write(packet));
    }

    public static boolean hears(ServerConnection connection, Consumer<Packet> dispatcher, Packet packet) {
        return Line.OF_THIS_JVM.holds(() -> {
            if (connection.isAlive()) dispatcher.accept(packet.setConn(connection));
        });
    }

    public static boolean sends(NetSocket socket, Object message) {
        if (!Line.OF_THIS_JVM.isBusy()) return false;
        var bytes = ((ClusteredMessage<?, ?>) message).encodeToWire();
        return Line.OF_THIS_JVM.holds(() -> socket.write(bytes));
    }

    /** The first bytes are held here, what follows them where the kernel keeps it: nothing overtakes on a connection. */
    public static boolean hears(Handler<Buffer> reader, NetSocket socket, Buffer bytes) {
        if (!Line.OF_THIS_JVM.isBusy() || HEARING_LATE.get()) return false;
        var context = Vertx.currentContext();
        var held = Line.OF_THIS_JVM.holds(() -> context.runOnContext(back -> hearLate(reader, socket, bytes)));
        if (held) socket.pause();
        return held;
    }

    private static void hearLate(Handler<Buffer> reader, NetSocket socket, Buffer bytes) {
        HEARING_LATE.set(true);
        try {
            reader.handle(bytes);
        } finally {
            HEARING_LATE.set(false);
            socket.resume();
        }
    }

    public static boolean silences() {
        return Line.OF_THIS_JVM.isBusy();
    }

    public static Future<Boolean> noAnswer() {
        return Vertx.currentContext().owner().timer(CONNECT_MILLIS).map(false);
    }
}
