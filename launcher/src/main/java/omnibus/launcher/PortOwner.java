package omnibus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Who listens on a port, as far as the system tells this user. */
final class PortOwner {
    private static final String LISTENING = "0A";

    private PortOwner() {}

    /** The process in words, such as "nginx (pid 812)". */
    static Optional<String> of(int port) {
        return pid(port).map(PortOwner::describe);
    }

    static Optional<Long> pid(int port) {
        return pids(port).stream().findFirst();
    }

    /** All that hold the listening socket, lowest first: children may have inherited it. */
    static List<Long> pids(int port) {
        var sockets = sockets(port);
        if (sockets.isEmpty()) return List.of();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .filter(process -> holds(process, sockets))
                    .map(process -> Long.valueOf(process.getFileName().toString()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Set<String> sockets(int port) {
        var hex = String.format(Locale.ROOT, ":%04X", port);
        var sockets = new HashSet<String>();
        for (var table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                lines.map(line -> line.strip().split("\\s+"))
                        .filter(field -> field.length > 9 && field[1].endsWith(hex) && field[3].equals(LISTENING))
                        .forEach(field -> sockets.add("socket:[" + field[9] + "]"));
            } catch (IOException noSuchTable) {
                return sockets;
            }
        }
        return sockets;
    }

    private static boolean holds(Path process, Set<String> sockets) {
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.anyMatch(descriptor -> {
                try {
                    return sockets.contains(Files.readSymbolicLink(descriptor).toString());
                } catch (IOException closedMeanwhile) {
                    return false;
                }
            });
        } catch (IOException | java.io.UncheckedIOException notOurs) {
            return false;
        }
    }

    private static String describe(long pid) {
        var handle = ProcessHandle.of(pid);
        var program = handle.flatMap(it -> it.info().command())
                .map(command -> Path.of(command).getFileName().toString())
                .orElse("a process");
        var ofShop = Strays.variable(pid, "OMNIBUS_HOME").map(home -> ", of the shop in " + home);
        return program + " (pid " + pid + ofShop.orElse("") + ")";
    }
}
