package omnibus.chaos.drive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process of the shop, told apart from every later one with the same pid by the kernel's tick of its birth.
 *
 * @param service as {@code ps} names it, or {@code postgres}, {@code redis}
 * @param instance as {@code ps} names it
 * @param managementPort 0 for a process without one
 */
record ShopProcess(String service, String instance, long pid, String born, int managementPort) {

    static Optional<ShopProcess> living(String service, String instance, long pid, int managementPort) {
        return born(pid).map(born -> new ShopProcess(service, instance, pid, born, managementPort));
    }

    boolean alive() {
        return born(pid).filter(born::equals).isPresent();
    }

    /** Ticks since boot; empty when there is no such process, or only its remains. */
    static Optional<String> born(long pid) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") || fields[0].equals("X") ? Optional.empty() : Optional.of(fields[19]);
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Sends one signal to all of them in the same instant, with their children if asked; whoever is gone is passed over. */
    static void signal(String name, boolean withChildren, List<ShopProcess> processes) {
        var pids = processes.stream()
                .filter(ShopProcess::alive)
                .flatMap(it -> withChildren ? it.family() : Stream.of(it.pid))
                .map(String::valueOf)
                .toList();
        if (pids.isEmpty()) return;
        try {
            new ProcessBuilder(Stream.concat(Stream.of("kill", "-" + name), pids.stream())
                            .toList())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw Stopped.failed(
                    "No signal can be sent.", "kill: " + e.getMessage(), "Install procps: it has the kill command.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Stream<Long> family() {
        var children = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid);
        return Stream.concat(Stream.of(pid), children);
    }
}
