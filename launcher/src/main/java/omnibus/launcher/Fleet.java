package omnibus.launcher;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Starts and ends the processes of one shop. Commands and supervisor do it through the same methods, each of which takes
 * the home's lock, looks at what is there, and changes only what is missing; so any number of them may run at once.
 */
final class Fleet {
    private final Home home;
    private final Shop shop;
    private final Clock clock;
    private final HomeLock lock;
    private final Instances instances;

    Fleet(Home home, Shop shop, Clock clock) {
        this.home = home;
        this.shop = shop;
        this.clock = clock;
        this.lock = new HomeLock(home);
        this.instances = new Instances(home);
    }

    Home home() {
        return home;
    }

    Shop shop() {
        return shop;
    }

    HomeLock lock() {
        return lock;
    }

    Instances instances() {
        return instances;
    }

    Optional<ShopState> state() {
        return home.read(home.run().resolve("shop.json"), ShopState.class);
    }

    ShopState runningState() {
        if (!home.exists() || instances.alive().isEmpty()) throw Failure.notRunning(home);
        return state().orElseThrow(() -> Failure.notRunning(home));
    }

    void save(ShopState state) {
        home.write(home.run().resolve("shop.json"), state);
    }

    /** Brings the number of running instances up to the wanted one; what waits for its back-off is started now. */
    List<Instance> fill(Role role) {
        return lock.hold(() -> {
            var state = runningOrStarting();
            var started = new ArrayList<Instance>();
            var dead = new ArrayList<>(
                    instances.of(role.name()).stream().filter(it -> !it.alive()).toList());
            while (!filled(state, role.name())) {
                var former = dead.isEmpty() ? Optional.<Instance>empty() : Optional.of(dead.remove(0));
                started.add(start(state, role, former));
                former.ifPresent(instances::remove);
            }
            dead.forEach(instances::remove);
            return started;
        });
    }

    /** One instance more than wanted, for a rolling restart. */
    Instance startExtra(Role role) {
        return lock.hold(() -> {
            var state = runningOrStarting();
            if (state.wanted(role.name()) == 0) {
                throw Failure.failed(
                        role.name() + " was switched off meanwhile.",
                        "Another command wants no instance of it.",
                        "./omnibus ps shows what runs.");
            }
            return start(state, role, Optional.empty());
        });
    }

    /** As {@link #replaceDead(int)}, however many it takes. */
    List<Instance> replaceDead() {
        return replaceDead(Integer.MAX_VALUE);
    }

    /**
     * Puts a new instance in the place of each that ended without being told to, as soon as its back-off is over; forgets
     * those that were told to, and those whose place another has taken. Of more than {@code most}, those come first of
     * whose service the least is left.
     */
    List<Instance> replaceDead(int most) {
        if (instances.all().stream().allMatch(Instance::alive)) return List.of();
        return lock.hold(() -> {
            var started = new ArrayList<Instance>();
            var refusals = new ArrayList<Failure>();
            var state = state();
            for (var dead : neediestFirst()) {
                if (!dead.wanted() || state.isEmpty() || filled(state.get(), dead.service())) {
                    instances.remove(dead);
                    continue;
                }
                var known = dead.retryAt() == null ? dead.died(now(), Backoff.STANDARD) : dead;
                if (known != dead) instances.save(known);
                boolean room = started.size() < most || isAwaited(known);
                if (!room || !mayStart(state.get(), known)) continue;
                try {
                    started.add(start(state.get(), shop.role(known.service()), Optional.of(known)));
                    instances.remove(known);
                } catch (Failure refusal) {
                    refusals.add(refusal); // the others are started all the same
                }
            }
            if (!refusals.isEmpty()) throw refusals.get(0);
            return started;
        });
    }

    private boolean isAwaited(Instance dead) {
        return !shop.role(dead.service()).scalable();
    }

    private List<Instance> neediestFirst() {
        return instances.all().stream()
                .filter(it -> !it.alive())
                .sorted(Comparator.comparing((Instance it) -> !it.service().equals(Shop.STORES_NAME))
                        .thenComparing(it -> instances.serving(it.service()).size()))
                .toList();
    }

    private boolean mayStart(ShopState state, Instance dead) {
        return !dead.retryAt().isAfter(now()) && itsStoresAreDescribed(state, shop.role(dead.service()));
    }

    private boolean filled(ShopState state, String service) {
        int wanted = shop.role(service).scalable() ? state.wanted(service) : 1;
        return instances.serving(service).size() >= wanted;
    }

    /** After everything was killed the stores come first; until they have said where they are, nobody can be sent there. */
    private boolean itsStoresAreDescribed(ShopState state, Role role) {
        var servers = StoreServers.of(home);
        return role.stores().stream()
                .filter(store -> state.settings().external(store).isEmpty())
                .allMatch(store -> servers.find(store).isPresent());
    }

    private Instance start(ShopState state, Role role, Optional<Instance> former) {
        var name = freshName(role);
        int port = role.duty() == Role.Duty.SUPERVISOR ? 0 : freeManagementPort(state);
        var distribution = Distribution.of(state.build(), home);
        var arguments = role.duty() == Role.Duty.SUPERVISOR ? new String[] {"supervise"} : new String[0];
        var process = Detached.start(
                new JavaCommand(home, distribution, state.settings()).of(role, arguments),
                new ProcessEnvironment(home, state).of(role, name, port),
                home.path(),
                home.logs().resolve(name + ".log"));
        var instance = new Instance(
                role.name(),
                name,
                process,
                port,
                now(),
                former.map(it -> it.restarts() + 1).orElse(0),
                former.map(Instance::failures).orElse(0),
                state.build(),
                null,
                null);
        instances.save(instance);
        return instance;
    }

    private String freshName(Role role) {
        String name;
        do name = role.name() + "-" + Secrets.instanceSuffix();
        while (instances.find(name).isPresent());
        return name;
    }

    private int freeManagementPort(ShopState state) {
        Set<Integer> taken =
                instances.all().stream().map(Instance::managementPort).collect(Collectors.toSet());
        return state.ports().management(taken, Ports::freeOnLoopback);
    }

    /**
     * Tells processes to end, waits, and kills what did not.
     *
     * @return those that had to be killed
     */
    List<Instance> stop(List<Instance> leaving, Duration patience) {
        lock.hold(() -> leaving.forEach(it -> {
            if (instances.find(it.instance()).isPresent()) instances.save(it.stoppingSince(now()));
        }));
        leaving.forEach(it -> it.process().terminate());
        Poll.until(patience, Duration.ofMillis(50), () -> leaving.stream().noneMatch(Instance::alive));
        var stubborn = leaving.stream().filter(Instance::alive).toList();
        stubborn.forEach(it -> it.process().kill());
        Poll.until(
                Duration.ofSeconds(5),
                Duration.ofMillis(20),
                () -> stubborn.stream().noneMatch(Instance::alive));
        lock.hold(() -> leaving.forEach(instances::remove));
        return stubborn;
    }

    /** A process that works forgives the early ends before it: should it die now, its place is filled at once. */
    void forgive(Instance proven) {
        lock.hold(() ->
                instances.find(proven.instance()).filter(Instance::alive).ifPresent(it -> instances.save(it.proved())));
    }

    /** Ends a process that does not work any more, so that its place is filled like that of one that died. */
    void giveUp(Instance sick) {
        sick.process().terminate();
        if (!Poll.until(Duration.ofSeconds(5), Duration.ofMillis(50), () -> !sick.alive())) {
            sick.process().kill();
        }
    }

    private ShopState runningOrStarting() {
        return state().orElseThrow(() -> Failure.failed(
                "The shop was taken down meanwhile.",
                "Another command ran ./omnibus down for the home " + home.path() + ".",
                "Start it again with ./omnibus up."));
    }

    Instant now() {
        return clock.instant();
    }
}
