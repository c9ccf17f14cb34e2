package omnibus.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Fills the place of every process that ended without being told to, or that says three times running that it cannot
 * work. It knows nothing that is not in the home's files: kill it, and the next command starts another that goes on.
 */
final class Supervisor {
    private static final Duration ROUND = Duration.ofMillis(500);
    private static final Duration BIRTH = Duration.ofSeconds(10);
    /** Longer than any command waits for a process it told to end: the command itself is gone. */
    private static final Duration FORGOTTEN = Duration.ofSeconds(60);

    private static final int ROUNDS_PER_HEALTH = 4;
    private static final int ROUNDS_PER_HOUSEKEEPING = 120;
    /**
     * Processes that may be on their way to being ready at once. More would all take longer together than one after the
     * other, and while places are few, what is ready soon is worth more.
     */
    static final int AT_ONCE = Math.max(2, Runtime.getRuntime().availableProcessors());

    /** Who needs longer than this to get ready is not waited for. */
    private static final Duration TIME_TO_START = Duration.ofSeconds(30);

    private static final int SICK_LIMIT = 3;
    /** Looks, one every two seconds, at which a process must have been ready to have proved that it works. */
    private static final int SOUND_LIMIT = 2;

    private final Fleet fleet;
    private final String self;
    private final PrintStream log;
    private final Map<String, Integer> sick = new HashMap<>();
    private final Map<String, Integer> sound = new HashMap<>();
    private final Set<String> seenReady = new HashSet<>();
    private final ArchiveMaker archive;

    /** @param self the instance name this supervisor runs under */
    Supervisor(Fleet fleet, String self, PrintStream log) {
        this.fleet = fleet;
        this.self = self;
        this.log = log;
        this.archive = new ArchiveMaker(fleet, this::say);
    }

    /** Watches until the shop is taken down, its home is gone, or another supervisor has taken this one's place. */
    void run() {
        Poll.until(BIRTH, ROUND, this::employed); // who started us writes our file a moment later
        say("watching");
        for (long round = 1; employed(); round++) {
            try {
                round(round);
            } catch (Failure failure) {
                say(failure.text());
            }
            Poll.pause(ROUND);
        }
        say("nothing left to watch");
    }

    private boolean employed() {
        return fleet.home().exists()
                && fleet.state().isPresent()
                && fleet.instances().find(self).filter(Instance::wanted).isPresent();
    }

    private void round(long round) {
        if (round % ROUNDS_PER_HEALTH == 0) {
            fleet.instances().alive().forEach(this::examine);
            fleet.instances().alive().forEach(this::prove);
            archive.look();
        }
        fleet.instances().alive().forEach(this::endForgotten);
        if (round % ROUNDS_PER_HOUSEKEEPING == 0) {
            LogFiles.prune(fleet.home(), fleet.shop(), fleet.instances().alive());
        }
        fleet.replaceDead(Math.max(0, AT_ONCE - starting()))
                .forEach(it -> say("started " + it.instance() + " (restart " + it.restarts() + " of its place, after "
                        + it.failures() + " early ends in a row)"));
    }

    private int starting() {
        var alive = fleet.instances().alive();
        seenReady.retainAll(alive.stream().map(Instance::instance).toList());
        return (int) alive.stream()
                .filter(it -> it.wanted() && it.managementPort() != 0 && !seenReady.contains(it.instance()))
                .filter(it -> it.startedAt().plus(TIME_TO_START).isAfter(fleet.now()))
                .filter(it -> !becameReady(it))
                .count();
    }

    private boolean becameReady(Instance instance) {
        return Health.ready(instance.managementPort()).ok() && seenReady.add(instance.instance());
    }

    /** Only a clear "I cannot work" counts; silence may be a paused machine, and the calls route around it. */
    private void examine(Instance instance) {
        if (instance.managementPort() == 0 || !instance.wanted()) return;
        if (Health.live(instance.managementPort()).status() != 503) {
            sick.remove(instance.instance());
        } else if (sick.merge(instance.instance(), 1, Integer::sum) >= SICK_LIMIT) {
            sick.remove(instance.instance());
            say(instance.instance() + " reports " + SICK_LIMIT + " times that it cannot work: ending it");
            fleet.giveUp(instance);
        }
    }

    private void prove(Instance instance) {
        if (instance.failures() == 0 || instance.managementPort() == 0) return;
        if (!Health.ready(instance.managementPort()).ok()) {
            sound.remove(instance.instance());
        } else if (sound.merge(instance.instance(), 1, Integer::sum) >= SOUND_LIMIT) {
            sound.remove(instance.instance());
            fleet.forgive(instance);
        }
    }

    private void endForgotten(Instance instance) {
        if (instance.wanted() || instance.stopping().plus(FORGOTTEN).isAfter(fleet.now())) return;
        say(instance.instance() + " was told to end and nobody waits for it any more: ending it");
        fleet.giveUp(instance);
    }

    private void say(String text) {
        log.println(fleet.now() + " supervisor " + text.strip());
        log.flush();
    }
}
