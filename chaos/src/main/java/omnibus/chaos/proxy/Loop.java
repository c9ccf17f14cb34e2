package omnibus.chaos.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The one thread on which all of a proxy happens: channels that are ready, timers, and what others ask for. */
final class Loop implements AutoCloseable {
    private record Timer(long atNanos, Runnable act) {}

    private static final long NANOS_A_MILLI = 1_000_000;
    private static final int CALL_PATIENCE_SECONDS = 10;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos));
    private final Selector selector;
    private volatile boolean closing;

    private Loop(Selector selector) {
        this.selector = selector;
    }

    static Loop start(String name) throws IOException {
        var loop = new Loop(Selector.open());
        var thread = new Thread(loop::turn, name);
        thread.setDaemon(true);
        thread.start();
        return loop;
    }

    /** Whoever registers with it attaches a {@link Runnable} to the key: what to do when the channel is ready. */
    Selector selector() {
        return selector;
    }

    /** From the loop only. */
    void at(long nanos, Runnable act) {
        timers.add(new Timer(nanos, act));
    }

    /** Does something on the loop and waits for what comes out; for everybody but the loop itself. */
    <T> T call(Supplier<T> act) {
        var outcome = new CompletableFuture<T>();
        tasks.add(() -> outcome.completeAsync(act, Runnable::run));
        selector.wakeup();
        return outcome.orTimeout(CALL_PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private void turn() {
        try (selector) {
            while (!closing) {
                selector.select(key -> ((Runnable) key.attachment()).run(), patienceMillis());
                for (var task = tasks.poll(); task != null; task = tasks.poll()) task.run();
                while (!timers.isEmpty() && untilNext() <= 0)
                    timers.remove().act().run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long untilNext() {
        return timers.element().atNanos() - System.nanoTime();
    }

    /** 0 is for ever. */
    private long patienceMillis() {
        return timers.isEmpty() ? 0 : Math.max(1, (untilNext() + NANOS_A_MILLI - 1) / NANOS_A_MILLI);
    }

    @Override
    public void close() {
        closing = true;
        selector.wakeup();
    }
}
