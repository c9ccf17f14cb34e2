package omnibus.chaos.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/** Where clients come in, on loopback. Shut, nobody listens there and whoever comes is refused by the kernel. */
final class Door {
    private static final int BACKLOG = 1_024;

    private final Loop loop;
    private final Consumer<SocketChannel> guests;
    private InetSocketAddress place;
    private ServerSocketChannel listening;

    /** @param port 0 for any that is free; the same one each time it opens */
    Door(Loop loop, int port, Consumer<SocketChannel> guests) {
        this.loop = loop;
        this.place = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.guests = guests;
    }

    int port() {
        return place.getPort();
    }

    void open() {
        if (listening != null) return;
        try {
            var channel = ServerSocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(place, BACKLOG);
            channel.configureBlocking(false);
            channel.register(loop.selector(), SelectionKey.OP_ACCEPT, (Runnable) this::letIn);
            place = (InetSocketAddress) channel.getLocalAddress();
            listening = channel;
        } catch (IOException e) {
            throw new UncheckedIOException("The proxy cannot listen on " + place + ": " + e.getMessage(), e);
        }
    }

    private void letIn() {
        try {
            for (var guest = listening.accept(); guest != null; guest = listening.accept()) guests.accept(guest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void shut() {
        if (listening == null) return;
        try {
            listening.close();
            loop.selector().selectNow(); // a registered channel is not closed before
            listening = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
