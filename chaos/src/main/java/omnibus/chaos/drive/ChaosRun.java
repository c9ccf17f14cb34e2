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
import omnibus.chaos.history.History;

/** One run, from an empty home to its verdict. The shop is gone afterwards; its data and what happened stay. */
final class ChaosRun {
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

    Report run() throws IOException, InterruptedException, SQLException {
        out.println("Chaos in " + home.path() + ", seed " + options.seed());
        shop.attempt("down"); // what an earlier run that was killed may have left
        home.empty();
        var undertaker = new Thread(this::killEverything, "undertaker");
        Runtime.getRuntime().addShutdownHook(undertaker);
        try (var shoppers = new Shoppers(shop, options.shoppers())) {
            open(shoppers);
            return shopAndBreak(shoppers);
        } finally {
            shop.attempt("down");
            Runtime.getRuntime().removeShutdownHook(undertaker);
        }
    }

    private void open(Shoppers shoppers) {
        var started = Instant.now();
        shop.omnibus("up");
        if (options.instances() > 1) scale();
        tell("the shop is up with " + options.instances() + " instances of each service", started);
        started = Instant.now();
        shoppers.prepare();
        tell(Catalogue.SKUS + " products, " + options.shoppers() + " shoppers", started);
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

    private Report shopAndBreak(Shoppers shoppers) throws IOException, InterruptedException, SQLException {
        var started = Instant.now();
        var historyFile = home.path().resolve("history.jsonl");
        var faultsFile = home.path().resolve("faults.jsonl");
        try (var history = new History(historyFile);
                var log = new FaultLog(faultsFile, out);
                var watch = new Watch(shop, home.path().resolve("all-logs"))) {
            var faults = new Faults(options.faults(), options.seed(), shop, log);
            shoppers.start(history, options.seed(), options.thinkMillis(), () -> closed);
            faults.start();
            awaitEnough(shoppers, faults, started);
            closed = true;
            faults.heal();
            if (faults.failure() != null) throw faults.failure();
            var healed = Instant.now();
            tell("no more faults; the shoppers finish", started);
            var settled = settle(shoppers, healed);
            shoppers.awaitEnd(SETTLING_PATIENCE);
            var figures = shoppers.tally().figures();
            var backlog = new Backlog(shop);
            return new Report(
                    options.seed(),
                    options.faults().stream().map(FaultKind::label).toList(),
                    seconds(Duration.between(started, healed)),
                    log.counts(),
                    figures,
                    backlog.byStatus(),
                    seconds(settled),
                    backlog.takenOver(),
                    watch.zombies(),
                    verdicts(settled, figures),
                    files(historyFile, faultsFile));
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

    /** How long it took from the last fault until every order had ended; the patience when one had not by then. */
    private Duration settle(Shoppers shoppers, Instant healed) throws InterruptedException {
        var backlog = new Backlog(shop);
        var until = healed.plus(SETTLING_PATIENCE);
        while (Instant.now().isBefore(until)) {
            var left = shoppers.working() ? OptionalInt.empty() : backlog.unfinished();
            if (left.isPresent() && left.getAsInt() == 0) return Duration.between(healed, Instant.now());
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return SETTLING_PATIENCE;
    }

    private List<Verdict> verdicts(Duration settled, Tally.Figures figures) {
        boolean storesWereAway =
                options.faults().contains(FaultKind.STORES) || options.faults().contains(FaultKind.POWER);
        var limit = storesWereAway ? SETTLING_AFTER_STORES : SETTLING;
        var verdicts = new ArrayList<Verdict>();
        verdicts.add(new Verdict(
                "I5 every order ends",
                settled.compareTo(limit) <= 0,
                settled.equals(SETTLING_PATIENCE)
                        ? "some had not ended " + seconds(settled) + " s after the last fault"
                        : seconds(settled) + " s after the last fault; allowed are " + limit.toSeconds()));
        verdicts.add(new Verdict(
                "acknowledged to a client that repeats with the same key",
                figures.acknowledgedPercent() >= LEAST_ACKNOWLEDGED_PERCENT,
                figures.acknowledgedPercent() + " %; asked for are " + LEAST_ACKNOWLEDGED_PERCENT));
        int bugs = figures.unknowns().getOrDefault("500", 0);
        verdicts.add(new Verdict("no answer is a 500", bugs == 0, bugs + " of them"));
        return verdicts;
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
