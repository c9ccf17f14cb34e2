package omnibus.chaos.drive;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import omnibus.chaos.crowd.Crowd;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code ./omnibus chaos}: what may be said on the command line. */
@Command(
        name = "omnibus chaos",
        description = {
            "Runs a shop of its own, lets shoppers buy, breaks the shop while they do, and checks that nothing was lost.",
            "Ends after --for, or after --orders, whichever comes first; without either after 5 minutes."
        },
        mixinStandardHelpOptions = true,
        exitCodeOnInvalidInput = 2,
        footer = {
            "",
            "Exit codes: 0 every invariant held, 1 one was violated or the run could not be finished, 2 wrong usage.",
            "What happened is kept in OMNIBUS_CHAOS_HOME (.omnibus-chaos). See docs/chaos.md."
        })
final class Chaos implements Callable<Integer> {
    private static final Duration DEFAULT_LIMIT = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofHours(12);
    private static final int MOST_INSTANCES = 3;
    private static final int MOST_SHOPPERS = 1_000;
    private static final int MOST_BUYERS = 1_000;
    private static final int MOST_ROUNDS = 100_000;

    @Option(names = "--for", paramLabel = "TIME", description = "how long: 90s, 5m, 2h", converter = Span.class)
    private Duration limit;

    @Option(names = "--orders", paramLabel = "N", description = "how many orders")
    private Integer orders;

    @Option(names = "--seed", paramLabel = "N", description = "repeats the faults of an earlier run")
    private Long seed;

    @Option(
            names = "--faults",
            paramLabel = "KIND",
            split = ",",
            description = {
                "kill, stop, provider, stores, full, steps, bus, rolling, power, network,",
                "partition; with commas (default: kill,stop,provider)"
            })
    private List<FaultKind> faults = List.of(FaultKind.KILL, FaultKind.STOP, FaultKind.PROVIDER);

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            description = "closed loops at the same time (default: ${DEFAULT-VALUE})",
            defaultValue = "100")
    private int shoppers;

    @Option(
            names = "--think",
            paramLabel = "MILLIS",
            description = "mean pause of a shopper between two things (default: ${DEFAULT-VALUE})",
            defaultValue = "1000")
    private int thinkMillis;

    @Option(
            names = "--instances",
            paramLabel = "N",
            description = "of each service (default: ${DEFAULT-VALUE})",
            defaultValue = "2")
    private int instances;

    @Option(
            names = "--crowd",
            paramLabel = "KIND",
            description = {
                "no faults: many buyers at the same moment:",
                "last-unit, hot-sku, same-key, opposite (ends by itself)"
            })
    private Crowd crowd;

    @Option(names = "--rounds", paramLabel = "N", description = "of a crowd: rounds, keys, or requests")
    private Integer rounds;

    @Option(names = "--buyers", paramLabel = "N", description = "of a crowd: how many at the same moment")
    private Integer buyers;

    @Option(names = "--json", description = "one JSON object on standard output and nothing else")
    private boolean json;

    /** Connections that are cut are what a run is about. Held here, because a logger nobody holds forgets its level. */
    private static final Logger NETWORK = Logger.getLogger("io.vertx");

    private final Path root;
    private final Map<String, String> environment;

    Chaos(Path root, Map<String, String> environment) {
        this.root = root;
        this.environment = environment;
    }

    public static void main(String[] args) {
        var root = Path.of(System.getProperty("omnibus.root", "."))
                .toAbsolutePath()
                .normalize();
        NETWORK.setLevel(Level.OFF);
        System.exit(new Chaos(root, System.getenv()).run(args));
    }

    /** @return the exit code */
    int run(String... args) {
        return new CommandLine(this)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((fault, line, parsed) -> tell(fault, line.getErr()))
                .execute(args);
    }

    private static int tell(Exception fault, PrintWriter err) {
        if (fault instanceof Stopped stopped) {
            err.print(stopped.text());
            err.flush();
            return stopped.exitCode();
        }
        err.println("omnibus: an error of the chaos run itself; please report it:");
        fault.printStackTrace(err);
        return Stopped.FAILED;
    }

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        var options = options();
        return crowd == null ? breakIt(options) : crowdIt();
    }

    private int crowdIt() throws IOException, InterruptedException, SQLException {
        var wanted = new CrowdRun.Options(
                crowd, rounds == null ? crowd.rounds() : rounds, buyers == null ? crowd.buyers() : buyers, instances);
        try (var home = home()) {
            home.refuseForeign();
            var shop = new ChaosShop(root, home.path(), settings(), false, Network.direct());
            try (var run = new CrowdRun(wanted, home, shop, terminal())) {
                var report = run.run();
                System.out.print(json ? report.json() + "\n" : report.text());
                return report.held() ? 0 : 1;
            }
        }
    }

    private ChaosHome home() {
        var path = Path.of(environment.getOrDefault(
                "OMNIBUS_CHAOS_HOME", root.resolve(".omnibus-chaos").toString()));
        return ChaosHome.open(path.toAbsolutePath().normalize());
    }

    private PrintStream terminal() {
        return json ? new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8) : System.out;
    }

    private int breakIt(ChaosRun.Options options) throws IOException, InterruptedException, SQLException {
        try (var home = home()) {
            home.refuseForeign();
            if (options.faults().contains(FaultKind.FULL)) StoresDisk.requireSmallOneOfItsOwn(home.path(), root);
            boolean withAgent = options.faults().stream().anyMatch(FaultKind::needsAgent);
            try (var network = network(options, home.path());
                    var run = new ChaosRun(
                            options,
                            home,
                            new ChaosShop(root, home.path(), settings(), withAgent, network),
                            terminal())) {
                var report = run.run();
                System.out.print(json ? report.json() + "\n" : report.text());
                return report.held() ? 0 : 1;
            }
        }
    }

    private static Network network(ChaosRun.Options options, Path home) {
        return options.faults().contains(FaultKind.NETWORK)
                ? Network.throughProxies(home, options.seed())
                : Network.direct();
    }

    /** Settings of the shop that the caller may want to change; everything else is the run's own. */
    private Map<String, String> settings() {
        return environment.entrySet().stream()
                .filter(it -> it.getKey().equals("OMNIBUS_JAVA_OPTS"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private ChaosRun.Options options() {
        var complaints = new ArrayList<String>();
        check(complaints, orders == null || orders > 0, "--orders must be 1 or more");
        check(complaints, limit == null || limit.compareTo(LONGEST) <= 0, "--for must be 12h or less");
        check(complaints, shoppers >= 1 && shoppers <= MOST_SHOPPERS, "--shoppers must be 1 to " + MOST_SHOPPERS);
        check(complaints, instances >= 1 && instances <= MOST_INSTANCES, "--instances must be 1 to " + MOST_INSTANCES);
        check(complaints, thinkMillis >= 0 && thinkMillis <= 60_000, "--think must be 0 to 60000");
        check(complaints, crowd != null || rounds == null && buyers == null, "--rounds and --buyers belong to --crowd");
        check(
                complaints,
                crowd == null || limit == null && orders == null,
                "--crowd ends by itself: no --for, no --orders");
        check(
                complaints,
                rounds == null || rounds >= 1 && rounds <= MOST_ROUNDS,
                "--rounds must be 1 to " + MOST_ROUNDS);
        check(
                complaints,
                crowd != Crowd.LAST_UNIT || rounds == null || rounds <= 1_000,
                "of last-unit, --rounds must be 1 to 1000");
        check(
                complaints,
                buyers == null || buyers >= 1 && buyers <= MOST_BUYERS,
                "--buyers must be 1 to " + MOST_BUYERS);
        if (!complaints.isEmpty()) {
            throw Stopped.usage(
                    "The options cannot be used.", String.join("\n", complaints), "./omnibus chaos --help lists them.");
        }
        boolean forOrders = orders != null;
        return new ChaosRun.Options(
                EnumSet.copyOf(faults),
                seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed,
                forOrders ? orders : Integer.MAX_VALUE,
                limit != null ? limit : forOrders ? LONGEST : DEFAULT_LIMIT,
                shoppers,
                thinkMillis,
                instances);
    }

    private static void check(List<String> complaints, boolean good, String complaint) {
        if (!good) complaints.add(complaint);
    }

    /** 90s, 5m, 2h. */
    static final class Span implements ITypeConverter<Duration> {
        private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})([smh])");

        @Override
        public Duration convert(String text) {
            var form = FORM.matcher(text);
            if (!form.matches()) {
                throw new TypeConversionException("'" + text + "' is not a time; write 90s, 5m or 2h");
            }
            long count = Long.parseLong(form.group(1));
            return switch (form.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofHours(count);
            };
        }
    }
}
