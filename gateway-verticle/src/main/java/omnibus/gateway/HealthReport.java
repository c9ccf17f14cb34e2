package omnibus.gateway;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import omnibus.platform.call.Contract;
import omnibus.platform.directory.Directory;
import omnibus.platform.directory.Lease;
import omnibus.platform.directory.Lease.State;

/**
 * How the shop is, as the directory's leases tell it: {@code UP} when every service has a ready instance and every
 * store answers those who use it, else {@code DEGRADED}.
 */
record HealthReport(String status, List<Service> services, List<Store> stores) {
    private static final String AWAY = "AWAY";
    private static final Contracts.Judgement UNJUDGED = new Contracts.Judgement(null, null);

    /**
     * @param contractOf the newest instance, once this gateway has seen what it brought: {@code served} and {@code refusal}
     *     are about that. Null: they are about what was there before
     * @param refusal why the service's contract is not served, if the gateway refused it
     */
    record Service(
            String service,
            String state,
            int instances,
            int ready,
            boolean served,
            String contractOf,
            String refusal) {}

    /** {@code kind}: {@code embedded} (the real server, started with the shop), {@code emulated} or {@code external}. */
    record Store(String store, String kind, String state, List<String> usedBy) {}

    static HealthReport of(
            Directory directory, Collection<Contract> contracts, Map<String, Contracts.Judgement> judgements) {
        var served = contracts.stream().map(Contract::service).collect(Collectors.toSet());
        var names = new TreeSet<>(Contracts.CORE);
        names.addAll(served);
        var leases = directory.entries().stream()
                .filter(Directory.Entry::held)
                .map(Directory.Entry::lease)
                .toList();
        leases.forEach(lease -> names.add(lease.service()));
        var services = names.stream()
                .map(name -> service(name, leases, served.contains(name), judgements.getOrDefault(name, UNJUDGED)))
                .toList();
        var stores = stores(leases);
        var up = services.stream()
                        .allMatch(service -> service.state.equals(State.READY.name()) && service.refusal == null)
                && stores.stream().allMatch(store -> store.state.equals("UP"));
        return new HealthReport(up ? "UP" : "DEGRADED", services, stores);
    }

    private static Service service(String name, List<Lease> leases, boolean served, Contracts.Judgement judgement) {
        var own = leases.stream().filter(lease -> lease.service().equals(name)).toList();
        var ready = own.stream().filter(lease -> lease.state() == State.READY).count();
        var state = ready > 0
                ? State.READY.name()
                : own.stream().map(lease -> lease.state().name()).findFirst().orElse(AWAY);
        return new Service(
                name,
                state,
                own.size(),
                (int) ready,
                served && judgement.refusal() == null,
                judgement.instance(),
                judgement.refusal());
    }

    private static List<Store> stores(List<Lease> leases) {
        record Use(String service, Lease.Store store) {}
        Map<String, List<Use>> uses = new TreeMap<>();
        for (var lease : leases) {
            lease.stores()
                    .forEach((name, store) ->
                            uses.computeIfAbsent(name, key -> new ArrayList<>()).add(new Use(lease.service(), store)));
        }
        var stores = new ArrayList<Store>();
        uses.forEach((name, all) -> stores.add(new Store(
                name,
                all.get(0).store().kind(),
                all.stream().allMatch(use -> use.store().up()) ? "UP" : "DOWN",
                all.stream().map(Use::service).distinct().sorted().toList())));
        return stores;
    }
}
