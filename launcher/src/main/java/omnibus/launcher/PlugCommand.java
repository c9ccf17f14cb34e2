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

    /**
     * @param former the build that was the one to start before
     * @param wanted how many instances were wanted before
     * @param before those that run the former build
     */
    private record Installed(
            Role role, Plugins.Plugin plugin, Optional<Plugins.Plugin> former, int wanted, List<Instance> before) {
        private String service() {
            return role.name();
        }

        /** The same jars once more. */
        private boolean isUnchanged() {
            return former.filter(it -> it.build().equals(plugin.build())).isPresent();
        }
    }

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
        var installed = fleet.lock().hold(() -> install(fleet, shop, plugins));
        var service = installed.service();
        var url = fleet.runningState().url();
        try {
            start(fleet, shop, installed, url, progress);
        } catch (RuntimeException neverServed) {
            takeBack(fleet, plugins, installed, progress);
            throw neverServed;
        }
        fleet.lock().hold(() -> plugins.prune(service));
        // What was never there before stays, served or not, to be corrected and plugged in again.
        if (installed.former.isEmpty()) ServedContracts.await(url, service, List.of());
        progress.line(service + " is plugged in; " + url + "/docs shows what it serves.");
        return 0;
    }

    private Installed install(Fleet fleet, Shop shop, Plugins plugins) {
        var state = fleet.runningState();
        var name = Plugins.nameIn(jars.get(0));
        var former = plugins.current(name);
        var before = fleet.instances().serving(name);
        int wanted = former.isEmpty() ? 0 : state.wanted(name);
        var role = plugins.install(jars, shop);
        int count = Math.max(1, wanted);
        ScaleCommand.refuseTooMany(shop, state, role.name(), count);
        fleet.save(state.withWanted(role.name(), count));
        return new Installed(role, plugins.current(name).orElseThrow(), former, wanted, before);
    }

    private static void start(Fleet fleet, Shop shop, Installed installed, String url, Progress progress) {
        var role = installed.role;
        new StoreUrls(fleet.home(), fleet.runningState().settings()).prepare(shop.usersOf(Store.POSTGRES));
        fleet.fill(shop.role(Shop.SUPERVISOR_NAME));
        Runnable served = () -> ServedContracts.await(url, role.name(), installed.before);
        RestartCommand.roll(fleet, role, installed.before, progress, served);
        fleet.fill(role);
        new Readiness(fleet, progress).await(List.of(role));
        if (installed.former.isPresent() && installed.before.isEmpty()) served.run(); // nobody has asked yet
    }

    /** What cannot be started must not be what the next start of the shop waits for. */
    private static void takeBack(Fleet fleet, Plugins plugins, Installed installed, Progress progress) {
        var service = installed.service();
        if (installed.former.isEmpty()) {
            UnplugCommand.takeOut(fleet, service, progress);
            progress.line("  " + service + " is taken out again.");
            return;
        }
        var former = fleet.lock().hold(() -> {
            fleet.state().ifPresent(state -> fleet.save(state.withWanted(service, installed.wanted)));
            return plugins.putBack(installed.former.get());
        });
        var names = installed.before.stream().map(Instance::instance).toList();
        var followers = fleet.instances().serving(service).stream()
                .filter(it -> !names.contains(it.instance()))
                .toList();
        if (installed.wanted == 0) {
            StopReport.tell(progress, fleet.stop(followers, StopReport.VERTICLE_PATIENCE));
        } else if (!installed.isUnchanged()) {
            try {
                RestartCommand.roll(fleet, former, followers, progress, () -> {});
            } catch (Failure again) {
                progress.line("  some of " + service + " keep the new build: " + again.getMessage());
                return;
            }
        }
        fleet.lock().hold(() -> plugins.removeBuild(installed.plugin));
        progress.line("  the build of " + service + " before this one goes on.");
    }
}
