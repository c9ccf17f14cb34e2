package omnibus.chaos.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Listens on a port of loopback and passes everything on to a server, in the way the {@link Trouble} of the moment allows.
 * Calls return when they have taken effect.
 */
public final class FaultProxy implements AutoCloseable {
    private final ByteBuffer buffer = Pipe.buffer();
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Supplier<InetSocketAddress> server;
    private final SplittableRandom random;
    private final Loop loop;
    private final Door door;
    private Trouble trouble = Trouble.NONE;

    private FaultProxy(Loop loop, int port, Supplier<InetSocketAddress> server, long seed) {
        this.loop = loop;
        this.server = server;
        this.random = new SplittableRandom(seed);
        this.door = new Door(loop, port, this::welcome);
    }

    /**
     * Begins to listen.
     *
     * @param port 0 for any that is free
     * @param server asked for each connection: after a restart it may be elsewhere
     * @param seed of what is left to chance: jitter, and which connections are reset
     */
    public static FaultProxy start(int port, Supplier<InetSocketAddress> server, long seed) {
        try {
            var proxy = new FaultProxy(Loop.start("fault-proxy"), port, server, seed);
            proxy.set(Trouble.NONE);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return loop.call(door::port);
    }

    /** From now on this is wrong, and nothing else. */
    public void set(Trouble next) {
        loop.call(() -> {
            trouble = next;
            if (next.refuse()) door.shut();
            else door.open();
            List.copyOf(connections).forEach(it -> it.suffer(next));
            return null;
        });
    }

    /** Resets connections that are there now, each with this chance; new ones are none of its business. */
    public void reset(int percent) {
        loop.call(() -> {
            List.copyOf(connections).stream().filter(it -> drawn(percent)).forEach(Connection::reset);
            return null;
        });
    }

    /** How many there are now. */
    public int connections() {
        return loop.call(connections::size);
    }

    private boolean drawn(int percent) {
        return random.nextInt(100) < percent;
    }

    private void welcome(SocketChannel client) {
        try {
            var toServer = new Pipe(Way.TO_SERVER, random, buffer);
            var toClient = new Pipe(Way.TO_CLIENT, random, buffer);
            var connection = new Connection(loop, client, server, toServer, toClient, connections::remove);
            connections.add(connection);
            if (drawn(trouble.resetPercent())) connection.reset();
            else connection.suffer(trouble);
        } catch (IOException leftAgain) {
            return;
        }
    }

    @Override
    public void close() {
        loop.call(() -> {
            door.shut();
            List.copyOf(connections).forEach(Connection::reset);
            return null;
        });
        loop.close();
    }
}
