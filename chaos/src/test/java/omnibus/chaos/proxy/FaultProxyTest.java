package omnibus.chaos.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {
    private static final int PATIENCE_MILLIS = 10_000;
    /** So long nothing comes where nothing must come. */
    private static final int SILENCE_MILLIS = 200;

    private final List<AutoCloseable> open = new ArrayList<>();
    private TestServer echo;
    private FaultProxy proxy;

    @BeforeEach
    void aProxyBeforeAnEcho() throws IOException {
        echo = TestServer.echo();
        proxy = before(echo);
    }

    @AfterEach
    void theEnd() throws Exception {
        for (var it : open) it.close();
        echo.close();
    }

    private FaultProxy before(TestServer server) {
        var made = FaultProxy.start(0, server::address, 7);
        open.add(made);
        return made;
    }

    private Socket connect() throws IOException {
        return connect(proxy);
    }

    private Socket connect(FaultProxy to) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), to.port());
        open.add(socket);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String hear(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), ISO_8859_1);
    }

    /** A line that is known to work. */
    private Socket greeted() throws IOException {
        var socket = connect();
        say(socket, "hello");
        assertEquals("hello", hear(socket, 5));
        return socket;
    }

    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThrows(SocketTimeoutException.class, () -> hear(socket, 1));
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    private static void assertReset(Socket socket) {
        assertThrows(SocketException.class, () -> hear(socket, 1));
    }

    private static void await(BooleanSupplier condition) {
        var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (!condition.getAsBoolean() && System.nanoTime() < until) LockSupport.parkNanos(1_000_000);
        assertTrue(condition.getAsBoolean());
    }

    private static long millis(Act act) throws IOException {
        var start = System.nanoTime();
        act.act();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private interface Act {
        void act() throws IOException;
    }

    @Test
    void aGoodLinePassesEverythingOnUnchangedAndItsEndToo() throws Exception {
        var bytes = new byte[5_000_000];
        new Random(1).nextBytes(bytes);
        var socket = connect();
        var heard = CompletableFuture.supplyAsync(() -> {
            try {
                return socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        assertArrayEquals(bytes, heard.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        await(() -> proxy.connections() == 0);
    }

    @Test
    void aServerThatIsNotReadHasToWait() throws Exception {
        int most = 50_000_000;
        var said = new AtomicLong();
        var read = new CountDownLatch(1);
        try (var talker = TestServer.start(client -> {
            for (var piece = new byte[10_000]; said.get() < most; said.addAndGet(piece.length)) {
                client.getOutputStream().write(piece);
            }
        })) {
            var socket = connect(before(talker));
            var reader = CompletableFuture.supplyAsync(() -> {
                try {
                    read.await();
                    return socket.getInputStream().readAllBytes().length;
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            awaitRest(said);
            assertTrue(said.get() < most, "the server has got rid of everything and nobody has read it");
            read.countDown();
            assertEquals(most, reader.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    /** Until it has grown, and then not for a while. */
    private static void awaitRest(AtomicLong number) {
        var seen = new AtomicLong();
        var since = new AtomicLong();
        await(() -> {
            var now = number.get();
            if (seen.getAndSet(now) != now) since.set(System.nanoTime());
            return seen.get() > 0 && System.nanoTime() - since.get() > TimeUnit.MILLISECONDS.toNanos(SILENCE_MILLIS);
        });
    }

    @Test
    void newConnectionsAreRefusedAndOldOnesGoOn() throws Exception {
        var old = greeted();
        proxy.set(Trouble.refusing());
        assertThrows(ConnectException.class, this::connect);
        say(old, "still");
        assertEquals("still", hear(old, 5));
        proxy.set(Trouble.NONE);
        greeted();
    }

    @Test
    void everythingIsResetNowAndTheNextConnectionWorks() throws Exception {
        var one = greeted();
        var other = greeted();
        proxy.reset(100);
        assertReset(one);
        assertReset(other);
        assertEquals(0, proxy.connections());
        greeted();
    }

    @Test
    void aBlackHoleTakesConnectionsAndPassesNothingOnUntilItIsGone() throws Exception {
        var old = greeted();
        proxy.set(Trouble.holding(Way.TO_SERVER, Way.TO_CLIENT));
        var young = connect();
        say(old, "old");
        say(young, "young");
        assertSilent(old);
        assertSilent(young);
        proxy.set(Trouble.NONE);
        assertEquals("old", hear(old, 3));
        assertEquals("young", hear(young, 5));
    }

    @Test
    void aBlackHoleOfOneWayLetsTheRequestThroughAndKeepsTheReply() throws Exception {
        var arrived = new CountDownLatch(1);
        try (var server = TestServer.start(client -> {
            for (int heard = client.getInputStream().read();
                    heard >= 0;
                    heard = client.getInputStream().read()) {
                client.getOutputStream().write(heard);
                if (heard == 'b') arrived.countDown();
            }
        })) {
            var halfDeaf = before(server);
            var socket = connect(halfDeaf);
            say(socket, "a");
            assertEquals("a", hear(socket, 1));
            halfDeaf.set(Trouble.holding(Way.TO_CLIENT));
            say(socket, "b");
            assertTrue(arrived.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
            assertSilent(socket);
            halfDeaf.set(Trouble.NONE);
            assertEquals("b", hear(socket, 1));
        }
    }

    @Test
    void aBlackHoleOfTheOtherWayKeepsTheRequest() throws Exception {
        var socket = greeted();
        proxy.set(Trouble.holding(Way.TO_SERVER));
        say(socket, "late");
        assertSilent(socket);
        proxy.set(Trouble.NONE);
        assertEquals("late", hear(socket, 4));
    }

    @Test
    void aDelayCountsForEachWayAndKeepsTheOrder() throws Exception {
        var socket = greeted();
        proxy.set(Trouble.delaying(100, 20));
        var took = millis(() -> {
            for (var digit : "0123456789".split("")) say(socket, digit);
            assertEquals("0123456789", hear(socket, 10));
        });
        assertTrue(took >= 160, took + " ms");
        proxy.set(Trouble.NONE);
        greeted();
    }

    @Test
    void aThrottledLinePassesOnlySoManyBytesASecond() throws Exception {
        var socket = greeted();
        proxy.set(Trouble.throttling(20_000));
        var took = millis(() -> {
            say(socket, "x".repeat(10_000));
            assertEquals(10_000, hear(socket, 10_000).length());
        });
        assertTrue(took >= 400 && took < PATIENCE_MILLIS, took + " ms");
    }

    @Test
    void aConnectionIsCutWhenTheServerHasSaidSoMuch() throws Exception {
        var socket = greeted();
        proxy.set(Trouble.cuttingAfter(3));
        say(socket, "abcdef");
        assertEquals("abc", hear(socket, 3));
        assertReset(socket);
    }

    @Test
    void aServerDoesWhatItWasToldAndItsFirstByteIsNotHeard() throws Exception {
        var done = new CountDownLatch(1);
        try (var server = TestServer.start(client -> {
            client.getInputStream().read();
            done.countDown();
            client.getOutputStream().write('k');
            client.getInputStream().readAllBytes();
        })) {
            var deaf = before(server);
            deaf.set(Trouble.cuttingAfter(0));
            var socket = connect(deaf);
            say(socket, "x");
            assertReset(socket);
            assertTrue(done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void theReplyWithTheWordIsLostAndNoOther() throws Exception {
        var socket = greeted();
        proxy.set(Trouble.losing("COMMIT"));
        say(socket, "BEGIN");
        assertEquals("BEGIN", hear(socket, 5));
        say(socket, "C\0COMMIT\0Z");
        assertReset(socket);
    }

    @Test
    void aShareOfConnectionsIsResetAndTheSeedSaysWhich() throws Exception {
        assertEquals(whichAreReset(proxy), whichAreReset(before(echo)));
    }

    private List<Boolean> whichAreReset(FaultProxy shaky) throws IOException {
        shaky.set(Trouble.resetting(50));
        var reset = new ArrayList<Boolean>();
        for (int i = 0; i < 20; i++) reset.add(isReset(shaky));
        assertTrue(reset.contains(true) && reset.contains(false), reset.toString());
        return reset;
    }

    private boolean isReset(FaultProxy shaky) throws IOException {
        try {
            var socket = connect(shaky);
            say(socket, "x");
            return !hear(socket, 1).equals("x");
        } catch (SocketException broken) {
            return true;
        }
    }

    @Test
    void aServerThatIsNotThereLooksLikeABrokenConnection() throws Exception {
        var nowhere = FaultProxy.start(0, () -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), 1);
        open.add(nowhere);
        assertReset(connect(nowhere));
    }

    @Test
    void aServerThatHasMovedIsFoundByTheNextConnection() throws Exception {
        var place = new InetSocketAddress[] {new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)};
        var following = FaultProxy.start(0, () -> place[0], 1);
        open.add(following);
        assertReset(connect(following));
        place[0] = echo.address();
        var socket = connect(following);
        say(socket, "x");
        assertEquals("x", hear(socket, 1));
    }
}
