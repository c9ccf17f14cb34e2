package omnibus.chaos.drive;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import omnibus.chaos.drive.RunReport.Promise;
import omnibus.chaos.history.History;

/** One run, from an empty home to its verdict. Closed, the shop is gone; its data and what happened stay. */
final class ChaosRun implements AutoCloseable {
    private static final Duration SETTLING = Duration.ofSeconds(30);
    private static final Duration SETTLING_AFTER_STORES = Duration.ofSeconds(60);
    /** Looked on for longer than allowed, to tell a late end from none. */
    private static final Duration SETTLING_PATIENCE = Duration.ofSeconds(150);

    private static final int LOOK_MILLIS = 100;
    private static final double LEAST_ACKNOWLEDGED_PERCENT = 99;

    private final Options options;
    private final ChaosHome home;
    private final ChaosShop shop;
    private final PrintStream out;
    private final Thread undertaker = new Thread(this::killEverything, "undertaker");
    private volatile boolean closed;

    /**
     * What was asked for.
     *
     * @param orders the run ends when so many were asked for
     * @param limit and not later than this
     */
    record Options(
            Set<FaultKind> faults,
            long seed,
            int orders,
            Duration limit,
            int shoppers,
            int thinkMillis,
            int instances) {}

    ChaosRun(Options options, ChaosHome home, ChaosShop shop, PrintStream out) {
        this.options = options;
        this.home = home;
        this.shop = shop;
        this.out = out;
    }

    RunReport run() throws IOException, InterruptedException, SQLException {
        out.println("Chaos in " + home.path() + ", seed " + options.seed());
        shop.attempt("down"); // what an earlier run that was killed may have left
        home.empty();
        Runtime.getRuntime().addShutdownHook(undertaker);
        try (var shoppers = new Shoppers(shop, options.shoppers())) {
            open(shoppers);
            return shopAndBreak(shoppers);
        }
    }

    @Override
    public void close() {
        shop.attempt("down");
        Runtime.getRuntime().removeShutdownHook(undertaker);
    }

    private void open(Shoppers shoppers) throws InterruptedException {
        var started = Instant.now();
        shop.omnibus("up");
        if (options.instances() > 1) scale();
        tell("the shop is up with " + options.instances() + " instances of each service", started);
        started = Instant.now();
        shoppers.prepare();
        tell(Catalogue.SKUS + " products, " + options.shoppers() + " shoppers", started);
        started = Instant.now();
        tell(shop.awaitRest() ? "the class archive is there" : "there is no class archive: starts are slow", started);
    }

    private void scale() {
        var count = Integer.toString(options.instances());
        var commands = ChaosShop.SERVICES.stream()
                .map(service -> CompletableFuture.runAsync(() -> shop.omnibus("scale", service, count)))
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(commands).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Stopped stopped ? stopped : e;
        }
    }

    /** @param broken how long faults were done; {@code settled} how long the slowest order then took to end */
    private record Course(Duration broken, Duration settled) {}

    private RunReport shopAndBreak(Shoppers shoppers) throws IOException, InterruptedException, SQLException {
        var history = home.path().resolve("history.jsonl");
        var faults = home.path().resolve("faults.jsonl");
        try (var log = new FaultLog(faults, out);
                var watch = new Watch(shop, home.path().resolve("all-logs"))) {
            var course = course(shoppers, history, log);
            var figures = shoppers.tally().figures();
            var backlog = new Backlog(home.path());
            return new RunReport(
                    options.seed(),
                    options.faults().stream().map(FaultKind::label).toList(),
                    seconds(course.broken()),
                    log.counts(),
                    figures,
                    backlog.byStatus(),
                    seconds(course.settled()),
                    backlog.takenOver(),
                    backlog.takeovers(Deaths.of(faults, shop.agents().diary())),
                    watch.zombies(),
                    promises(course.settled(), figures),
                    FinalCheck.of(history, home.path(), watch.end()),
                    files(history, faults));
        }
    }

    private Course course(Shoppers shoppers, Path file, FaultLog log)
            throws IOException, InterruptedException, SQLException {
        var started = Instant.now();
        var faults = new Faults(options.faults(), options.seed(), shop, log);
        try (var history = new History(file)) {
            shoppers.start(history, options.seed(), options.thinkMillis(), () -> closed);
            faults.start();
            awaitEnough(shoppers, faults, started);
            closed = true;
            faults.heal();
            var healed = Instant.now();
            tell("no more faults; the shoppers finish", started);
            if (faults.failure() != null) throw faults.failure();
            var settled = settle(shoppers, healed);
            shoppers.awaitEnd(SETTLING_PATIENCE);
            tell("all has come to rest; checking", started);
            return new Course(Duration.between(started, healed), settled);
        }
    }

    private void awaitEnough(Shoppers shoppers, Faults faults, Instant started) throws InterruptedException {
        var until = started.plus(options.limit());
        var news = started.plusSeconds(10);
        while (Instant.now().isBefore(until)
                && shoppers.tally().orders() < options.orders()
                && shoppers.working()
                && faults.failure() == null) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            if (Instant.now().isBefore(news)) continue;
            tell(shoppers.tally().orders() + " orders asked for", started);
            news = news.plusSeconds(10);
        }
    }

    /**
     * How long the slowest order took to end once the faults were over; the patience when one had not by then. Shoppers
     * who still repeat what was not answered place orders meanwhile: each counts from when it was placed.
     */
    private Duration settle(Shoppers shoppers, Instant healed) throws InterruptedException, SQLException {
        var backlog = new Backlog(home.path());
        var until = healed.plus(SETTLING_PATIENCE);
        while (Instant.now().isBefore(until)) {
            var left = shoppers.working() ? OptionalInt.empty() : backlog.unfinished();
            if (left.isPresent() && left.getAsInt() == 0) return backlog.slowestEnd(healed);
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return SETTLING_PATIENCE;
    }

    private List<Promise> promises(Duration settled, Tally.Figures figures) {
        boolean storesWereAway = options.faults().stream().anyMatch(FaultKind::takesStoresAway);
        var limit = storesWereAway ? SETTLING_AFTER_STORES : SETTLING;
        int bugs = figures.unknowns().getOrDefault("500", 0);
        var promises = new ArrayList<>(List.of(
                new Promise(
                        "every order ends soon after the last fault",
                        settled.compareTo(limit) <= 0,
                        (settled.equals(SETTLING_PATIENCE) ? "not within " : "within ") + seconds(settled)
                                + " s; allowed are " + limit.toSeconds()),
                new Promise("no answer is a 500", bugs == 0, bugs + " were")));
        // A shop that was killed as a whole is away for longer than shoppers repeat what they asked.
        if (!options.faults().contains(FaultKind.POWER)) {
            promises.add(new Promise(
                    "orders are acknowledged to who repeats with the same key",
                    figures.acknowledgedPercent() >= LEAST_ACKNOWLEDGED_PERCENT,
                    figures.acknowledgedPercent() + " %; asked for are " + LEAST_ACKNOWLEDGED_PERCENT));
        }
        return promises;
    }

    private List<String> files(Path history, Path faults) {
        return Arrays.asList(
                history.toString(),
                faults.toString(),
                home.path().resolve("all-logs").toString());
    }

    private void killEverything() {
        var all = new ArrayList<>(shop.processes());
        all.addAll(shop.servers());
        ShopProcess.signal("KILL", false, all);
    }

    private void tell(String what, Instant since) {
        out.printf("  %6.1f s  %s%n", seconds(Duration.between(since, Instant.now())), what);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 100 / 10.0;
    }
}
