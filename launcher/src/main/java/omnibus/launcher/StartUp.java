package omnibus.launcher;

import static omnibus.launcher.Role.Duty.GATEWAY;
import static omnibus.launcher.Role.Duty.SANDBOX;
import static omnibus.launcher.Role.Duty.SERVICE;
import static omnibus.launcher.Role.Duty.STORES;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code up} does, step by step. Each step looks at what is there first, so it does not matter where an earlier run
 * stopped, or whether another one is under way.
 */
final class StartUp {
    private final Fleet fleet;
    private final Home home;
    private final Shop shop;
    private final Path built;
    private final Progress progress;

    StartUp(Fleet fleet, Path built, Progress progress) {
        this.fleet = fleet;
        this.home = fleet.home();
        this.shop = fleet.shop();
        this.built = built;
        this.progress = progress;
    }

    void run(ShopSettings asked, boolean demo) {
        asked.check();
        home.create();
        awaitDown();
        new Strays(fleet).adopt().forEach(it -> progress.done(it.instance(), "found running, adopted"));
        var state = settle(asked);
        Admin.settle(home, state.settings());
        new ExternalStores(state.settings(), progress).check();
        new StoreUrls(home, state.settings()).prepare(shop.usersOf(Store.POSTGRES));
        startProcesses(state);
        awaitGateway(state);
        new Welcome(fleet, progress).afterStart(state, demo);
    }

    private void awaitDown() {
        if (fleet.lock().awaitEndOf(DownCommand.PURPOSE, HomeLock.GLANCE)) return;
        progress.line("Another command takes the shop down; waiting for it to end.");
        if (fleet.lock().awaitEndOf(DownCommand.PURPOSE, StopReport.DOWN_PATIENCE)) return;
        throw Failure.failed(
                "The shop is being taken down.",
                "Another ./omnibus down for " + home.path() + " has not ended within "
                        + StopReport.DOWN_PATIENCE.toSeconds() + " s.",
                "Wait for it to end, then try again; what still runs, ./omnibus ps shows.");
    }

    /** Decides settings, ports and jars once, under the lock; what already runs decides for the rest. */
    private ShopState settle(ShopSettings asked) {
        return fleet.lock().hold(() -> {
            var former = fleet.state();
            boolean running = former.isPresent()
                    && fleet.instances().alive().stream()
                            .anyMatch(it -> !it.service().equals(Shop.SUPERVISOR_NAME));
            if (running) refuseOtherSettings(former.get(), asked);
            var settings =
                    former.map(it -> it.settings().with(asked)).orElse(asked).check();
            if (fleet.instances().serving("gateway").isEmpty()) refuseBusyPort(settings);
            progress.line((running ? "Omnibus is running in " : "Omnibus starts in ") + home.path());
            var distribution = Distribution.install(built, home);
            var state = new ShopState(
                    settings.url(),
                    former.filter(it -> running).map(ShopState::startedAt).orElseGet(fleet::now),
                    settings,
                    running ? former.get().ports() : ports(),
                    former.map(ShopState::wanted).orElse(Map.of()),
                    distribution.build());
            fleet.save(state);
            Distribution.prune(home, builds(state));
            return state;
        });
    }

    private java.util.Set<String> builds(ShopState state) {
        var used = fleet.instances().alive().stream().map(Instance::build);
        return Stream.concat(used, Stream.of(state.build())).collect(Collectors.toSet());
    }

    private void refuseOtherSettings(ShopState running, ShopSettings asked) {
        var other = running.settings().differences(asked);
        if (other.isEmpty()) return;
        throw Failure.usage(
                "The shop of this home runs with other settings.",
                "It was started with another " + String.join(", ", other) + ".",
                "Stop it first (./omnibus down), or unset the variable, or use another OMNIBUS_HOME for a second shop.");
    }

    private void refuseBusyPort(ShopSettings settings) {
        refuseBusy(settings.httpHost(), settings.httpPort(), "OMNIBUS_HTTP_PORT=8081");
        settings.httpsPort().ifPresent(port -> refuseBusy(settings.httpHost(), port, "OMNIBUS_HTTPS_PORT=8444"));
    }

    private static void refuseBusy(String host, int port, String otherwise) {
        if (Ports.free(host, port)) return;
        throw Failure.environment(
                "The port " + port + " is in use.",
                "It is held by " + PortOwner.of(port).orElse("a process this user may not look into")
                        + "; the gateway needs it on " + host + ".",
                "Stop that process, or choose another port: " + otherwise + " ./omnibus up");
    }

    /** The home's own ports again, if they are free or held by stores that outlived their JVM; else new ones. */
    private Ports ports() {
        var file = home.file("ports.json");
        var ours = StoreServers.of(home).ports();
        var remembered = home.read(file, Ports.class)
                .filter(ports -> ports.allFree(port -> ours.contains(port) || Ports.freeOnLoopback(port)));
        return remembered.orElseGet(() -> {
            var chosen = Ports.choose(home, Ports::freeOnLoopback);
            home.write(file, chosen);
            return chosen;
        });
    }

    /** Stores first, since the others need their addresses; then everything at once. */
    private void startProcesses(ShopState state) {
        var readiness = new Readiness(fleet, progress);
        fleet.fill(shop.role(Shop.SUPERVISOR_NAME));
        var first = state.settings().embedsAStore() ? shop.of(STORES) : List.<Role>of();
        var beside = state.settings().usesSandbox() ? shop.of(SANDBOX) : List.<Role>of();
        first.forEach(fleet::fill);
        beside.forEach(fleet::fill);
        readiness.await(first);
        first.forEach(role -> fleet.instances().serving(role.name()).forEach(it -> StoreServers.await(home, it)));
        shop.of(SERVICE, GATEWAY).forEach(fleet::fill);
        readiness.await(
                Stream.of(beside, shop.verticles()).flatMap(List::stream).toList());
    }

    private void awaitGateway(ShopState state) {
        var url = state.url() + "/health/ready";
        if (Poll.until(
                Readiness.LIMIT, Duration.ofMillis(100), () -> Health.ask(url).ok())) return;
        var answer = Health.ask(url);
        throw Failure.failed(
                "All processes run, but the gateway is not ready.",
                url + " answers " + answer.status() + " " + answer.body(),
                "Read ./omnibus logs gateway and ./omnibus doctor.");
    }
}
