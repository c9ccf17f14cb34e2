package omnibus.launcher;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code scale SERVICE N}: returns when N instances serve and the surplus has drained. */
@Command(
        name = "scale",
        description = "Runs N instances of a service, each in its own JVM, and waits until they are ready.",
        mixinStandardHelpOptions = true)
final class ScaleCommand implements Callable<Integer> {
    /** A place in the window of cluster ports stays free for a rolling restart. */
    private static final int MOST_MEMBERS = Ports.CLUSTER_WINDOW - 1;

    @ParentCommand
    private Launcher launcher;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "gateway, user, product, cart, order, …")
    private String service;

    @Parameters(index = "1", paramLabel = "N", description = "how many; 0 switches a service off (not the gateway)")
    private int count;

    @Override
    public Integer call() {
        var fleet = launcher.fleet();
        var role = launcher.shop().role(service);
        refuseNonsense(role);
        var progress = new Progress(System.out);
        fleet.runningState();
        fleet.lock().hold(() -> {
            var state = fleet.runningState();
            refuseTooMany(launcher.shop(), state, service, count);
            fleet.save(state.withWanted(service, count));
        });
        fleet.fill(launcher.shop().role(Shop.SUPERVISOR_NAME));
        var surplus = surplus(fleet);
        if (surplus.isEmpty()) {
            fleet.fill(role);
            new Readiness(fleet, progress).await(Map.of(role, count));
        } else {
            surplus.forEach(it -> progress.line("  draining " + it.instance()));
            StopReport.tell(progress, fleet.stop(surplus, StopReport.VERTICLE_PATIENCE));
        }
        progress.line(service + " has " + count + (count == 1 ? " instance." : " instances."));
        return 0;
    }

    /** The newest go first: the oldest have the warmest caches. */
    private List<Instance> surplus(Fleet fleet) {
        var serving = fleet.instances().serving(service);
        return serving.size() <= count ? List.of() : serving.subList(count, serving.size());
    }

    private void refuseNonsense(Role role) {
        if (!role.scalable()) {
            throw Failure.usage(
                    service + " cannot be scaled.",
                    "There is one " + service + " process per shop.",
                    "These can: " + Shop.names(launcher.shop().verticles()) + ".");
        }
        int least = role.duty() == Role.Duty.GATEWAY ? 1 : 0;
        if (count < least) {
            throw Failure.usage(
                    "The number must be " + least + " or more.",
                    least == 1 ? "Without a gateway nobody reaches the shop." : "",
                    "./omnibus down stops the whole shop.");
        }
    }

    static void refuseTooMany(Shop shop, ShopState state, String service, int count) {
        int others = shop.verticles().stream()
                .filter(role -> !role.name().equals(service))
                .mapToInt(role -> state.wanted(role.name()))
                .sum();
        if (others + count <= MOST_MEMBERS) return;
        throw Failure.usage(
                "That is more than one machine's shop holds.",
                "The cluster of a home has " + MOST_MEMBERS + " places; the other services take " + others + ".",
                "Use at most " + (MOST_MEMBERS - others)
                        + ", or run instances on further machines with docker/compose.yaml.");
    }
}
