package omnibus.platform.call;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import omnibus.platform.call.Target.Trust;
import omnibus.platform.directory.Directory;
import omnibus.platform.directory.Lease.State;

/**
 * Chooses the instance a call goes to: one of two random trusted ones, the less busy only if the difference matters,
 * else the first, so that a cold instance still gets its share (the power of two choices; Mitzenmacher 2001). A new
 * instance is pinged before it takes traffic; one that cost a call its time is set aside until it answers a ping.
 */
final class Targets {
    private static final int DIFFERENCE_THAT_MATTERS = 3;
    private static final long PING_EVERY_MILLIS = 500;
    private static final long PING_TIMEOUT_MILLIS = 1_000;

    private final Vertx vertx;
    private final Directory directory;
    private final Map<String, Target> targets = new ConcurrentHashMap<>();
    private volatile Map<String, List<Target>> preferred = Map.of();

    Targets(Vertx vertx, Directory directory) {
        this.vertx = vertx;
        this.directory = directory;
        directory.onChange(changed -> update());
        directory.onDeparture(this::departed);
        update();
    }

    private synchronized void update() {
        var byService = new java.util.HashMap<String, List<Target>>();
        var known = new java.util.HashSet<String>();
        for (var entry : directory.entries()) {
            var lease = entry.lease();
            known.add(lease.address());
            if (lease.state() != State.READY || !entry.held()) continue;
            var target = targets.computeIfAbsent(lease.address(), Target::new);
            if (target.trust() != Trust.TRUSTED) prove(target);
            byService
                    .computeIfAbsent(lease.service(), service -> new ArrayList<>())
                    .add(target);
        }
        targets.keySet().retainAll(known);
        preferred = byService;
    }

    private void departed(String address) {
        var target = targets.remove(address);
        if (target != null) target.fail(new Departed(address));
        update();
    }

    /** An instance for one try of a call, other than those tried already; empty when there is nothing left to try. */
    Optional<Target> choose(String service, Set<Target> tried) {
        var ready = preferred.getOrDefault(service, List.of());
        return pick(ready, tried, true)
                .or(() -> pick(ready, tried, false))
                .or(() -> pick(lastResort(service), tried, false));
    }

    /** Is there a trusted instance to go to, should this one not answer? */
    boolean hasOther(String service, Set<Target> tried, Target target) {
        return preferred.getOrDefault(service, List.of()).stream()
                .anyMatch(other -> other != target && other.trust() == Trust.TRUSTED && !tried.contains(other));
    }

    /** Instances whose lease ran out or that say they are not ready may still answer; they know best. */
    private List<Target> lastResort(String service) {
        return directory.entries(service).stream()
                .filter(entry ->
                        entry.lease().state() == State.READY || entry.lease().state() == State.NOT_READY)
                .map(entry -> targets.computeIfAbsent(entry.lease().address(), Target::new))
                .toList();
    }

    private static Optional<Target> pick(List<Target> from, Set<Target> tried, boolean trustedOnly) {
        var random = ThreadLocalRandom.current();
        Target first = null;
        var offset = from.isEmpty() ? 0 : random.nextInt(from.size());
        Target second = null;
        for (var i = 0; i < from.size() && second == null; i++) {
            var target = from.get((offset + i) % from.size());
            if (tried.contains(target) || (trustedOnly && target.trust() != Trust.TRUSTED)) continue;
            if (first == null) first = target;
            else if (i == from.size() - 1 || random.nextInt(from.size() - i) == 0) second = target;
        }
        if (second == null) return Optional.ofNullable(first);
        return Optional.of(first.inFlight.get() - second.inFlight.get() >= DIFFERENCE_THAT_MATTERS ? second : first);
    }

    /** The instance cost a call its time: others are preferred until it answers a ping. */
    void setAside(Target target) {
        target.trust(Trust.SET_ASIDE);
        prove(target);
    }

    private void prove(Target target) {
        if (target.startPinging()) ping(target);
    }

    private void ping(Target target) {
        var options = new DeliveryOptions()
                .setSendTimeout(PING_TIMEOUT_MILLIS)
                .addHeader(BusHeaders.OPERATION, "platform.ping");
        vertx.eventBus().request(target.address, Buffer.buffer(), options).onComplete(pong -> {
            if (pong.succeeded()) {
                target.trust(Trust.TRUSTED);
                target.stopPinging();
            } else if (targets.get(target.address) == target && mayComeBack(pong.cause())) {
                vertx.setTimer(PING_EVERY_MILLIS, timer -> ping(target));
            } else {
                target.stopPinging();
            }
        });
    }

    private static boolean mayComeBack(Throwable failure) {
        return !(failure instanceof ReplyException reply) || reply.failureType() != ReplyFailure.ERROR;
    }

    /** The JVM that a call was under way to has left the cluster. */
    static final class Departed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Departed(String address) {
            super("the instance " + address + " has left", null, false, false);
        }
    }
}
