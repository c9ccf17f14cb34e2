package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;
import omnibus.platform.directory.Directory;
import omnibus.platform.directory.Lease;
import omnibus.platform.directory.Lease.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contracts that are served, kept up to date with the directory: an instance with a digest not seen before is asked
 * for its contract, which is mounted at once. A service without an instance stays mounted, so that its paths answer 503
 * and not 404; one that is no part of the core goes after a time of grace. A contract that clashes with one served is
 * refused as a whole; those of the core come first. Where that is the new version of one that is served, the old one goes
 * on. Lives on one event loop.
 */
final class Contracts {
    /**
     * Whether what a service brought is served.
     *
     * @param instance who brought it: the newest of its service, or null for what is left of one before it
     * @param refusal why it is not served, or null
     */
    record Judgement(String instance, String refusal) {}

    private static final Logger LOG = LoggerFactory.getLogger(Contracts.class);
    static final Set<String> CORE = Set.of("user", "product", "cart", "order", "inventory", "payment");
    private static final Duration FETCH_DEADLINE = Duration.ofSeconds(2);
    private static final long LOOK_MILLIS = 1_000;
    private static final long FIRST_LOOK_MILLIS = 5_000;
    /** Whatever its clock says, what is told only now started no earlier. */
    private static final long LATEST_NEWS_MILLIS = 10_000;

    private final Platform platform;
    private final ContractStore store;
    private final Contract own;
    private final Duration grace;
    private final Map<String, ContractStore.Kept> mounted = new LinkedHashMap<>();
    private final Map<String, Long> lastSeen = new HashMap<>();
    private final Set<String> fetching = new HashSet<>();
    private final Map<String, String> unreadable = new HashMap<>();
    /** New versions that clash with what is served, by digest; looked at again whenever something else is served. */
    private final Map<String, String> clashing = new HashMap<>();

    private final Set<String> told = new HashSet<>();
    private Context context;
    private RouteTable table;
    private List<Contract> contracts = List.of();
    private long timer = -1;
    /** What comes from now on is new; before, it may have been there for long. */
    private boolean watching;

    private Runnable changed = () -> {};

    Contracts(Platform platform, ContractStore store, Contract own, Duration grace) {
        this.platform = platform;
        this.store = store;
        this.own = own;
        this.grace = grace;
        rebuild();
    }

    /** Mounts what was kept, then what is there now; done when every contract in the directory was asked for once. */
    Future<Void> start() {
        context = platform.vertx().getOrCreateContext();
        return store.load().compose(kept -> {
            kept.forEach(this::mountAgain);
            rebuild();
            platform.directory().onChange(changed -> context.runOnContext(now -> look()));
            timer = platform.vertx().setPeriodic(LOOK_MILLIS, tick -> look());
            return look().timeout(FIRST_LOOK_MILLIS, TimeUnit.MILLISECONDS)
                    .recover(slow -> {
                        LOG.warn("not every service told its contract in time; the others are served meanwhile");
                        return Future.succeededFuture();
                    })
                    .onComplete(looked -> watching = true);
        });
    }

    /** The build that kept it may have allowed more than this one. */
    private void mountAgain(ContractStore.Kept kept) {
        try {
            requireOwnOperations(kept.contract());
        } catch (IllegalArgumentException breaksTheRules) {
            LOG.warn("the kept contract of {} is left out: {}", kept.contract().service(), breaksTheRules.getMessage());
            return;
        }
        mounted.put(kept.contract().service(), kept);
        lastSeen.put(kept.contract().service(), platform.clock().millis());
    }

    /** Calls {@code action} whenever something else is served than before. */
    void onChange(Runnable action) {
        changed = action;
    }

    void stop() {
        platform.vertx().cancelTimer(timer);
    }

    RouteTable table() {
        return table;
    }

    /** The mounted contracts, this gateway's own first. */
    Collection<Contract> contracts() {
        return contracts;
    }

    /** What became of what the services that are there have brought, and of what was refused of others; by service. */
    Map<String, Judgement> judgements() {
        var judgements = new TreeMap<String, Judgement>();
        table.clashes().forEach(clash -> judgements.put(clash.service(), new Judgement(null, clash.reason())));
        for (var service : services()) {
            newest(platform.directory(), service).flatMap(this::judged).ifPresent(it -> judgements.put(service, it));
        }
        return judgements;
    }

    /** Empty while this one's contract is not known here. */
    private Optional<Judgement> judged(Lease lease) {
        var refusal = unreadable.getOrDefault(lease.contract(), clashing.get(lease.contract()));
        if (refusal != null) return Optional.of(new Judgement(lease.instance(), refusal));
        var known = mounted.get(lease.service());
        if (known == null || !known.digest().equals(lease.contract())) return Optional.empty();
        var clash = table.clashes().stream()
                .filter(it -> it.service().equals(lease.service()))
                .findFirst();
        return Optional.of(new Judgement(
                lease.instance(), clash.map(RouteTable.Clash::reason).orElse(null)));
    }

    private Future<Void> look() {
        var fetches = new ArrayList<Future<?>>();
        for (var service : services()) {
            lastSeen.put(service, platform.clock().millis());
            newest(platform.directory(), service)
                    .filter(lease -> isNews(service, lease))
                    .ifPresent(lease -> fetches.add(fetch(lease)));
        }
        forgetPlugins();
        return Future.join(fetches).mapEmpty();
    }

    private Set<String> services() {
        var services = new TreeSet<String>();
        for (var entry : platform.directory().entries()) {
            if (entry.held()) services.add(entry.lease().service());
        }
        services.remove(own.service());
        return services;
    }

    /** While two versions of a service run side by side, the one started last speaks for it. */
    private static Optional<Lease> newest(Directory directory, String service) {
        return directory.entries(service).stream()
                .filter(entry -> entry.held() && entry.lease().state() != State.DRAINING)
                .map(Directory.Entry::lease)
                .max(Comparator.comparing((Lease lease) -> lease.state() == State.READY)
                        .thenComparing(Lease::startedAt)
                        .thenComparing(Lease::instance));
    }

    private boolean isNews(String service, Lease lease) {
        var known = mounted.get(service);
        return (known == null || !known.digest().equals(lease.contract()))
                && !unreadable.containsKey(lease.contract())
                && !clashing.containsKey(lease.contract())
                && !fetching.contains(lease.address());
    }

    private Future<Void> fetch(Lease lease) {
        fetching.add(lease.address());
        var request = Request.read(lease.service() + ".readContract", Deadline.in(FETCH_DEADLINE));
        Promise<Void> done = Promise.promise();
        platform.caller().callInstance(lease.address(), request).onComplete(answered -> {
            fetching.remove(lease.address());
            if (answered.succeeded() && !answered.result().isProblem()) {
                mount(lease, answered.result());
            } else {
                LOG.debug("{} did not tell its contract; it is asked again", lease.address());
            }
            done.complete();
        });
        return done.future();
    }

    private void mount(Lease lease, Answer told) {
        try {
            var contract = Contract.of(lease.service(), told.as(JsonNode.class));
            requireOwnOperations(contract);
            RouteTable.of(List.of(contract)); // a path that cannot be routed must not stand in the others' way
            var before = mounted.get(lease.service());
            var since = isServed(before) ? before.mountedAtMillis() : seniority(lease);
            var kept = new ContractStore.Kept(contract, lease.contract(), since);
            var clash = isServed(before) ? clashOf(kept) : Optional.<RouteTable.Clash>empty();
            if (clash.isPresent()) {
                clashing.put(lease.contract(), clash.get().reason());
                LOG.error(
                        "the contract of {} is not served, the one before it is: {}",
                        lease.address(),
                        clash.get().reason());
                return;
            }
            mounted.put(lease.service(), kept);
            rebuild();
            LOG.info("serving {} {} of {}", lease.service(), lease.version(), lease.instance());
            store.save(kept);
        } catch (IllegalArgumentException | Problem breaksTheRules) {
            unreadable.put(lease.contract(), breaksTheRules.getMessage());
            LOG.error("the contract of {} is not served: {}", lease.address(), breaksTheRules.getMessage());
        } catch (RuntimeException strange) {
            // Everybody may read why a contract is refused, and nobody needs to know the insides of a parser.
            unreadable.put(lease.contract(), "It cannot be read; the gateway's log says why.");
            LOG.error("the contract of {} cannot be read, and is not served", lease.address(), strange);
        }
    }

    /**
     * When its instance started, which every gateway is told alike: of two that come at once and clash all of them serve the
     * same one. A clock that is far behind takes nobody's place for that.
     */
    private long seniority(Lease lease) {
        var started = lease.startedAt().toEpochMilli();
        return watching ? Math.max(started, platform.clock().millis() - LATEST_NEWS_MILLIS) : started;
    }

    private static void requireOwnOperations(Contract contract) {
        for (var operation : contract.operations().values()) {
            if (!operation.service().equals(contract.service())) {
                throw new IllegalArgumentException(operation.id() + " is not an operation of " + contract.service());
            }
            var mayBeThere = operation.internal()
                    || CORE.contains(contract.service())
                    || operation.path().startsWith("/api/");
            if (!mayBeThere) {
                throw new IllegalArgumentException(operation.id() + " is at " + operation.path()
                        + "; what is plugged in has its paths below /api/");
            }
        }
    }

    private void forgetPlugins() {
        var oldest = platform.clock().millis() - grace.toMillis();
        var gone = mounted.keySet().stream()
                .filter(service -> !CORE.contains(service) && lastSeen.getOrDefault(service, 0L) < oldest)
                .toList();
        if (gone.isEmpty()) return;
        gone.forEach(mounted::remove);
        gone.forEach(store::remove);
        rebuild();
        LOG.info("no longer serving {}: gone for longer than {}", gone, grace);
    }

    private boolean isServed(ContractStore.Kept kept) {
        return kept != null && contracts.contains(kept.contract());
    }

    /**
     * What would be wrong with it in the place of the one that is served. Only the core may push others out, or take
     * requests from who came later.
     */
    private Optional<RouteTable.Clash> clashOf(ContractStore.Kept kept) {
        var service = kept.contract().service();
        var inPlace = clashesAmong(mounted.values(), kept)
                .filter(clash ->
                        clash.service().equals(service) || (!CORE.contains(service) && pushesOut(service, clash)));
        if (CORE.contains(service)) return inPlace.findFirst();
        var served = mounted.values().stream().filter(this::isServed).toList();
        var asNewcomer = clashesAmong(served, new ContractStore.Kept(kept.contract(), kept.digest(), Long.MAX_VALUE))
                .filter(clash -> clash.service().equals(service));
        return Stream.concat(inPlace, asNewcomer)
                .map(clash -> clash.seenBy(service))
                .findFirst();
    }

    private Stream<RouteTable.Clash> clashesAmong(Collection<ContractStore.Kept> others, ContractStore.Kept candidate) {
        var service = candidate.contract().service();
        var trial = new ArrayList<>(others);
        trial.removeIf(it -> it.contract().service().equals(service));
        trial.add(candidate);
        return RouteTable.of(inOrder(trial), CORE).clashes().stream();
    }

    private boolean pushesOut(String service, RouteTable.Clash clash) {
        return clash.serving().service().equals(service)
                && contracts.stream().anyMatch(it -> it.service().equals(clash.service()));
    }

    private List<Contract> inOrder(Collection<ContractStore.Kept> those) {
        var all = new ArrayList<Contract>();
        all.add(own);
        those.stream()
                .sorted(Comparator.comparing((ContractStore.Kept kept) ->
                                !CORE.contains(kept.contract().service()))
                        .thenComparing(ContractStore.Kept::mountedAtMillis)
                        .thenComparing(kept -> kept.contract().service()))
                .forEach(kept -> all.add(kept.contract()));
        return all;
    }

    private void rebuild() {
        clashing.clear();
        var all = inOrder(mounted.values());
        table = RouteTable.of(all, CORE);
        var refused = table.clashes().stream().map(RouteTable.Clash::service).collect(Collectors.toSet());
        contracts = all.stream()
                .filter(contract -> !refused.contains(contract.service()))
                .toList();
        putLast(refused);
        changed.run();
        for (var clash : table.clashes()) {
            if (told.add(clash.toString())) {
                LOG.error("the contract of {} is not served: {}", clash.service(), clash.reason());
            }
        }
    }

    /** Who is not served has no seniority over those who are, should its day come. Among themselves they stay in order. */
    private void putLast(Set<String> refused) {
        var latestServed = latest(mounted.values().stream()
                .filter(it -> !refused.contains(it.contract().service())));
        mounted.values().stream()
                .filter(it -> refused.contains(it.contract().service()))
                .filter(it -> !CORE.contains(it.contract().service()) && it.mountedAtMillis() <= latestServed)
                .sorted(Comparator.comparing(ContractStore.Kept::mountedAtMillis))
                .toList()
                .forEach(kept -> {
                    var last = new ContractStore.Kept(
                            kept.contract(), kept.digest(), latest(mounted.values().stream()) + 1);
                    mounted.put(kept.contract().service(), last);
                    store.save(last);
                });
    }

    private static long latest(Stream<ContractStore.Kept> those) {
        return those.mapToLong(ContractStore.Kept::mountedAtMillis).max().orElse(0);
    }
}
