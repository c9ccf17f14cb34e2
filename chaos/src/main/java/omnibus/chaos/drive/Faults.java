package omnibus.chaos.drive;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** The scheduler: a thread for each kind of fault that draws from the seed, waits, strikes, and draws again. */
final class Faults {
    private final CountDownLatch healing = new CountDownLatch(1);
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Set<FaultKind> kinds;
    private final long seed;
    private final FaultHand hand;

    Faults(Set<FaultKind> kinds, long seed, ChaosShop shop, FaultLog log) {
        this.kinds = kinds;
        this.seed = seed;
        this.hand = new FaultHand(shop, new Provider(shop, seed), log, healing);
    }

    /** Kinds do not share a source: leaving one out does not change the others. */
    static SplittableRandom source(long seed, FaultKind kind) {
        return new SplittableRandom(seed * 31 + kind.name().hashCode());
    }

    void start() {
        for (var kind : kinds) {
            var thread = new Thread(() -> work(kind), "faults-" + kind.label());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void work(FaultKind kind) {
        var random = source(seed, kind);
        try {
            while (true) {
                var strike = kind.draw(random);
                if (healing.await(strike.pauseMillis(), TimeUnit.MILLISECONDS)) return;
                hand.strike(strike);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** What made it impossible to go on, if anything did. */
    RuntimeException failure() {
        return failure.get();
    }

    /** No more harm from here on; returns when commands under way have ended and all is undone. */
    void heal() throws InterruptedException {
        healing.countDown();
        for (var thread : threads) thread.join();
        hand.heal(kinds.contains(FaultKind.PROVIDER) || kinds.contains(FaultKind.POWER));
    }
}
