package omnibus.chaos.drive;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import omnibus.chaos.proxy.FaultProxy;
import omnibus.chaos.proxy.Trouble;
import omnibus.chaos.proxy.Way;

/** The lines from the services to PostgreSQL and to the payment provider, where they lead through proxies. */
final class Network implements AutoCloseable {
    static final String POSTGRES = "postgres";
    static final String PROVIDER = "sandbox";

    private static final Map<String, String> SETTINGS =
            Map.of(POSTGRES, "OMNIBUS_POSTGRES_VIA", PROVIDER, "OMNIBUS_SANDBOX_VIA");

    private final Map<String, FaultProxy> lines;

    private Network(Map<String, FaultProxy> lines) {
        this.lines = lines;
    }

    /** Nothing is in between. */
    static Network direct() {
        return new Network(Map.of());
    }

    /** @param home of the shop, whose {@code ports.json} tells where the servers are, as soon as they are */
    static Network throughProxies(Path home, long seed) {
        return new Network(Map.of(
                POSTGRES, proxy(home, POSTGRES, seed),
                PROVIDER, proxy(home, PROVIDER, seed)));
    }

    private static FaultProxy proxy(Path home, String line, long seed) {
        return FaultProxy.start(ChaosShop.freePort(), () -> server(home, line), seed * 31 + line.hashCode());
    }

    private static InetSocketAddress server(Path home, String line) {
        int port = Json.read(home.resolve("ports.json")).path(line).asInt();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** What the launcher must be told, so that the services take these ways. */
    Map<String, String> settings() {
        return lines.entrySet().stream()
                .collect(Collectors.toMap(
                        line -> SETTINGS.get(line.getKey()),
                        line -> "127.0.0.1:" + line.getValue().port()));
    }

    /** @param bytes how much of a reply that is torn comes through */
    void hurt(String line, String action, int bytes) {
        var proxy = lines.get(line);
        switch (action) {
            case "cut" -> proxy.set(Trouble.holding(Way.TO_SERVER, Way.TO_CLIENT));
            case "deafen" -> proxy.set(Trouble.holding(Way.TO_CLIENT));
            case "refuse" -> {
                proxy.set(Trouble.refusing());
                proxy.reset(100);
            }
            case "reset" -> proxy.reset(100);
            case "delay-100" -> proxy.set(Trouble.delaying(100, 20));
            case "delay-500" -> proxy.set(Trouble.delaying(500, 100));
            case "throttle" -> proxy.set(Trouble.throttling(100_000));
            case "tear" -> proxy.set(Trouble.cuttingAfter(bytes));
            case "lose-replies" ->
                proxy.set(line.equals(POSTGRES) ? Trouble.losing("COMMIT") : Trouble.cuttingAfter(0));
            default -> throw new IllegalArgumentException("A line cannot be hurt by: " + action);
        }
    }

    void calm(String line) {
        lines.get(line).set(Trouble.NONE);
    }

    void calm() {
        lines.keySet().forEach(this::calm);
    }

    @Override
    public void close() {
        lines.values().forEach(FaultProxy::close);
    }
}
