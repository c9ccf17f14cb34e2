package omnibus.launcher;

import static omnibus.launcher.Role.Duty.GATEWAY;
import static omnibus.launcher.Role.Duty.SANDBOX;
import static omnibus.launcher.Role.Duty.SERVICE;
import static omnibus.launcher.Role.Duty.STORES;
import static omnibus.launcher.Role.Duty.SUPERVISOR;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code down}: the gateway first, so that nothing new comes in; the stores last, so that nothing is cut off from them. */
@Command(
        name = "down",
        description = "Lets the shop finish what it is doing and stops all of it. The data stays.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    /** What {@code up} waits for: it would count on stores that are about to go. */
    static final String PURPOSE = "down";

    @ParentCommand
    private Launcher launcher;

    @Override
    public Integer call() {
        var fleet = launcher.fleet();
        var progress = new Progress(System.out);
        if (!fleet.home().exists()) {
            progress.line("Nothing runs in " + fleet.home().path() + ".");
            return 0;
        }
        fleet.lock().during(PURPOSE, () -> stopAll(fleet, progress));
        return 0;
    }

    private void stopAll(Fleet fleet, Progress progress) {
        new Strays(fleet).adopt();
        boolean anything = !fleet.instances().alive().isEmpty();
        // Without the state the supervisor ends by itself, and nothing new is started from here on.
        fleet.lock().hold(() -> fleet.home().delete(fleet.home().run().resolve("shop.json")));
        var killed = new ArrayList<Instance>();
        killed.addAll(stop(progress, "supervisor", StopReport.HELPER_PATIENCE, SUPERVISOR));
        killed.addAll(stop(progress, "gateway", StopReport.VERTICLE_PATIENCE, GATEWAY));
        killed.addAll(stop(progress, "services", StopReport.VERTICLE_PATIENCE, SERVICE));
        killed.addAll(stop(progress, "sandbox", StopReport.HELPER_PATIENCE, SANDBOX));
        killed.addAll(stop(progress, "stores", StopReport.STORES_PATIENCE, STORES));
        var orphans = StoreServers.of(fleet.home()).stop();
        orphans.forEach(name -> progress.done(name, "had outlived its JVM, stopped"));
        StopReport.tell(progress, killed);
        boolean nothing = !anything && orphans.isEmpty();
        progress.line(
                nothing ? "Nothing runs in " + fleet.home().path() + "." : "The shop is stopped; its data stays.");
    }

    private List<Instance> stop(Progress progress, String what, Duration patience, Role.Duty duty) {
        var fleet = launcher.fleet();
        var names = launcher.shop().of(duty).stream().map(Role::name).toList();
        var leaving = fleet.instances().all().stream()
                .filter(it -> names.contains(it.service()))
                .toList();
        boolean alive = leaving.stream().anyMatch(Instance::alive);
        var killed = fleet.stop(leaving, patience);
        if (alive) progress.done(what, killed.isEmpty() ? "stopped" : "stopped, " + killed.size() + " by force");
        return killed;
    }
}
