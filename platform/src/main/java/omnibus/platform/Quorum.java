package omnibus.platform;

import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether this JVM has been cut off from the cluster: within ten seconds more than half of its members left, and
 * nothing answers any more where they were. Members that died leave a machine behind that refuses the connection, and
 * frozen ones a kernel that still accepts it; only a cut says nothing. A JVM that is cut off says it is not ready, so that
 * the side with the clients goes on without it. Since the truth is in the stores this is courtesy, not correctness: it ends
 * when the others are back, or after two minutes, when what is left is the cluster.
 */
final class Quorum {
    private static final Logger LOG = LoggerFactory.getLogger(Quorum.class);
    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();

    private final Function<InetSocketAddress, Future<Boolean>> reachable;
    private final LongSupplier nanoTime;
    private final Deque<Long> cuts = new ArrayDeque<>();
    /** Before the first of the departures that follow each other within the window. */
    private int sizeBefore;

    private int size;
    private long lastDeparture;
    private boolean anyDeparture;
    private long cutOffSince;
    private boolean cutOff;

    /** @param reachable whether the machine at an address still says anything, a refusal included */
    Quorum(int size, Function<InetSocketAddress, Future<Boolean>> reachable, LongSupplier nanoTime) {
        this.reachable = reachable;
        this.nanoTime = nanoTime;
        this.size = size;
        this.sizeBefore = size;
    }

    synchronized void joined(int sizeNow) {
        size = sizeNow;
        if (cutOff && size * 2 > sizeBefore) end("the others are back");
    }

    void left(InetSocketAddress address, int sizeNow) {
        begin(sizeNow);
        reachable.apply(address).onComplete(answered -> {
            if (!answered.succeeded() || !answered.result()) cut(address);
        });
    }

    private synchronized void begin(int sizeNow) {
        var now = nanoTime.getAsLong();
        if (!cutOff && (!anyDeparture || now - lastDeparture > WINDOW_NANOS)) {
            sizeBefore = Math.max(size, sizeNow + 1);
        }
        anyDeparture = true;
        lastDeparture = now;
        size = sizeNow;
    }

    private synchronized void cut(InetSocketAddress address) {
        forgetOldCuts();
        cuts.add(nanoTime.getAsLong());
        LOG.warn("the member at {} has left and nothing answers there", address);
        if (cutOff || cuts.size() * 2 <= sizeBefore) return;
        cutOff = true;
        cutOffSince = nanoTime.getAsLong();
        LOG.error("cut off: {} of {} members are out of reach; not ready until they are back", cuts.size(), sizeBefore);
    }

    private void forgetOldCuts() {
        var now = nanoTime.getAsLong();
        while (!cuts.isEmpty() && now - cuts.peek() > WINDOW_NANOS) cuts.remove();
    }

    synchronized boolean isCutOff() {
        if (cutOff && nanoTime.getAsLong() - cutOffSince > LONGEST_NANOS) end("what is left is the cluster now");
        return cutOff;
    }

    private void end(String why) {
        cutOff = false;
        cuts.clear();
        sizeBefore = size;
        LOG.info("no longer cut off: {}", why);
    }
}
