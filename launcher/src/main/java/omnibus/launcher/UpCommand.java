package omnibus.launcher;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code up}: the shop runs when this returns 0, whatever was there before. */
@Command(
        name = "up",
        description = "Starts the shop, or what is missing of it, and waits until it is ready.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @ParentCommand
    private Launcher launcher;

    @Override
    public Integer call() {
        var progress = new Progress(System.out);
        new StartUp(launcher.fleet(), launcher.distribution(), progress)
                .run(
                        launcher.settings(),
                        !"false".equalsIgnoreCase(launcher.environment().get("OMNIBUS_DEMO")));
        return 0;
    }
}
