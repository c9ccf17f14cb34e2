package omnibus.launcher;

import java.nio.file.Path;
import java.util.List;
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

    @Override
    public Integer call() {
        var fleet = launcher.fleet();
        var shop = launcher.shop();
        var plugins = new Plugins(fleet.home());
        var progress = new Progress(System.out);
        fleet.runningState();
        var role = fleet.lock().hold(() -> {
            var state = fleet.runningState();
            var installed = plugins.install(jars, shop);
            int count = Math.max(1, state.wanted(installed.name()));
            ScaleCommand.refuseTooMany(shop, state, installed.name(), count);
            fleet.save(state.withWanted(installed.name(), count));
            return installed;
        });
        new StoreUrls(fleet.home(), fleet.runningState().settings()).prepare(shop.usersOf(Store.POSTGRES));
        fleet.fill(shop.role(Shop.SUPERVISOR_NAME));
        if (fleet.instances().serving(role.name()).isEmpty()) {
            fleet.fill(role);
            new Readiness(fleet, progress).await(List.of(role));
        } else {
            RestartCommand.roll(fleet, role, progress);
            fleet.lock().hold(() -> plugins.prune(role.name()));
        }
        var url = fleet.runningState().url();
        ServedContracts.await(url, role.name());
        progress.line(role.name() + " is plugged in; " + url + "/docs shows what it serves.");
        return 0;
    }
}
