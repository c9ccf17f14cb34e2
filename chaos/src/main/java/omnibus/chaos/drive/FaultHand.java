package omnibus.chaos.drive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import omnibus.chaos.agent.Arming;
import omnibus.chaos.agent.BusFaults;
import omnibus.chaos.agent.Failpoint;
import omnibus.chaos.agent.FaultDirectory;
import omnibus.chaos.drive.FaultKind.Strike;
import omnibus.chaos.drive.FaultKind.Victim;

/** Does to the shop what was drawn, and undoes what can be undone. */
final class FaultHand {
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(45);
    private static final int LOOK_MILLIS = 100;

    private static final int AFTER_HALT_MILLIS = 1_500;
    private static final BusFaults CALM = new BusFaults(0, 0, 0, 0, 0);
    private static final BusFaults BUS_FAULTS = new BusFaults(10, 10, 20, 500, 0);

    private final ChaosShop shop;
    private final FaultDirectory agents;
    private final Provider provider;
    private final FaultLog log;
    private final CountDownLatch healing;
    private final Set<ShopProcess> frozen = ConcurrentHashMap.newKeySet();
    /** Held by what needs the launcher to come to an end: a command must not lose the very process it waits for. */
    private final ReentrantLock commands = new ReentrantLock();

    /** @param healing counts down when no more harm is to be done */
    FaultHand(ChaosShop shop, Provider provider, FaultLog log, CountDownLatch healing) {
        this.shop = shop;
        this.agents = shop.agents();
        this.provider = provider;
        this.log = log;
        this.healing = healing;
    }

    void strike(Strike strike) throws InterruptedException {
        switch (strike.kind()) {
            case KILL -> whileNoCommandRuns(() -> kill(strike));
            case STOP -> stop(strike, false);
            case PROVIDER -> misbehave(strike);
            case STORES -> store(strike);
            case FULL -> fill(strike);
            case STEPS -> halt(strike);
            case BUS -> disturb(strike);
            case ROLLING -> restart(strike);
            case POWER -> whileNoCommandRuns(() -> power(strike));
            case NETWORK -> hurt(strike);
            case PARTITION -> new CutOff(shop, log, healing).strike(strike, victims(strike));
        }
    }

    private void whileNoCommandRuns(Runnable act) throws InterruptedException {
        commands.lockInterruptibly();
        try {
            if (healing.getCount() > 0) act.run();
        } finally {
            commands.unlock();
        }
    }

    private void kill(Strike strike) {
        var victims = victims(strike);
        if (victims.isEmpty()) return;
        ShopProcess.signal("KILL", false, victims);
        log.tell(strike.kind(), strike.action(), names(victims));
    }

    /** @param withChildren a server's workers would go on without the process that watches them */
    private void stop(Strike strike, boolean withChildren) throws InterruptedException {
        var victims = victims(strike);
        if (victims.isEmpty()) return;
        frozen.addAll(victims);
        ShopProcess.signal("STOP", withChildren, victims);
        log.tell(strike.kind(), strike.action(), names(victims) + " for " + strike.holdMillis() / 1000.0 + " s");
        pause(strike.holdMillis());
        ShopProcess.signal("CONT", withChildren, victims);
        victims.forEach(frozen::remove);
        log.tell(strike.kind(), "cont", names(victims));
    }

    private void misbehave(Strike strike) throws InterruptedException {
        provider.misbehave(strike.action());
        log.tell(strike.kind(), strike.action(), "for " + strike.holdMillis() / 1000.0 + " s");
        pause(strike.holdMillis());
    }

    private void store(Strike strike) throws InterruptedException {
        if (strike.action().equals("stop-store")) {
            stop(strike, true);
            return;
        }
        var victims = victims(strike);
        if (victims.isEmpty()) return;
        if (strike.action().equals("wipe-store")) {
            wipe(strike);
            return;
        }
        whileNoCommandRuns(() -> {
            ShopProcess.signal("KILL", false, victims);
            log.tell(strike.kind(), strike.action(), names(victims));
        });
        awaitReturn(strike, victims.get(0));
    }

    private void wipe(Strike strike) {
        try {
            RedisWipe.all(shop.redis());
            log.tell(strike.kind(), strike.action(), "redis");
        } catch (IOException e) {
            log.tell(strike.kind(), "not-wiped", String.valueOf(e.getMessage()));
        }
    }

    /** Room that comes free meanwhile is taken as well. */
    private void fill(Strike strike) throws InterruptedException {
        try (var ballast = Ballast.in(StoresDisk.of(shop.home()))) {
            var taken = ballast.fill() / Ballast.MIB + " MiB";
            var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(strike.holdMillis());
            log.tell(strike.kind(), strike.action(), taken + " for " + strike.holdMillis() / 1000.0 + " s");
            while (System.nanoTime() < until && !healing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) ballast.fill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        log.tell(strike.kind(), "free", "");
    }

    /** A store that stays away is the run's failure, not a fault of its own. */
    private void awaitReturn(Strike strike, ShopProcess killed) throws InterruptedException {
        var since = Instant.now();
        var until = since.plus(STORE_PATIENCE);
        while (Instant.now().isBefore(until)) {
            boolean back = candidates(killed.service()).stream()
                    .anyMatch(it -> !it.equals(killed) && (it.managementPort() == 0 || Management.ready(it)));
            if (back) {
                var seconds = Duration.between(since, Instant.now()).toMillis() / 1000.0;
                log.tell(strike.kind(), "back", killed.service() + " after " + seconds + " s");
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        throw Stopped.failed(
                "A killed store does not come back.",
                killed.service() + " was killed at " + since + " and nothing has taken its place for "
                        + STORE_PATIENCE.toSeconds() + " s.",
                "Read the logs of stores and supervisor in " + shop.home().resolve("logs") + ".");
    }

    /** Arms one failpoint after the other, and waits until a JVM has come to it. */
    private void halt(Strike strike) throws InterruptedException {
        for (var victim : strike.victims()) {
            if (healing.getCount() == 0) return;
            halt(strike, Failpoint.named(victim.service()).orElseThrow(), victim.nth());
        }
    }

    private void halt(Strike strike, Failpoint failpoint, int passage) throws InterruptedException {
        boolean halted = haltAt(strike, failpoint, passage)
                || (healing.getCount() > 0 && passage > 1 && haltAt(strike, failpoint, 1));
        if (!halted) log.tell(strike.kind(), "not-passed", failpoint.name());
        pause(AFTER_HALT_MILLIS);
    }

    private boolean haltAt(Strike strike, Failpoint failpoint, int passage) throws InterruptedException {
        try {
            var armed = agents.arm(Arming.halt(failpoint, passage));
            var until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(strike.holdMillis());
            while (!FaultDirectory.isDone(armed) && System.nanoTime() < until) {
                if (healing.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) break;
            }
            if (agents.disarm(armed)) return false;
            log.tell(strike.kind(), strike.action(), failpoint.name() + ", passage " + passage);
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void disturb(Strike strike) throws InterruptedException {
        try {
            agents.disturb(BUS_FAULTS);
            log.tell(strike.kind(), strike.action(), "for " + strike.holdMillis() / 1000.0 + " s");
            pause(strike.holdMillis());
            agents.disturb(CALM);
            log.tell(strike.kind(), "calm", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restart(Strike strike) throws InterruptedException {
        for (var victim : strike.victims()) {
            whileNoCommandRuns(() -> {
                log.tell(strike.kind(), strike.action(), victim.service());
                shop.omnibus("restart", victim.service());
            });
        }
    }

    private void power(Strike strike) {
        var all = new ArrayList<>(shop.processes());
        all.addAll(shop.servers());
        ShopProcess.signal("KILL", false, all);
        log.tell(strike.kind(), strike.action(), all.size() + " processes");
        shop.omnibus("up");
        provider.misbehave("recover");
        log.tell(strike.kind(), "up", "again");
    }

    private void hurt(Strike strike) throws InterruptedException {
        var line = strike.victims().get(0);
        shop.network().hurt(line.service(), strike.action(), line.nth());
        log.tell(strike.kind(), strike.action(), line.service() + " for " + strike.holdMillis() / 1000.0 + " s");
        pause(strike.holdMillis());
        shop.network().calm(line.service());
        if (strike.holdMillis() > 0) log.tell(strike.kind(), "calm", line.service());
    }

    /** Ends every fault that is still under way. */
    void heal(boolean providerWasHurt) {
        ShopProcess.signal("CONT", true, List.copyOf(frozen));
        frozen.clear();
        shop.network().calm();
        if (providerWasHurt) provider.heal();
        try {
            agents.heal();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<ShopProcess> victims(Strike strike) {
        return strike.victims().stream()
                .flatMap(victim -> nth(candidates(victim.service()), victim))
                .distinct()
                .toList();
    }

    private static java.util.stream.Stream<ShopProcess> nth(List<ShopProcess> living, Victim victim) {
        return living.isEmpty()
                ? java.util.stream.Stream.empty()
                : java.util.stream.Stream.of(living.get(victim.nth() % living.size()));
    }

    private List<ShopProcess> candidates(String service) {
        var servers = shop.servers().stream()
                .filter(it -> it.service().equals(service))
                .toList();
        return servers.isEmpty() ? shop.processes(service) : servers;
    }

    private void pause(int millis) throws InterruptedException {
        healing.await(millis, TimeUnit.MILLISECONDS);
    }

    static String names(List<ShopProcess> processes) {
        return processes.stream()
                .map(it -> it.instance() + " (" + it.pid() + ")")
                .collect(Collectors.joining(", "));
    }
}
