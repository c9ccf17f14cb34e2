package omnibus.platform.call;

import io.vertx.core.Promise;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** One instance as this JVM sees it: how much it has under way from here, and whether it is trusted with more. */
final class Target {
    enum Trust {
        /** Seen in the directory, not yet heard from: the first message to a new address can stall. */
        UNPROVEN,
        TRUSTED,
        /** Cost a call its time; used again once it answers a ping. */
        SET_ASIDE
    }

    final String address;
    final AtomicInteger inFlight = new AtomicInteger();
    private final Set<Promise<?>> waiting = ConcurrentHashMap.newKeySet();
    private volatile Trust trust = Trust.UNPROVEN;
    private volatile boolean pinging;

    Target(String address) {
        this.address = address;
    }

    Trust trust() {
        return trust;
    }

    void trust(Trust now) {
        trust = now;
    }

    /** True for the one who may start pinging. */
    synchronized boolean startPinging() {
        if (pinging) return false;
        pinging = true;
        return true;
    }

    synchronized void stopPinging() {
        pinging = false;
    }

    void begin(Promise<?> call) {
        inFlight.incrementAndGet();
        waiting.add(call);
    }

    void end(Promise<?> call) {
        if (waiting.remove(call)) inFlight.decrementAndGet();
    }

    /** The JVM behind the address is gone: nobody will answer. */
    void fail(Throwable why) {
        waiting.forEach(call -> call.tryFail(why));
    }
}
