package omnibus.chaos.drive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import omnibus.chaos.agent.FaultDirectory;
import omnibus.chaos.drive.FaultKind.Strike;

/** Cuts JVMs off from all others, and watches what they say of themselves meanwhile and afterwards. */
final class CutOff {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Of a shorter cut the cluster need not take notice. */
    private static final int NOTICED_MILLIS = 8_000;

    private static final int LOOK_MILLIS = 100;
    private static final int ASK_MILLIS = 500;

    private final ChaosShop shop;
    private final FaultDirectory agents;
    private final FaultLog log;
    private final CountDownLatch healing;
    private final ClusterView cluster;

    CutOff(ChaosShop shop, FaultLog log, CountDownLatch healing) {
        this.shop = shop;
        this.agents = shop.agents();
        this.log = log;
        this.healing = healing;
        this.cluster = new ClusterView(shop.url(), shop::admin);
    }

    void strike(Strike strike, List<ShopProcess> victims) throws InterruptedException {
        if (victims.isEmpty()) return;
        var before = shop.processes();
        var names = FaultHand.names(victims);
        try {
            for (var victim : victims) agents.cutOff(victim.instance());
            log.tell(strike.kind(), strike.action(), names + " for " + strike.holdMillis() / 1000.0 + " s");
            hold(strike, victims);
            for (var victim : victims) agents.join(victim.instance());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        log.tell(strike.kind(), "line-back", names);
        awaitReturn(strike, victims, before);
    }

    private void hold(Strike strike, List<ShopProcess> victims) throws InterruptedException {
        var since = Instant.now();
        var until = since.plusMillis(strike.holdMillis());
        var silent = new ArrayList<>(strike.holdMillis() < NOTICED_MILLIS ? List.of() : victims);
        while (Instant.now().isBefore(until)) {
            if (healing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) return;
            for (var victim : List.copyOf(silent)) {
                if (Management.ready(victim)) continue;
                silent.remove(victim);
                log.tell(strike.kind(), "not-ready", FaultHand.names(List.of(victim)) + after(since));
            }
        }
        if (!silent.isEmpty()) log.tell(strike.kind(), "never-not-ready", FaultHand.names(silent));
    }

    /**
     * One that lives and that the cluster does not see again is the run's failure, not a fault of its own. The place of one
     * that has ended may stay empty for longer where other faults go on beside this one.
     */
    private void awaitReturn(Strike strike, List<ShopProcess> victims, List<ShopProcess> before)
            throws InterruptedException {
        var since = Instant.now();
        var away = new ArrayList<>(victims);
        while (Instant.now().isBefore(since.plus(PATIENCE))) {
            var seen = cluster.ready();
            for (var victim : List.copyOf(away)) {
                boolean returned = seen.contains(victim.instance());
                if (!returned && !isReplaced(victim, before, seen)) continue;
                away.remove(victim);
                log.tell(
                        strike.kind(),
                        returned ? "returned" : "replaced",
                        FaultHand.names(List.of(victim)) + after(since));
            }
            if (away.isEmpty()) return;
            TimeUnit.MILLISECONDS.sleep(ASK_MILLIS);
        }
        var alone = away.stream().filter(ShopProcess::alive).toList();
        if (alone.isEmpty()) {
            log.tell(strike.kind(), "not-replaced", FaultHand.names(away) + after(since));
            return;
        }
        throw Stopped.failed(
                "A JVM that was cut off does not come back.",
                FaultHand.names(alone) + ": the line is back since " + since + ", it lives, but for "
                        + PATIENCE.toSeconds() + " s the cluster has not seen it.",
                "Read its log in " + shop.home().resolve("all-logs") + ", and the supervisor's in "
                        + shop.home().resolve("logs") + ".");
    }

    /** Whether it has ended and one that was not there before the cut is seen. Other faults may go on beside this one. */
    private boolean isReplaced(ShopProcess victim, List<ShopProcess> before, Set<String> seen) {
        if (victim.alive()) return false;
        return shop.processes(victim.service()).stream()
                .anyMatch(it -> !before.contains(it) && seen.contains(it.instance()));
    }

    private static String after(Instant since) {
        return " after " + Duration.between(since, Instant.now()).toMillis() / 1000.0 + " s";
    }
}
