package omnibus.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Processes of this home whose file is lost: a command was killed between starting one and writing its file, or somebody
 * removed the run directory. Their environment tells what they are, so they are adopted and not started twice.
 */
final class Strays {
    private final Fleet fleet;

    Strays(Fleet fleet) {
        this.fleet = fleet;
    }

    /** @return those that were adopted, now like any other instance */
    List<Instance> adopt() {
        return fleet.lock().hold(() -> {
            var known = fleet.instances().all().stream()
                    .filter(Instance::alive)
                    .map(it -> it.process().pid())
                    .collect(Collectors.toSet());
            var strays = pids().filter(pid -> !known.contains(pid))
                    .map(this::recognise)
                    .filter(Objects::nonNull)
                    .toList();
            strays.forEach(fleet.instances()::save);
            return strays;
        });
    }

    private static Stream<Long> pids() {
        return ProcessHandle.allProcesses().map(ProcessHandle::pid).toList().stream();
    }

    private Instance recognise(long pid) {
        if (!variable(pid, "OMNIBUS_HOME")
                .equals(Optional.of(fleet.home().path().toString()))) return null;
        var name = variable(pid, "OMNIBUS_INSTANCE");
        var role = name.flatMap(it -> role(pid, it));
        var mark = ProcessMark.of(pid);
        if (name.isEmpty() || role.isEmpty() || mark.isEmpty()) return null;
        int port =
                variable(pid, "OMNIBUS_MANAGEMENT_PORT").map(Integer::valueOf).orElse(0);
        var started =
                ProcessHandle.of(pid).flatMap(it -> it.info().startInstant()).orElse(Instant.EPOCH);
        var build = fleet.state().map(ShopState::build).orElse("unknown");
        return new Instance(role.get().name(), name.get(), mark.get(), port, started, 0, 0, build, null, null);
    }

    /** By its name and its main class: a child such as a database server has the same environment but another program. */
    private Optional<Role> role(long pid, String instance) {
        var arguments = nullSeparated(Path.of("/proc/" + pid + "/cmdline"));
        return fleet.shop().roles().stream()
                .filter(role -> instance.startsWith(role.name() + "-"))
                .filter(role -> arguments.contains(role.mainClass()))
                .filter(role -> role.duty() != Role.Duty.SUPERVISOR || arguments.contains("supervise"))
                .findFirst();
    }

    /** A variable of another process; empty when it has none or is not ours to look into. */
    static Optional<String> variable(long pid, String name) {
        return nullSeparated(Path.of("/proc/" + pid + "/environ")).stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst();
    }

    private static List<String> nullSeparated(Path file) {
        try {
            return Arrays.asList(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\0"));
        } catch (IOException goneOrForeign) {
            return List.of();
        }
    }
}
