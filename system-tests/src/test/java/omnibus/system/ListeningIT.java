package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** From outside nothing can be reached: management, cluster, event bus and stores listen on loopback, each of them. */
class ListeningIT {
    private static final String LISTENING = "0A";
    private static final Set<String> LOOPBACK =
            Set.of("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F");

    /** @param address as the kernel writes it, in hexadecimal */
    private record Listener(String address, int port, String inode) {}

    @Test
    void whatListensListensOnLoopback() {
        Assumptions.assumeTrue(Files.isReadable(Path.of("/proc/net/tcp")), "only Linux tells who listens where");
        var shop = RunningShop.get();
        var sockets = new HashSet<String>();
        for (var process : shop.processes())
            sockets.addAll(socketsOf(process.path("pid").asText()));
        var listeners =
                listeners().stream().filter(it -> sockets.contains(it.inode())).toList();
        var ports = listeners.stream().map(Listener::port).toList();
        for (var process : shop.processes()) {
            var management = process.path("managementPort");
            if (management.asInt() > 0) assertTrue(ports.contains(management.asInt()), process + " of " + ports);
        }
        assertTrue(ports.contains(shop.url().getPort()), "the public port is seen too: " + ports);
        assertEquals(
                List.of(),
                listeners.stream()
                        .filter(it -> !LOOPBACK.contains(it.address()))
                        .toList());
    }

    private static List<Listener> listeners() {
        var found = new ArrayList<Listener>();
        for (var table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (var line : lines(Path.of(table))) {
                var columns = line.strip().split("\\s+");
                if (!columns[3].equals(LISTENING)) continue;
                var local = columns[1].split(":");
                found.add(new Listener(local[0], Integer.parseInt(local[1], 16), columns[9]));
            }
        }
        return found;
    }

    private static List<String> lines(Path table) {
        try {
            return Files.exists(table)
                    ? Files.readAllLines(table).stream().skip(1).toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The inodes of the sockets that a process has open. */
    private static Set<String> socketsOf(String pid) {
        var inodes = new HashSet<String>();
        try (var open = Files.list(Path.of("/proc", pid, "fd"))) {
            for (var file : open.toList()) {
                var target = Files.readSymbolicLink(file).toString();
                if (target.startsWith("socket:[")) inodes.add(target.substring(8, target.length() - 1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inodes;
    }
}
