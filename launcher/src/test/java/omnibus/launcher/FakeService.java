package omnibus.launcher;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Behaves like a process of the shop as far as the launcher can see: health on the management port, an end on SIGTERM.
 * A file {@code OMNIBUS_HOME/fake/<service>} tells it to misbehave: {@code fail}, {@code sick}, {@code stubborn},
 * {@code unready}.
 */
public final class FakeService {
    private FakeService() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        var env = System.getenv();
        var home = Path.of(env.get("OMNIBUS_HOME"));
        var instance = env.get("OMNIBUS_INSTANCE");
        var service = instance.substring(0, instance.lastIndexOf('-'));
        var order = home.resolve("fake").resolve(service);
        System.out.println(instance + " says hello; its stores are "
                + env.keySet().stream()
                        .filter(key -> key.matches("OMNIBUS_(POSTGRES|MONGO|REDIS)_URL"))
                        .sorted()
                        .toList());
        if (told(order, "fail")) {
            System.out.println("the reason why " + service + " cannot start");
            System.exit(78);
        }
        if (told(order, "stubborn")) ignoreSigterm();
        if (service.equals("stores")) describeStores(home, env);
        serve(Integer.parseInt(env.get("OMNIBUS_MANAGEMENT_PORT")), order);
        if (env.containsKey("OMNIBUS_HTTP_PORT")) serve(Integer.parseInt(env.get("OMNIBUS_HTTP_PORT")), order);
        Thread.currentThread().join();
    }

    private static boolean told(Path order, String what) throws IOException {
        return Files.exists(order) && Files.readString(order).contains(what);
    }

    private static void ignoreSigterm() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                Thread.currentThread().join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private static void describeStores(Path home, Map<String, String> env) {
        var store = new StoreServers.Server(
                "mongo",
                "emulated",
                ProcessHandle.current().pid(),
                Integer.parseInt(env.get("OMNIBUS_STORES_MONGO_PORT")),
                "mongodb://127.0.0.1/omnibus_product",
                null);
        new Home(home).write(home.resolve("run/stores.json"), new StoreServers(store.pid(), List.of(store)));
    }

    private static void serve(int port, Path order) throws IOException {
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/health", exchange -> {
            boolean live = exchange.getRequestURI().getPath().endsWith("live");
            boolean bad = told(order, live ? "sick" : "unready");
            exchange.sendResponseHeaders(bad ? 503 : 200, -1);
            exchange.close();
        });
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }
}
