package omnibus.chaos.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.internal.nio.Packet;
import com.hazelcast.internal.server.ServerConnection;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CutTest {
    private final Vertx vertx = Vertx.vertx();
    private final Buffer heard = Buffer.buffer();
    private final CountDownLatch firstIsHeld = new CountDownLatch(1);
    private final CountDownLatch firstIsHeard = new CountDownLatch(1);
    private final Promise<Buffer> all = Promise.promise();
    /** Kept, for one that nobody knows any more is closed with its connections. */
    private final NetServer server = vertx.createNetServer();

    private final NetClient client = vertx.createNetClient();
    private NetSocket sender;

    /** Reads as the bus does into which the agent is woven. */
    private final class Reader implements Handler<Buffer> {
        private final NetSocket socket;

        Reader(NetSocket socket) {
            this.socket = socket;
        }

        @Override
        public void handle(Buffer bytes) {
            if (Cut.hears(this, socket, bytes)) {
                firstIsHeld.countDown();
                return;
            }
            heard.appendBuffer(bytes);
            firstIsHeard.countDown();
            if (heard.length() == 4) all.complete(heard);
        }
    }

    @BeforeEach
    void connect() throws Exception {
        await(server.connectHandler(socket -> socket.handler(new Reader(socket)))
                .listen(0, "127.0.0.1"));
        sender = await(client.connect(server.actualPort(), "127.0.0.1"));
    }

    @AfterEach
    void close() throws Exception {
        Line.OF_THIS_JVM.join();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) throw new AssertionError("it does not happen");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void bytesAreHeldOnceAndComeInTheirOrderAlsoWhileOthersStillWait() throws Exception {
        Line.OF_THIS_JVM.cut();
        await(sender.write("ab"));
        await(firstIsHeld);
        await(sender.write("cd"));
        Line.OF_THIS_JVM.holds(() -> await(firstIsHeard));

        Line.OF_THIS_JVM.join();
        assertEquals("abcd", await(all.future()).toString());
    }

    private static ServerConnection connection(List<String> passed, boolean alive) {
        return (ServerConnection) Proxy.newProxyInstance(
                ServerConnection.class.getClassLoader(),
                new Class<?>[] {ServerConnection.class},
                (it, method, with) -> {
                    if (method.getName().equals("isAlive")) return alive;
                    if (method.getName().equals("write")) return passed.add("sent");
                    throw new AssertionError("nobody should ask for " + method);
                });
    }

    @Test
    void packetsWaitForTheLineAndPassInTheirOrder() {
        var passed = new ArrayList<String>();
        var connection = connection(passed, true);
        assertFalse(Cut.sends(connection, new Packet()));
        Line.OF_THIS_JVM.cut();
        assertTrue(Cut.hears(connection, packet -> passed.add("heard"), new Packet()));
        assertTrue(Cut.sends(connection, new Packet()));
        assertEquals(List.of(), passed);

        Line.OF_THIS_JVM.join();
        assertEquals(List.of("heard", "sent"), passed);
    }

    @Test
    void whatCameOnAConnectionThatWasClosedMeanwhileIsLost() {
        var passed = new ArrayList<String>();
        Line.OF_THIS_JVM.cut();
        Cut.hears(connection(passed, false), packet -> passed.add("heard"), new Packet());
        Line.OF_THIS_JVM.join();
        assertEquals(List.of(), passed);
    }

    @Test
    void whileTheLineIsCutNothingAnswersAProbe() throws Exception {
        assertFalse(Cut.silences());
        Line.OF_THIS_JVM.cut();
        assertTrue(Cut.silences());
        Promise<Boolean> answered = Promise.promise();
        vertx.runOnContext(probe -> Cut.noAnswer().onComplete(answered));
        assertFalse(await(answered.future()));
    }
}
