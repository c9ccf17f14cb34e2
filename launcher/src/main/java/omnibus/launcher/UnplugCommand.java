package omnibus.launcher;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code unplug SERVICE}: drains a service that was plugged in, and forgets it. */
@Command(
        name = "unplug",
        description = {
            "Drains a service that was plugged in and takes it out of the shop. Its paths answer 503, and after",
            "OMNIBUS_PLUGIN_GRACE (10 minutes) 404. Its data stays: plugged in again, it goes on with it."
        },
        mixinStandardHelpOptions = true)
final class UnplugCommand implements Callable<Integer> {
    @ParentCommand
    private Launcher launcher;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "its name, as ps shows it")
    private String service;

    @Override
    public Integer call() {
        var fleet = launcher.fleet();
        var role = launcher.shop().role(service);
        if (!role.pluggedIn()) {
            throw Failure.usage(
                    service + " is a part of the shop itself.",
                    "Only what was plugged in can be taken out.",
                    "./omnibus scale " + service + " 0 switches a service off.");
        }
        var progress = new Progress(System.out);
        takeOut(fleet, service, progress);
        progress.line(service + " is unplugged; its data stays.");
        return 0;
    }

    static void takeOut(Fleet fleet, String service, Progress progress) {
        new Strays(fleet).adopt();
        // Another command may start one while these drain: it is over when none is left.
        for (var leaving = leaving(fleet, service); !leaving.isEmpty(); leaving = leaving(fleet, service)) {
            leaving.forEach(it -> progress.line("  draining " + it.instance()));
            StopReport.tell(progress, fleet.stop(leaving, StopReport.VERTICLE_PATIENCE));
        }
    }

    /** Wants none of it from now on; forgets it for good once none lives. */
    private static List<Instance> leaving(Fleet fleet, String service) {
        return fleet.lock().hold(() -> {
            fleet.state().ifPresent(state -> fleet.save(state.withWanted(service, 0)));
            var all = fleet.instances().of(service);
            var alive = all.stream().filter(Instance::alive).toList();
            if (alive.isEmpty()) {
                all.forEach(fleet.instances()::remove);
                new Plugins(fleet.home()).remove(service);
                fleet.state().ifPresent(state -> fleet.save(state.without(service)));
            }
            return alive;
        });
    }
}
