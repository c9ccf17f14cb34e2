package omnibus.platform;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import omnibus.platform.call.Answer;
import omnibus.platform.call.BusHeaders;
import omnibus.platform.call.Call;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Operations;
import omnibus.platform.directory.Lease;
import omnibus.platform.directory.Lease.State;
import omnibus.platform.events.DeadLetters;
import omnibus.platform.events.EventSource;
import omnibus.platform.events.Follower;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running instance of a service: its address on the bus, its lease in the directory, its followers, its life from
 * STARTING over READY to DRAINING. A verticle's {@code start} ends with {@link Builder#start()}, its {@code stop} is
 * {@link #stop()}.
 */
public final class Instance {
    private static final Logger LOG = LoggerFactory.getLogger(Instance.class);
    private static final long RENEW_MILLIS = 1_000;
    private static final long SELF_PING_MILLIS = 900;
    private static final int MISSES_BEFORE_RESTART = 3;
    /** An event loop whose timers are later than that is behind with everything. */
    private static final long LATE_MILLIS = 100;

    private static final long STORE_CHECK_MILLIS = 1_000;
    private static final long DRAIN_POLL_MILLIS = 20;
    private static final int DEFAULT_IN_FLIGHT = 512;

    private record Store(String name, String kind, Supplier<Future<?>> check) {}

    private final Builder parts;
    private final Platform platform;
    private final Vertx vertx;
    private final Operations operations;
    private MessageConsumer<Buffer> consumer;
    private volatile Lease lease;
    private long renewal = -1;
    private int misses;
    private boolean stopping;

    private Instance(Builder parts) {
        this.parts = parts;
        this.platform = parts.platform;
        this.vertx = platform.vertx();
        var bound = platform.settings().integer("OMNIBUS_IN_FLIGHT", DEFAULT_IN_FLIGHT, 1, 100_000);
        this.operations = new Operations(parts.contract, parts.api, platform.metrics(), bound);
        operations.platformOperation("ping", call -> Future.succeededFuture(Answer.noContent()));
        operations.platformOperation(
                "readContract", call -> Future.succeededFuture(Answer.ok(parts.contract.document())));
        operations.platformOperation("readStatus", call -> Future.succeededFuture(Answer.ok(status())));
        var letters = new DeadLetters(parts.followers);
        operations.platformOperation("readDeadLetters", letters::read);
        operations.platformOperation("applyDeadLetter", letters::apply);
        if (parts.events != null) operations.platformOperation("readEvents", this::readEvents);
    }

    /** What an instance answers when the cluster's members are asked: calls are a running total. */
    public record Status(
            String service,
            String instance,
            String version,
            String state,
            long pid,
            String host,
            java.time.Instant startedAt,
            long calls,
            int inFlight) {}

    private Status status() {
        return new Status(
                lease.service(),
                lease.instance(),
                lease.version(),
                lease.state().name(),
                lease.pid(),
                lease.host(),
                lease.startedAt(),
                parts.calls == null ? operations.calls() : parts.calls.getAsLong(),
                parts.inFlight == null ? operations.inFlight() : parts.inFlight.getAsInt());
    }

    private Future<Answer> readEvents(Call call) {
        var after = Long.parseLong(call.query("after").orElse("0"));
        var limit = Integer.parseInt(call.query("limit").orElse("100"));
        return call.query("user")
                .map(user -> parts.events.readOfUser(user, after, limit))
                .orElseGet(() -> parts.events.read(after, limit))
                .map(Answer::ok);
    }

    private Future<Instance> start() {
        lease = firstLease();
        consumer = vertx.eventBus().consumer(lease.address(), operations::handle);
        return consumer.completion()
                .compose(registered -> platform.directory().put(lease))
                .compose(announced -> warmUp())
                .compose(warm -> checkStores())
                .compose(stores -> renew(stores))
                .map(ready -> {
                    parts.followers.forEach(Follower::start);
                    renewal = vertx.setPeriodic(RENEW_MILLIS, tick -> tick());
                    LOG.info("{} {} is {}", lease.service(), lease.instance(), lease.state());
                    return this;
                });
    }

    private Lease firstLease() {
        var service = parts.contract.service();
        return new Lease(
                service,
                platform.instanceId(),
                service + "@" + platform.instanceId(),
                parts.contract.document().path("info").path("version").asText("0"),
                parts.contract.digest(),
                State.STARTING,
                platform.member(),
                ProcessHandle.current().pid(),
                Host.name(),
                platform.managementPort(),
                platform.clock().instant().truncatedTo(java.time.temporal.ChronoUnit.MILLIS),
                Map.of());
    }

    private Future<?> warmUp() {
        return parts.warmUp.get().recover(failure -> {
            LOG.warn("warming up failed; the first calls will be slower", failure);
            return Future.succeededFuture();
        });
    }

    private Future<Map<String, Lease.Store>> checkStores() {
        Map<String, Lease.Store> found = new LinkedHashMap<>();
        Future<Void> all = Future.succeededFuture();
        for (var store : parts.stores) {
            all = all.compose(before -> check(store).map(up -> {
                found.put(store.name, new Lease.Store(store.kind, up));
                return null;
            }));
        }
        return all.map(found);
    }

    private Future<Boolean> check(Store store) {
        return store.check
                .get()
                .timeout(STORE_CHECK_MILLIS, TimeUnit.MILLISECONDS)
                .<Boolean>map(answered -> true)
                .otherwise(silent -> false);
    }

    private void tick() {
        checkStores().compose(this::renew).onFailure(e -> LOG.warn("cannot renew the lease: {}", e.toString()));
        verifyOwnRegistration();
    }

    private Future<Void> renew(Map<String, Lease.Store> stores) {
        if (stopping) return Future.succeededFuture();
        var missing = missing(stores);
        var state = missing.isEmpty() ? State.READY : State.NOT_READY;
        platform.health().ready(missing.isEmpty(), missing.isEmpty() ? "ready" : "cannot reach " + missing);
        if (state != lease.state() && !missing.isEmpty()) LOG.warn("not ready: cannot reach {}", missing);
        lease = lease.with(state, stores);
        return platform.directory().put(lease);
    }

    private String missing(Map<String, Lease.Store> stores) {
        var away = new ArrayList<String>();
        stores.forEach((name, store) -> {
            if (!store.up()) away.add(name);
        });
        if (platform.health().isCutOff()) away.add(Health.MOST);
        return String.join(", ", away);
    }

    /** The cluster can lose a registration (vertx-hazelcast issue 196); only a restart brings it back for certain. */
    private void verifyOwnRegistration() {
        var options =
                new DeliveryOptions().setSendTimeout(SELF_PING_MILLIS).addHeader(BusHeaders.OPERATION, "platform.ping");
        var sent = System.nanoTime();
        vertx.eventBus().request(lease.address(), Buffer.buffer(), options).onComplete(pong -> {
            if (pong.failed() && !isLost(pong.cause(), (System.nanoTime() - sent) / 1_000_000)) return;
            misses = pong.succeeded() || stopping ? 0 : misses + 1;
            if (misses < MISSES_BEFORE_RESTART) return;
            LOG.error("the bus does not find this instance any more; asking to be restarted", pong.cause());
            platform.health().askForRestart("the bus does not find this instance");
        });
    }

    /**
     * Who has so much to do that its own ping waits with the rest is not lost: a restart would leave the work to fewer. Then
     * the timer of the ping is late, too, and it says nothing either way.
     */
    static boolean isLost(Throwable failure, long afterMillis) {
        var timedOut = failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT;
        return !timedOut || afterMillis < SELF_PING_MILLIS + LATE_MILLIS;
    }

    /**
     * Drains: tells callers, keeps answering while they learn of it, then refuses, finishes what is under way, hands
     * back what it holds, and leaves the directory.
     */
    public Future<Void> stop() {
        if (stopping) return Future.succeededFuture();
        stopping = true;
        vertx.cancelTimer(renewal);
        platform.health().ready(false, "draining");
        lease = lease.with(State.DRAINING, lease.stores());
        var notice = platform.settings()
                .duration("OMNIBUS_DRAIN_NOTICE", Duration.ofSeconds(2))
                .toMillis();
        var patience = platform.settings()
                .duration("OMNIBUS_DRAIN_PATIENCE", Duration.ofSeconds(20))
                .toMillis();
        return tolerant("announcing the drain", platform.directory().put(lease))
                .compose(told -> tolerant("draining", parts.onDrain.get()))
                .compose(told -> pause(notice))
                .compose(noticed -> {
                    operations.drain();
                    return idle(System.nanoTime() + patience * 1_000_000);
                })
                .compose(idle -> Future.join(
                                parts.followers.stream().map(Follower::stop).toList())
                        .<Void>mapEmpty()
                        .otherwiseEmpty())
                .compose(idle -> consumer.unregister().otherwiseEmpty())
                .compose(gone -> tolerant("stopping", parts.onStop.get()))
                .compose(stopped ->
                        tolerant("leaving the directory", platform.directory().remove(lease)));
    }

    private Future<Void> idle(long untilNanos) {
        if (operations.inFlight() == 0 || System.nanoTime() > untilNanos) return Future.succeededFuture();
        return pause(DRAIN_POLL_MILLIS).compose(later -> idle(untilNanos));
    }

    private Future<Void> pause(long millis) {
        if (millis == 0) return Future.succeededFuture();
        Promise<Void> done = Promise.promise();
        vertx.setTimer(millis, tick -> done.complete());
        return done.future();
    }

    private static Future<Void> tolerant(String what, Future<?> step) {
        return step.<Void>mapEmpty().recover(failure -> {
            LOG.warn("{} failed; going on", what, failure);
            return Future.succeededFuture();
        });
    }

    public String address() {
        return lease.address();
    }

    /** The parts of an instance. Only contract and api are needed; everything else has an empty default. */
    public static final class Builder {
        private final Platform platform;
        private final Contract contract;
        private final Object api;
        private final List<Follower> followers = new ArrayList<>();
        private final List<Store> stores = new ArrayList<>();
        private EventSource events;
        private Supplier<Future<?>> warmUp = Future::succeededFuture;
        private Supplier<Future<?>> onDrain = Future::succeededFuture;
        private Supplier<Future<?>> onStop = Future::succeededFuture;
        private LongSupplier calls;
        private IntSupplier inFlight;

        private Builder(Platform platform, Contract contract, Object api) {
            this.platform = platform;
            this.contract = contract;
            this.api = api;
        }

        /** The service's log, which others may follow. */
        public Builder events(EventSource source) {
            events = source;
            return this;
        }

        public Builder follow(Follower follower) {
            followers.add(follower);
            return this;
        }

        /** A store without which this service cannot serve; asked each second. */
        public Builder store(String name, Supplier<Future<?>> check) {
            var kind = platform.settings()
                    .text("OMNIBUS_" + name.toUpperCase(java.util.Locale.ROOT) + "_KIND", "external");
            stores.add(new Store(name, kind, check));
            return this;
        }

        /** Some reads of its own against its store, before it says it is ready. */
        public Builder warmUp(Supplier<Future<?>> reads) {
            warmUp = reads;
            return this;
        }

        /** Called when draining begins: stop taking on work that nobody asked for, such as saga leases. */
        public Builder onDrain(Supplier<Future<?>> action) {
            onDrain = action;
            return this;
        }

        /** Called when nothing is under way any more: close pools, hand back leases. */
        public Builder onStop(Supplier<Future<?>> action) {
            onStop = action;
            return this;
        }

        /** What its status tells as calls and as calls under way, where its work does not come over the bus. */
        public Builder traffic(LongSupplier callsSinceStart, IntSupplier callsUnderWay) {
            calls = callsSinceStart;
            inFlight = callsUnderWay;
            return this;
        }

        /** Registers, warms up and becomes ready; the future fails if the instance cannot serve at all. */
        public Future<Instance> start() {
            try {
                return new Instance(this).start();
            } catch (RuntimeException cannot) {
                return Future.failedFuture(cannot);
            }
        }
    }

    public static Builder of(Platform platform, Contract contract, Object api) {
        return new Builder(platform, contract, api);
    }
}
