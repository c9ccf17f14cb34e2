package omnibus.launcher;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code restart SERVICE}: instance by instance, the new one ready before the old one drains. */
@Command(
        name = "restart",
        description = {
            "Replaces the instances of a service one by one, without a failed request, by new ones that run",
            "the newest build. (The stores, the sandbox and the supervisor are one process each: they pause.)"
        },
        mixinStandardHelpOptions = true)
final class RestartCommand implements Callable<Integer> {
    @ParentCommand
    private Launcher launcher;

    @Parameters(arity = "1..*", paramLabel = "SERVICE", description = "gateway, user, product, …; several if wanted")
    private List<String> services;

    @Override
    public Integer call() {
        var fleet = launcher.fleet();
        var roles = services.stream().map(launcher.shop()::role).toList();
        var progress = new Progress(System.out);
        fleet.runningState();
        fleet.lock().hold(() -> {
            var state = fleet.runningState();
            var newest = Distribution.install(launcher.distribution(), fleet.home());
            fleet.save(state.withBuild(newest.build()));
        });
        fleet.fill(launcher.shop().role(Shop.SUPERVISOR_NAME));
        for (var role : roles) {
            if (role.scalable()) roll(fleet, role, progress);
            else pause(fleet, role, progress);
            progress.line(role.name() + " is restarted.");
        }
        return 0;
    }

    /** Each instance of the service is followed by a new one; what was missing before is filled. */
    static void roll(Fleet fleet, Role role, Progress progress) {
        roll(fleet, role, fleet.instances().serving(role.name()), progress, () -> {});
        fleet.fill(role);
        new Readiness(fleet, progress).await(List.of(role));
    }

    /**
     * Each of {@code old} is followed by a new one, which is ready and up to speed before the old one drains. Where one fails,
     * it goes and the old one stays; those that have been followed already are not brought back.
     *
     * @param acceptance fails where the shop cannot do with the new instance
     */
    static void roll(Fleet fleet, Role role, List<Instance> old, Progress progress, Runnable acceptance) {
        var readiness = new Readiness(fleet, progress);
        for (var leaving : old) {
            var young = fleet.startExtra(role);
            try {
                readiness.await(young);
                acceptance.run();
                WarmUp.await(young, leaving);
                readiness.await(young); // one that has died of its first work takes nobody's place
            } catch (RuntimeException unfit) {
                StopReport.tell(progress, fleet.stop(List.of(young), StopReport.VERTICLE_PATIENCE));
                throw unfit;
            }
            progress.line("  draining " + leaving.instance());
            StopReport.tell(progress, fleet.stop(List.of(leaving), StopReport.VERTICLE_PATIENCE));
        }
    }

    private static void pause(Fleet fleet, Role role, Progress progress) {
        StopReport.tell(progress, fleet.stop(fleet.instances().serving(role.name()), patience(role)));
        fleet.fill(role);
        if (role.duty() == Role.Duty.SUPERVISOR) return;
        new Readiness(fleet, progress).await(List.of(role));
        // The gateway says when all that depends on the paused one has found it again.
        var gateway = fleet.runningState().url() + "/health/ready";
        Poll.until(
                Duration.ofSeconds(30),
                Duration.ofMillis(100),
                () -> Health.ask(gateway).ok());
    }

    private static Duration patience(Role role) {
        return role.duty() == Role.Duty.STORES ? StopReport.STORES_PATIENCE : StopReport.HELPER_PATIENCE;
    }
}
