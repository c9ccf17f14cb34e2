package omnibus.stores;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

/** The stores JVM's few figures in Prometheus' text form. */
final class Metrics {
    private Metrics() {}

    static String text(List<Keeper> keepers) {
        var text = new StringBuilder();
        text.append("# TYPE omnibus_store_up gauge\n");
        for (var keeper : keepers)
            line(text, "omnibus_store_up", keeper, keeper.complaint().isEmpty() ? 1 : 0);
        text.append("# TYPE omnibus_store_restarts_total counter\n");
        for (var keeper : keepers) line(text, "omnibus_store_restarts_total", keeper, keeper.restarts());
        for (var keeper : keepers) {
            if (keeper.store() instanceof MongoEmulation) {
                text.append("# TYPE omnibus_store_commits_total counter\n");
                line(text, "omnibus_store_commits_total", keeper, ((MongoEmulation) keeper.store()).commits());
            }
        }
        text.append("# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total ")
                .append(cpuSeconds())
                .append('\n');
        text.append("# TYPE jvm_memory_used_bytes gauge\njvm_memory_used_bytes{area=\"heap\"} ")
                .append(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed())
                .append('\n');
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Keeper keeper, long value) {
        text.append(name)
                .append("{store=\"")
                .append(keeper.store().name())
                .append("\"} ")
                .append(value)
                .append('\n');
    }

    private static String cpuSeconds() {
        var used = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        return used.toSeconds() + "." + String.format("%03d", used.toMillisPart());
    }
}
