package omnibus.launcher;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Waits until the wanted number of instances of some services say on their management ports that they are ready. An
 * instance that ends while it starts is replaced once; the second end is the command's failure, shown with its last words.
 */
final class Readiness {
    static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final double NEWS_EVERY_SECONDS = 5;
    private static final int LAST_WORDS = 25;

    private final Fleet fleet;
    private final Progress progress;
    private final Set<String> ready = new HashSet<>();
    private final Set<String> dead = new HashSet<>();
    private final Map<String, Integer> deaths = new HashMap<>();
    private double nextNews = NEWS_EVERY_SECONDS;

    Readiness(Fleet fleet, Progress progress) {
        this.fleet = fleet;
        this.progress = progress;
    }

    void await(List<Role> roles) {
        var wanted = new LinkedHashMap<Role, Integer>();
        var state = fleet.runningState();
        roles.forEach(role -> wanted.put(role, role.scalable() ? state.wanted(role.name()) : 1));
        await(wanted);
    }

    void await(Map<Role, Integer> wanted) {
        nextNews = progress.seconds() + NEWS_EVERY_SECONDS;
        var missing = new LinkedHashMap<>(wanted);
        boolean all = Poll.until(LIMIT, PAUSE, () -> {
            missing.keySet().removeIf(role -> enough(role, wanted.get(role)));
            if (missing.isEmpty()) return true;
            watch(missing.keySet());
            news(missing.keySet());
            return false;
        });
        if (!all) throw tooLate(missing.keySet());
    }

    /** Waits for this very instance; its end is the command's failure. */
    void await(Instance instance) {
        nextNews = progress.seconds() + NEWS_EVERY_SECONDS;
        var role = fleet.shop().role(instance.service());
        boolean done = Poll.until(LIMIT, PAUSE, () -> {
            if (isReady(instance) || !instance.alive()) return true;
            news(Set.of(role));
            return false;
        });
        if (!instance.alive()) throw died(instance, "Its new process ended.");
        if (!done) throw tooLate(Set.of(role));
    }

    private boolean enough(Role role, int wanted) {
        long count = fleet.instances().serving(role.name()).stream()
                .filter(this::isReady)
                .count();
        return count >= wanted;
    }

    private boolean isReady(Instance instance) {
        if (ready.contains(instance.instance())) return true;
        if (!Health.ready(instance.managementPort()).ok()) return false;
        ready.add(instance.instance());
        progress.done(instance.instance(), "ready");
        return true;
    }

    private void watch(Set<Role> missing) {
        if (fleet.state().isEmpty()) {
            throw Failure.failed(
                    "The shop was taken down while it started.",
                    "Another command ran ./omnibus down.",
                    "Start it again with ./omnibus up.");
        }
        for (var role : missing) {
            var mine = fleet.instances().of(role.name());
            mine.stream().filter(it -> !it.alive() && it.wanted()).forEach(this::countDeath);
        }
        fleet.replaceDead();
    }

    private void countDeath(Instance instance) {
        if (!dead.add(instance.instance())) return;
        ready.remove(instance.instance());
        if (deaths.merge(instance.service(), 1, Integer::sum) > 1) throw died(instance, "Its process ended twice.");
        progress.done(instance.instance(), "ended while starting, trying once more");
    }

    private Failure died(Instance instance, String what) {
        var log = fleet.home().logs().resolve(instance.logName());
        return Failure.failed(
                instance.service() + " does not start.",
                what + " The last lines of its log:\n  " + String.join("\n  ", LogFiles.tail(log, LAST_WORDS)),
                "The whole log: " + log,
                "What runs already goes on. Remove the cause and try again, or stop all with ./omnibus down.");
    }

    private void news(Set<Role> missing) {
        if (progress.seconds() < nextNews) return;
        nextNews = progress.seconds() + NEWS_EVERY_SECONDS;
        progress.waiting("waiting for " + Shop.names(List.copyOf(missing)));
    }

    private Failure tooLate(Set<Role> missing) {
        var states = new ArrayList<String>();
        for (var role : missing) {
            for (var instance : fleet.instances().of(role.name())) {
                var answer = Health.ready(instance.managementPort());
                states.add(instance.instance() + ": " + (instance.alive() ? "" : "ended; ") + answer.status() + " "
                        + answer.body().lines().limit(5).collect(Collectors.joining(" ")));
            }
        }
        return Failure.failed(
                "Not ready within " + LIMIT.toMinutes() + " minutes: " + Shop.names(List.copyOf(missing)) + ".",
                String.join("\n", states),
                "Read ./omnibus logs " + missing.iterator().next().name() + " and ./omnibus doctor.",
                "What runs goes on; ./omnibus up waits for it again, ./omnibus down stops it.");
    }
}
