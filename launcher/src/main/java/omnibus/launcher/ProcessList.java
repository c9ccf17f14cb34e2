package omnibus.launcher;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Every living process of the shop as {@code ps} shows it: the JVMs we started, and the servers the stores JVM runs. */
final class ProcessList {
    /**
     * A line of {@code ps --json}. Absent values are null, never left out.
     *
     * @param kind "verticle", "embedded" (the real server, run by us), "emulated", "sandbox" or "supervisor"
     * @param managementPort of a JVM; null for a server or the supervisor
     * @param port where a server or the gateway listens, else null
     * @param memoryBytes proportional set size, descendants included
     */
    record Line(
            String service,
            String instance,
            long pid,
            String state,
            Integer managementPort,
            int restarts,
            Instant startedAt,
            String kind,
            Integer port,
            long memoryBytes,
            String log,
            @JsonIgnore String note) {}

    private final Fleet fleet;

    ProcessList(Fleet fleet) {
        this.fleet = fleet;
    }

    List<Line> lines() {
        var order = fleet.shop().roles().stream().map(Role::name).toList();
        var lines = new ArrayList<Line>();
        fleet.instances().alive().parallelStream()
                .map(this::line)
                .sorted(Comparator.comparingInt((Line line) -> order.indexOf(line.service()))
                        .thenComparing(Line::startedAt))
                .forEachOrdered(lines::add);
        int afterStores = (int) lines.stream()
                .filter(it -> it.service().equals(Shop.STORES_NAME))
                .count();
        lines.addAll(afterStores, servers());
        return lines;
    }

    private List<Line> servers() {
        return StoreServers.of(fleet.home()).processes().stream()
                .map(server -> new Line(
                        server.name(),
                        server.name() + "-" + server.port(),
                        server.pid(),
                        server.answers() ? "READY" : "SILENT",
                        null,
                        0,
                        server.startedAt(),
                        server.kind(),
                        server.port(),
                        Memory.ofFamily(server.pid()),
                        server.log(fleet.home()).toString(),
                        server.kind().equals("embedded") ? "the real server, run by us" : server.kind()))
                .toList();
    }

    private Line line(Instance instance) {
        var role = fleet.shop().role(instance.service());
        var settings = fleet.state().map(ShopState::settings);
        var port = role.duty() == Role.Duty.GATEWAY ? settings.map(ShopSettings::httpPort) : Optional.<Integer>empty();
        return new Line(
                instance.service(),
                instance.instance(),
                instance.process().pid(),
                InstanceState.of(instance, fleet.now()).name(),
                instance.managementPort() == 0 ? null : instance.managementPort(),
                instance.restarts(),
                instance.startedAt(),
                kind(role),
                port.orElse(null),
                Memory.proportionalBytes(instance.process().pid()),
                fleet.home().logs().resolve(instance.logName()).toString(),
                note(role));
    }

    private static String kind(Role role) {
        return switch (role.duty()) {
            case GATEWAY, SERVICE -> "verticle";
            case STORES -> "emulated";
            case SANDBOX -> "sandbox";
            case SUPERVISOR -> "supervisor";
        };
    }

    private String note(Role role) {
        var settings = fleet.state().map(ShopState::settings);
        return switch (role.duty()) {
            case GATEWAY -> settings.map(ShopSettings::url).orElse("");
            case STORES -> Store.MONGO.embedded;
            case SANDBOX -> "payment provider for development";
            case SERVICE, SUPERVISOR -> "";
        };
    }
}
