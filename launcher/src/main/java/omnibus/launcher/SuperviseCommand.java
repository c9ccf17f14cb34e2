package omnibus.launcher;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code supervise}: what the supervisor's process runs; {@code up} starts it. */
@Command(name = "supervise", hidden = true, description = "Restarts what ends unasked; started by up.")
final class SuperviseCommand implements Callable<Integer> {
    @ParentCommand
    private Launcher launcher;

    @Override
    public Integer call() {
        var self = launcher.environment().getOrDefault("OMNIBUS_INSTANCE", "");
        new Supervisor(launcher.fleet(), self, System.out).run();
        return 0;
    }
}
