package omnibus.stores;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps one store running: starts it, notices its end, starts it again. */
final class Keeper {
    private static final Logger log = LoggerFactory.getLogger(Keeper.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** What is to be done each time the store has started. */
    interface Preparation {
        /** @return the URLs of services, by name, if these differ from the store's own */
        Map<String, String> prepare(EmbeddedStore store) throws IOException;
    }

    private final EmbeddedStore store;
    private final Preparation preparation;
    private final Runnable onChange;
    private final CompletableFuture<Void> firstStart = new CompletableFuture<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    private volatile String state = "starting";
    private volatile Map<String, String> urls = Map.of();
    private volatile int restarts;

    Keeper(EmbeddedStore store, Preparation preparation, Runnable onChange) {
        this.store = store;
        this.preparation = preparation;
        this.onChange = onChange;
        this.thread = new Thread(this::run, "keeper-" + store.name());
    }

    /** Completes when the store answers for the first time; fails when its first start fails, and is given up then. */
    CompletableFuture<Void> start() {
        thread.start();
        return firstStart;
    }

    EmbeddedStore store() {
        return store;
    }

    /** {@code starting}, {@code ready}, {@code down} or {@code stopped}. */
    String state() {
        return state;
    }

    Map<String, String> urls() {
        return urls;
    }

    int restarts() {
        return restarts;
    }

    /** Why the store does not answer; nothing if it does. */
    Optional<String> complaint() {
        try {
            if (!state.equals("ready")) return Optional.of("is " + state);
            store.ping();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
    }

    private void run() {
        var pause = FIRST_PAUSE;
        try {
            while (stopping.getCount() > 0) {
                var began = System.nanoTime();
                if (started()) awaitEnd();
                else if (firstStart.isCompletedExceptionally()) return;
                if (stopping.getCount() == 0) return;
                restarts++;
                become("down");
                if (System.nanoTime() - began > LONGEST_PAUSE.toNanos()) pause = FIRST_PAUSE;
                if (stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS)) return;
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        } catch (InterruptedException e) {
            log.warn("Nobody watches {} any more", store.name());
        }
    }

    private boolean started() throws InterruptedException {
        try {
            store.start();
            urls = preparation.prepare(store);
            become("ready");
            firstStart.complete(null);
            return true;
        } catch (IOException | RuntimeException e) {
            if (!firstStart.isDone()) firstStart.completeExceptionally(e);
            else log.error("{} does not start: {}", store.name(), e.getMessage());
            return false;
        }
    }

    /** Looks now and then as well: in a container where nobody reaps orphans, the end of one is not told. */
    private void awaitEnd() throws InterruptedException {
        var end = store.ended();
        while (store.running()) {
            try {
                end.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                break;
            } catch (TimeoutException runs) {
                log.trace("{} runs", store.name());
            } catch (ExecutionException e) {
                log.error("{} failed", store.name(), e.getCause());
                break;
            }
        }
        if (stopping.getCount() > 0) log.warn("{} (pid {}) has ended and is started again", store.name(), store.pid());
    }

    private void become(String next) {
        state = next;
        onChange.run();
    }

    /** Stops the store for good. */
    void stop() {
        stopping.countDown();
        try {
            store.stop();
            thread.join();
            // A start that was under way just now.
            store.stop();
            state = "stopped";
            log.info("{} is stopped", store.name());
        } catch (IOException e) {
            log.error("{} does not stop: {}", store.name(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
