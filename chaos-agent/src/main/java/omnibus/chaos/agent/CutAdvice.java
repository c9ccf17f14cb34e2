package omnibus.chaos.agent;

import com.hazelcast.internal.networking.OutboundFrame;
import com.hazelcast.internal.nio.Packet;
import com.hazelcast.internal.server.ServerConnection;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/** Copied into the methods of {@link Seam}: while the line is cut, these do not happen, and look to their callers as if they had. */
final class CutAdvice {
    private CutAdvice() {}

    static final class SendPacket {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(@Advice.This ServerConnection connection, @Advice.Argument(0) OutboundFrame packet) {
            return Cut.sends(connection, packet);
        }

        @Advice.OnMethodExit
        static void exit(@Advice.Enter boolean held, @Advice.Return(readOnly = false) boolean sent) {
            if (held) sent = true;
        }
    }

    static final class HearPacket {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.FieldValue("connection") ServerConnection connection,
                @Advice.FieldValue(value = "dst", typing = Assigner.Typing.DYNAMIC) Consumer<Packet> dispatcher,
                @Advice.Argument(0) Packet packet) {
            return Cut.hears(connection, dispatcher, packet);
        }
    }

    static final class SendMessage {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(@Advice.FieldValue("socket") NetSocket socket, @Advice.Argument(0) Object message) {
            return Cut.sends(socket, message);
        }

        @Advice.OnMethodExit
        static void exit(@Advice.Enter boolean held, @Advice.Return(readOnly = false) Future<Void> written) {
            if (held) written = Future.succeededFuture();
        }
    }

    static final class HearBytes {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.This Handler<Buffer> reader,
                @Advice.FieldValue("socket") NetSocket socket,
                @Advice.Argument(0) Buffer bytes) {
            return Cut.hears(reader, socket, bytes);
        }
    }

    static final class Probe {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return Cut.silences();
        }

        @Advice.OnMethodExit
        static void exit(@Advice.Enter boolean silent, @Advice.Return(readOnly = false) Future<Boolean> answered) {
            if (silent) answered = Cut.noAnswer();
        }
    }
}
