package omnibus.launcher;

import java.util.ArrayList;
import java.util.List;

/** How the shop itself is: ports, stores, processes, supervisor. */
final class ShopChecks {
    private final Fleet fleet;
    private final ShopSettings asked;

    ShopChecks(Fleet fleet, ShopSettings asked) {
        this.fleet = fleet;
        this.asked = asked;
    }

    List<Finding> run() {
        var findings = new ArrayList<Finding>();
        var settings = fleet.state().map(ShopState::settings).orElse(asked);
        findings.add(settingsFinding(settings));
        for (var store : Store.values()) {
            settings.external(store).ifPresent(url -> findings.add(external(store, url)));
        }
        boolean running = fleet.home().exists() && !fleet.instances().alive().isEmpty();
        findings.add(httpPort(settings));
        if (running) {
            findings.add(supervisor());
            processes(findings);
            contracts(settings.url(), findings);
        } else {
            findings.add(Finding.ok("the shop is not running; ./omnibus up starts it"));
            orphans(findings);
        }
        return findings;
    }

    private static Finding settingsFinding(ShopSettings settings) {
        try {
            settings.check();
            return Finding.ok("settings are in order");
        } catch (Failure failure) {
            return Finding.problem("settings cannot be used", failure.why());
        }
    }

    private static Finding external(Store store, String url) {
        if (Store.looksUpServers(url)) return Finding.ok(store.variable + " names a DNS record; not tried here");
        var place = store.hostAndPort(url);
        if (place.isEmpty()) return Finding.problem(store.variable + " is not a URL", "See docs/operations.md.");
        return ExternalStores.knock(place.get())
                .map(why -> Finding.problem(
                        store.key + " at " + place.get() + " does not answer",
                        why + "\nStart that server, open the way to it, or correct " + store.variable + "."))
                .orElseGet(() -> Finding.ok(store.key + " answers at " + place.get()));
    }

    private Finding httpPort(ShopSettings settings) {
        int port = settings.httpPort();
        var owner = PortOwner.pid(port);
        boolean ours = owner.isPresent()
                && fleet.home().exists()
                && fleet.instances().alive().stream()
                        .anyMatch(it -> it.process().pid() == owner.get());
        if (ours) return Finding.ok("port " + port + " is held by this shop's gateway");
        if (Ports.free(settings.httpHost(), port)) return Finding.ok("port " + port + " is free");
        return Finding.problem(
                "port " + port + " is held by " + PortOwner.of(port).orElse("a process of another user"),
                "The gateway needs it. Stop that process, or use another port: OMNIBUS_HTTP_PORT=8081 ./omnibus up");
    }

    private Finding supervisor() {
        return fleet.instances().serving(Shop.SUPERVISOR_NAME).isEmpty()
                ? Finding.warning(
                        "no supervisor is running",
                        "A process that dies now is not replaced. ./omnibus up starts the supervisor again.")
                : Finding.ok("the supervisor is watching");
    }

    private void processes(List<Finding> findings) {
        for (var instance : fleet.instances().all()) {
            if (!instance.alive()) {
                if (instance.wanted()) findings.add(gone(instance));
                continue;
            }
            var state = InstanceState.of(instance, fleet.now());
            if (state == InstanceState.READY) continue;
            findings.add(Finding.warning(
                    instance.instance() + " (pid " + instance.process().pid() + ") is " + state,
                    Health.ready(instance.managementPort()).body().strip() + "\n./omnibus logs "
                            + instance.instance()));
        }
        fleet.state()
                .ifPresent(state -> fleet.shop().verticles().forEach(role -> {
                    int serving = fleet.instances().serving(role.name()).size();
                    int wanted = state.wanted(role.name());
                    findings.add(
                            serving >= wanted
                                    ? Finding.ok(role.name() + " runs " + serving + " of " + wanted)
                                    : Finding.problem(
                                            role.name() + " runs " + serving + " of " + wanted,
                                            "./omnibus up restores what is missing; ./omnibus logs " + role.name()
                                                    + " says why."));
                }));
    }

    private static void contracts(String url, List<Finding> findings) {
        ServedContracts.of(url)
                .ifPresent(served -> served.refused()
                        .forEach(it -> findings.add(Finding.problem(
                                "the gateway does not serve " + it.service() + ": " + it.refusal(),
                                "A path belongs to one service. Correct the contract of " + it.service()
                                        + " and plug it in again, or take it out: ./omnibus unplug " + it.service()))));
    }

    private static Finding gone(Instance instance) {
        return Finding.warning(
                instance.instance() + " (pid " + instance.process().pid() + ") ended unasked, " + instance.failures()
                        + " times in a row",
                "./omnibus logs " + instance.instance() + " shows its last words; its place is filled again.");
    }

    private void orphans(List<Finding> findings) {
        for (var server : StoreServers.of(fleet.home()).processes()) {
            findings.add(Finding.warning(
                    server.name() + " (pid " + server.pid() + ") has outlived its shop",
                    "A run was killed. ./omnibus up takes it over, ./omnibus down stops it."));
        }
    }
}
