package omnibus.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code plug JAR…}: a new service starts, or a new build of one that is plugged in takes its place. */
@Command(
        name = "plug",
        description = {
            "Plugs a service into the running shop: it is started, and the gateway serves what its contract says.",
            "Plugged in again, its instances are replaced one by one. docs/extending.md shows how to make one."
        },
        mixinStandardHelpOptions = true)
final class PlugCommand implements Callable<Integer> {
    @ParentCommand
    private Launcher launcher;

    @Parameters(
            arity = "1..*",
            paramLabel = "JAR",
            description = "the service's jar, then the libraries it needs that the shop does not have")
    private List<Path> jars;

    /** @param former the build that was the one to start before */
    private record Installed(Role role, Optional<Plugins.Plugin> former) {}

    @Override
    public Integer call() {
        var fleet = launcher.fleet();
        fleet.runningState();
        return fleet.lock().alone("plug-" + Plugins.nameIn(jars.get(0)), () -> plug(fleet));
    }

    private int plug(Fleet fleet) {
        var shop = launcher.shop();
        var plugins = new Plugins(fleet.home());
        var progress = new Progress(System.out);
        var installed = fleet.lock().hold(() -> {
            var state = fleet.runningState();
            var former = plugins.current(Plugins.nameIn(jars.get(0)));
            var role = plugins.install(jars, shop);
            int count = Math.max(1, state.wanted(role.name()));
            ScaleCommand.refuseTooMany(shop, state, role.name(), count);
            fleet.save(state.withWanted(role.name(), count));
            return new Installed(role, former);
        });
        var service = installed.role.name();
        var before = fleet.instances().serving(service);
        try {
            start(fleet, shop, installed.role, before, progress);
        } catch (Failure neverServed) {
            takeBack(fleet, plugins, installed, before, progress);
            throw neverServed;
        }
        fleet.lock().hold(() -> plugins.prune(service));
        var url = fleet.runningState().url();
        ServedContracts.await(url, service, fleet.instances().serving(service));
        progress.line(service + " is plugged in; " + url + "/docs shows what it serves.");
        return 0;
    }

    private static void start(Fleet fleet, Shop shop, Role role, List<Instance> before, Progress progress) {
        new StoreUrls(fleet.home(), fleet.runningState().settings()).prepare(shop.usersOf(Store.POSTGRES));
        fleet.fill(shop.role(Shop.SUPERVISOR_NAME));
        var url = fleet.runningState().url();
        RestartCommand.roll(
                fleet, role, before, progress, young -> ServedContracts.await(url, role.name(), List.of(young)));
        fleet.fill(role);
        new Readiness(fleet, progress).await(List.of(role));
    }

    /** What cannot be started must not be what the next start of the shop waits for. */
    private static void takeBack(
            Fleet fleet, Plugins plugins, Installed installed, List<Instance> before, Progress progress) {
        var service = installed.role.name();
        if (installed.former.isEmpty()) {
            UnplugCommand.takeOut(fleet, service, progress);
            progress.line("  " + service + " is taken out again.");
            return;
        }
        var former = fleet.lock().hold(() -> plugins.putBack(installed.former.get()));
        var names = before.stream().map(Instance::instance).toList();
        var followers = fleet.instances().serving(service).stream()
                .filter(it -> !names.contains(it.instance()))
                .toList();
        try {
            RestartCommand.roll(fleet, former, followers, progress, accepted -> {});
        } catch (Failure again) {
            progress.line("  some of " + service + " keep the new build: " + again.getMessage());
            return;
        }
        fleet.lock().hold(() -> plugins.prune(service));
        progress.line("  the build of " + service + " before this one goes on.");
    }
}
