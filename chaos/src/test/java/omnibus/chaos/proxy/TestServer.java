package omnibus.chaos.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Does the same with each of its connections, each on a thread of its own. */
final class TestServer implements AutoCloseable {
    interface Service {
        void serve(Socket client) throws IOException;
    }

    private final ServerSocket door;
    private final Service service;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

    private TestServer(Service service) throws IOException {
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.service = service;
    }

    static TestServer start(Service service) throws IOException {
        var server = new TestServer(service);
        run(server::welcome);
        return server;
    }

    /** Says what it hears. */
    static TestServer echo() throws IOException {
        return start(client -> client.getInputStream().transferTo(client.getOutputStream()));
    }

    private void welcome() throws IOException {
        while (true) {
            var client = door.accept();
            clients.add(client);
            run(() -> {
                try (client) {
                    service.serve(client);
                }
            });
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException over) {
                return; // somebody broke the connection: that is what the tests are about
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) door.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (var client : clients) client.close();
    }
}
