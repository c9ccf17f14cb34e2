package omnibus.launcher;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands of {@code ./omnibus}. The script has found a JDK and built the jars; the rest is here. */
@Command(
        name = "omnibus",
        description = "Runs an Omnibus shop on this machine: one JVM per service, stores included.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Launcher.Version.class,
        exitCodeOnUsageHelp = 0,
        exitCodeOnInvalidInput = 2,
        footer = {
            "",
            "Settings come from the environment: OMNIBUS_HOME (.omnibus), OMNIBUS_HTTP_PORT (8080),",
            "OMNIBUS_POSTGRES_URL, OMNIBUS_MONGO_URL, OMNIBUS_REDIS_URL, OMNIBUS_DEMO=false, and more:",
            "see docs/operations.md.",
            "",
            "./omnibus chaos breaks a shop of its own on purpose and checks that nothing is lost: chaos --help.",
            "",
            "Exit codes: 0 done, 1 it failed, 2 wrong usage or setting, 3 the machine does not allow it,",
            "4 the shop is not running."
        },
        subcommands = {
            UpCommand.class,
            PsCommand.class,
            ScaleCommand.class,
            RestartCommand.class,
            PlugCommand.class,
            UnplugCommand.class,
            LogsCommand.class,
            DownCommand.class,
            DoctorCommand.class,
            SuperviseCommand.class
        })
final class Launcher {
    @Spec
    private CommandSpec spec;

    private final Shop shop;
    private final Path distribution;
    private final Fleet fleet;
    private final Map<String, String> environment;

    Launcher(Shop shop, Path distribution, Map<String, String> environment) {
        this.distribution = distribution;
        this.environment = environment;
        var home = new Home(Path.of(environment.getOrDefault("OMNIBUS_HOME", ".omnibus")));
        this.shop = shop.with(new Plugins(home));
        this.fleet = new Fleet(home, this.shop, Clock.systemUTC());
    }

    public static void main(String[] args) {
        var distribution = Path.of(System.getProperty("omnibus.distribution", "launcher/target/omnibus"));
        System.exit(new Launcher(Shop.omnibus(), distribution, System.getenv()).run(args));
    }

    /** @return the exit code */
    int run(String... args) {
        var commandLine = new CommandLine(this)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((fault, line, parsed) -> tell(fault, line.getErr()));
        if (args.length == 0) {
            commandLine.usage(commandLine.getErr());
            return Failure.Kind.USAGE.exitCode;
        }
        return commandLine.execute(args);
    }

    private static int tell(Exception fault, PrintWriter err) {
        if (fault instanceof Failure failure) {
            err.print(failure.text());
            err.flush();
            return failure.exitCode();
        }
        err.println("omnibus: an error of the launcher itself; please report it:");
        fault.printStackTrace(err);
        return Failure.Kind.FAILED.exitCode;
    }

    Shop shop() {
        return shop;
    }

    Fleet fleet() {
        return fleet;
    }

    Path distribution() {
        return distribution;
    }

    ShopSettings settings() {
        return ShopSettings.of(environment);
    }

    Map<String, String> environment() {
        return environment;
    }

    /** The version of the jar, from its manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Launcher.class.getPackage().getImplementationVersion();
            return new String[] {"omnibus " + (version == null ? "(not built)" : version)};
        }
    }
}
