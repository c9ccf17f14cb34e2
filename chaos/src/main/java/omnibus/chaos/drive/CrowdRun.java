package omnibus.chaos.drive;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import omnibus.chaos.crowd.Bought;
import omnibus.chaos.crowd.Crowd;
import omnibus.chaos.crowd.Outcome;
import omnibus.chaos.crowd.Promise;
import omnibus.chaos.crowd.Want;
import omnibus.chaos.facts.Facts;
import omnibus.chaos.history.History;

/** A crowd in a shop of its own, from an empty home to the verdict. Closed, the shop is gone; its data stay. */
final class CrowdRun implements AutoCloseable {
    private static final Duration BUYING = Duration.ofMinutes(30);
    private static final Duration SETTLING = Duration.ofSeconds(60);
    private static final int LOOK_MILLIS = 50;
    private static final String DEADLOCK = "deadlock detected";

    private final Options options;
    private final ChaosHome home;
    private final ChaosShop shop;
    private final PrintStream out;
    private final Thread undertaker = new Thread(this::killEverything, "undertaker");

    record Options(Crowd crowd, int rounds, int buyers, int instances) {}

    CrowdRun(Options options, ChaosHome home, ChaosShop shop, PrintStream out) {
        this.options = options;
        this.home = home;
        this.shop = shop;
        this.out = out;
        Runtime.getRuntime().addShutdownHook(undertaker);
    }

    CrowdReport run() throws IOException, InterruptedException, SQLException {
        out.println("A crowd (" + options.crowd() + ") in " + home.path());
        shop.attempt("down"); // what an earlier run that was killed may have left
        home.empty();
        shop.omnibus("up");
        if (options.instances() > 1) scale();
        try (var buyers = new Buyers(shop, options.buyers());
                var watch = new Watch(shop, home.path().resolve("all-logs"))) {
            var stock = options.crowd().stock(options.rounds());
            buyers.prepare(stock);
            out.println("  the shop is up and filled");
            shop.awaitRest();
            buyers.look(options.buyers());
            var file = home.path().resolve("history.jsonl");
            var started = Instant.now();
            var bought = buy(buyers, file);
            settle();
            double seconds = Duration.between(started, Instant.now()).toMillis() / 100 / 10.0;
            var facts = Facts.of(home.path());
            var outcome =
                    new Outcome(bought, facts.orders().orders(), facts.stock().stock());
            return new CrowdReport(
                    options.crowd().label(),
                    options.rounds(),
                    options.buyers(),
                    seconds,
                    buyers.answers(),
                    new Backlog(home.path()).byStatus(),
                    options.crowd() == Crowd.LAST_UNIT ? outcome.rounds() : List.of(),
                    promises(outcome, stock, buyers.answers()),
                    FinalCheck.of(file, home.path(), watch.end()),
                    List.of(file.toString(), home.path().resolve("all-logs").toString()));
        }
    }

    private void scale() {
        for (var service : ChaosShop.SERVICES) shop.omnibus("scale", service, Integer.toString(options.instances()));
    }

    private List<Bought> buy(Buyers buyers, Path file) throws IOException, InterruptedException {
        var wants = options.crowd().wants(options.rounds(), options.buyers());
        try (var history = new History(file)) {
            if (!options.crowd().inRounds()) return buyers.buy(wants, options.buyers(), history, BUYING);
            var bought = new ArrayList<Bought>();
            var rounds = wants.stream().collect(Collectors.groupingBy(Want::round));
            for (int round = 0; round < options.rounds(); round++) {
                bought.addAll(buyers.buy(rounds.get(round), options.buyers(), history, BUYING));
                settle();
                if ((round + 1) % 10 == 0) out.println("  " + (round + 1) + " rounds");
            }
            return bought;
        }
    }

    /** Waits until every order has ended; one that does not in time is found by who judges. */
    private void settle() throws InterruptedException {
        var backlog = new Backlog(home.path());
        var until = Instant.now().plus(SETTLING);
        while (!backlog.unfinished().equals(OptionalInt.of(0)) && Instant.now().isBefore(until)) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private List<Promise> promises(Outcome outcome, Map<String, Integer> stock, Map<String, Integer> answers)
            throws IOException {
        var promises = new ArrayList<>(outcome.promises(options.crowd(), stock, deadlocks(home.path())));
        promises.add(politeness(answers));
        return promises;
    }

    /** Who is put off is told until when. */
    static Promise politeness(Map<String, Integer> answers) {
        int rude = answers.entrySet().stream()
                .filter(it -> it.getKey().endsWith(Buyers.WITHOUT_RETRY_AFTER))
                .mapToInt(Map.Entry::getValue)
                .sum();
        int bugs = answers.entrySet().stream()
                .filter(it -> it.getKey().startsWith("500"))
                .mapToInt(Map.Entry::getValue)
                .sum();
        return new Promise(
                "who is put off is told when to come back, and no answer is a 500",
                rude + bugs == 0,
                rude + " were not told, " + bugs + " times 500");
    }

    /** How many PostgreSQL has written down, or -1 where it has no log. */
    static long deadlocks(Path home) throws IOException {
        var log = home.resolve("logs/postgres.log");
        if (!Files.exists(log)) return -1;
        try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains(DEADLOCK)).count();
        }
    }

    private void killEverything() {
        var all = new ArrayList<>(shop.processes());
        all.addAll(shop.servers());
        ShopProcess.signal("KILL", false, all);
    }

    @Override
    public void close() {
        shop.attempt("down");
        Runtime.getRuntime().removeShutdownHook(undertaker);
    }
}
