package omnibus.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The loopback ports of a home: one block of 128 below the range from which the kernel takes ports for outgoing
 * connections. Where the block lies follows from the home's path, so two homes rarely ask for the same one; a block with
 * a stranger in it is passed over. Remembered, so that the stores of a home keep their ports.
 *
 * @param cluster first of {@value #CLUSTER_WINDOW} consecutive ports for members of the cluster
 */
record Ports(int cluster, int postgres, int mongo, int redis, int sandbox) {
    static final int CLUSTER_WINDOW = 24;
    private static final int BLOCK = 128;
    private static final int LOWEST = 15_104;
    private static final int BLOCKS = 128;
    private static final int MANAGEMENT = 32;

    /** The first block, seen from the home's own place, that is free for cluster, stores and sandbox. */
    static Ports choose(Home home, IntPredicate free) {
        int place = Math.floorMod(home.path().toString().hashCode(), BLOCKS);
        return IntStream.range(0, BLOCKS)
                .map(step -> LOWEST + (place + step) % BLOCKS * BLOCK)
                .mapToObj(Ports::at)
                .filter(ports -> ports.allFree(free))
                .findFirst()
                .orElseThrow(() -> Failure.environment(
                        "No block of free ports was found.",
                        "Every block of " + BLOCK + " ports from " + LOWEST + " on has a port in use on loopback.",
                        "End what listens there (ss -ltnp lists it), then run ./omnibus up again."));
    }

    private static Ports at(int base) {
        int stores = base + CLUSTER_WINDOW;
        return new Ports(base, stores, stores + 1, stores + 2, stores + 3);
    }

    boolean allFree(IntPredicate free) {
        return IntStream.range(cluster, cluster + MANAGEMENT).allMatch(free);
    }

    /** A port for a process's health and metrics that neither {@code taken} nor anybody else uses. */
    int management(Set<Integer> taken, IntPredicate free) {
        return IntStream.range(cluster + MANAGEMENT, cluster + BLOCK)
                .filter(port -> !taken.contains(port))
                .filter(free)
                .findFirst()
                .orElseThrow(() -> Failure.environment(
                        "No management port is free.",
                        "All ports from " + (cluster + MANAGEMENT) + " to " + (cluster + BLOCK - 1) + " are in use.",
                        "Scale down, or end what else listens there."));
    }

    int of(Store store) {
        return switch (store) {
            case POSTGRES -> postgres;
            case MONGO -> mongo;
            case REDIS -> redis;
        };
    }

    static boolean freeOnLoopback(int port) {
        return free(InetAddress.getLoopbackAddress().getHostAddress(), port);
    }

    /** Whether a server could listen there now. */
    static boolean free(String host, int port) {
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true); // a port whose last connections are still fading is free
            probe.bind(new InetSocketAddress(host, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
