package omnibus.chaos.proxy;

import static java.nio.channels.SelectionKey.OP_CONNECT;
import static java.nio.channels.SelectionKey.OP_READ;
import static java.nio.channels.SelectionKey.OP_WRITE;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A client's connection and the one to the server that belongs to it: they break, end and wait together. */
final class Connection {
    private final Loop loop;
    private final Supplier<InetSocketAddress> place;
    private final Pipe toServer;
    private final Pipe toClient;
    private final Consumer<Connection> whenGone;
    private final SocketChannel client;
    private final SocketChannel server;
    private final SelectionKey clientKey;
    private final SelectionKey serverKey;
    private boolean gone;
    private boolean alarmSet;
    private long alarmNanos;

    /** @param place where the server is, asked when the connection to it is made */
    Connection(
            Loop loop,
            SocketChannel client,
            Supplier<InetSocketAddress> place,
            Pipe toServer,
            Pipe toClient,
            Consumer<Connection> whenGone)
            throws IOException {
        this.loop = loop;
        this.client = client;
        this.place = place;
        this.toServer = toServer;
        this.toClient = toClient;
        this.whenGone = whenGone;
        this.server = SocketChannel.open();
        this.clientKey = register(client);
        this.serverKey = register(server);
    }

    private SelectionKey register(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        return channel.register(loop.selector(), 0, (Runnable) this::move);
    }

    void suffer(Trouble trouble) {
        toServer.suffer(trouble);
        toClient.suffer(trouble);
        move();
    }

    /** Moves what can be moved now, and sees to it that the rest is not forgotten. */
    private void move() {
        if (gone) return;
        try {
            if (!connected()) {
                serverKey.interestOps(server.isConnectionPending() ? OP_CONNECT : 0);
                return;
            }
            boolean whole = toServer.move(client, server) && toClient.move(server, client);
            if (!whole) reset();
            else if (toServer.over() && toClient.over()) close();
            else watch();
        } catch (IOException broken) {
            reset();
        }
    }

    /** A held line does not even carry the wish for a connection. */
    private boolean connected() throws IOException {
        if (server.isConnected()) return true;
        if (toServer.held() || toClient.held()) return false;
        return server.isConnectionPending() ? server.finishConnect() : server.connect(place.get());
    }

    private void watch() {
        clientKey.interestOps(interest(toServer, toClient));
        serverKey.interestOps(interest(toClient, toServer));
        Stream.of(toServer, toClient)
                .map(Pipe::nextNanos)
                .flatMapToLong(next -> next.isPresent() ? LongStream.of(next.getAsLong()) : LongStream.empty())
                .forEach(this::wake);
    }

    private static int interest(Pipe from, Pipe to) {
        return (from.hungry() ? OP_READ : 0) | (to.full() ? OP_WRITE : 0);
    }

    private void wake(long atNanos) {
        if (alarmSet && alarmNanos - atNanos <= 0) return;
        alarmSet = true;
        alarmNanos = atNanos;
        loop.at(atNanos, () -> {
            alarmSet = false;
            move();
        });
    }

    /** Both ends are told that the connection broke, not that it ended. */
    void reset() {
        try {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            server.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException alreadyBroken) {
            // then there is nobody left to tell
        }
        close();
    }

    private void close() {
        gone = true;
        whenGone.accept(this);
        for (var channel : List.of(client, server)) {
            try {
                channel.close();
            } catch (IOException alreadyBroken) {
                continue;
            }
        }
    }
}
