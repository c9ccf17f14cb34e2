package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against fake processes: real JVMs, real signals, real files. */
class ShopLifecycleTest {
    @TempDir
    private Path directory;

    private ShopHarness shop;

    @BeforeEach
    void aHome() throws IOException {
        shop = new ShopHarness(directory);
    }

    @AfterEach
    void nothingIsLeft() {
        shop.close();
        assertEquals(List.of(), shop.alive());
    }

    @Test
    void upStartsEveryProcessAndDownEndsAllOfThem() {
        var up = shop.run("up");
        assertEquals(0, up.exitCode(), up.err());
        assertEquals(4, shop.alive().size());
        assertTrue(up.out().contains("http://127.0.0.1:" + shop.httpPort), up.out());

        var down = shop.run("down");
        assertEquals(0, down.exitCode(), down.err());
        assertEquals(List.of(), shop.alive());
        assertEquals(List.of(), shop.fleet.instances().all());
    }

    @Test
    void whoStartsItWhileItIsTakenDownWaitsForThat() {
        shop.fleet.home().create();
        var up = new ArrayList<CompletableFuture<ShopHarness.Result>>();
        shop.fleet.lock().during(DownCommand.PURPOSE, () -> {
            up.add(CompletableFuture.supplyAsync(() -> shop.run("up")));
            assertFalse(Poll.until(
                    Duration.ofSeconds(2),
                    Duration.ofMillis(50),
                    () -> !shop.alive().isEmpty()));
        });
        var started = up.get(0).join();
        assertEquals(0, started.exitCode(), started.err());
        assertTrue(started.out().contains("waiting for it to end"), started.out());
        assertEquals(4, shop.alive().size());
    }

    @Test
    void aGeneratedPasswordIsShownOnceAndKeptForTheOwnerOnly() throws IOException {
        var first = shop.run("up").out();
        var admin = Admin.remembered(shop.fleet.home()).orElseThrow();
        assertTrue(first.contains(admin.password()), first);
        assertFalse(shop.run("up").out().contains(admin.password()));
        var rights = Files.getPosixFilePermissions(shop.fleet.home().file("admin.json"));
        assertEquals("rw-------", java.nio.file.attribute.PosixFilePermissions.toString(rights));
    }

    @Test
    void theSupervisorFillsThePlaceOfAKilledInstanceUnderANewName() {
        shop.run("up");
        var killed = shop.only("product");
        killed.process().kill();
        shop.await("its end", () -> !killed.alive());
        shop.await(
                "a new instance",
                () -> shop.fleet.instances().serving("product").size() == 1);
        var replacement = shop.only("product");
        assertNotEquals(killed.instance(), replacement.instance());
        assertEquals(1, replacement.restarts());
    }

    @Test
    void whatHasProvedThatItWorksIsReplacedAtOnceHoweverOftenItsPredecessorsDied() {
        shop.run("up");
        for (var death = 1; death <= 4; death++) {
            shop.await("proof", () -> shop.only("product").failures() == 0);
            var victim = shop.only("product");
            victim.process().kill();
            shop.await(
                    "a new instance",
                    () -> shop.fleet.instances().serving("product").stream()
                            .anyMatch(it -> !it.instance().equals(victim.instance())));
            assertTrue(shop.only("product").failures() <= 1);
        }
        assertEquals(4, shop.only("product").restarts());
    }

    @Test
    void ofManyThatDiedTheSupervisorStartsSoManyAtATimeAndTheOthersWhenThoseAreReady() throws IOException {
        int many = Supervisor.AT_ONCE + 2;
        shop.run("up");
        shop.run("scale", "product", Integer.toString(many));
        var before = shop.fleet.instances().serving("product");
        shop.tell("product", "unready");
        before.forEach(it -> it.process().kill());
        shop.await("the first of them", () -> replaced(before) == Supervisor.AT_ONCE);
        assertFalse(
                Poll.until(Duration.ofSeconds(2), Duration.ofMillis(50), () -> replaced(before) > Supervisor.AT_ONCE));
        shop.tell("product", "");
        shop.await("all of them", () -> replaced(before) == many);
    }

    private int replaced(List<Instance> before) {
        var names = before.stream().map(Instance::instance).toList();
        return (int) shop.fleet.instances().serving("product").stream()
                .filter(it -> !names.contains(it.instance()))
                .count();
    }

    @Test
    void theSupervisorReplacesWhatReportsThatItCannotWork() throws IOException {
        shop.run("up");
        var sick = shop.only("product");
        shop.tell("product", "sick");
        shop.await("its end", () -> !sick.alive());
        shop.tell("product", "");
        shop.await(
                "a new instance",
                () -> shop.fleet.instances().serving("product").size() == 1);
    }

    @Test
    void upRestoresWhatIsMissingWhenTheSupervisorIsGoneToo() {
        shop.run("up");
        var gateway = shop.only("gateway");
        shop.only("supervisor").process().kill();
        shop.only("product").process().kill();
        shop.await("death", () -> shop.alive().size() == 2);

        var up = shop.run("up");
        assertEquals(0, up.exitCode(), up.err());
        assertEquals(4, shop.alive().size());
        assertEquals(gateway, shop.only("gateway"));
    }

    @Test
    void upAfterEverythingWasKilledStartsEverythingAgain() {
        shop.run("up");
        shop.run("scale", "product", "2");
        var before = shop.alive();
        before.stream()
                .filter(it -> it.service().equals("supervisor"))
                .forEach(it -> it.process().kill());
        before.forEach(it -> it.process().kill());
        shop.await("death", () -> shop.alive().isEmpty());

        assertEquals(0, shop.run("up").exitCode());
        assertEquals(2, shop.fleet.instances().serving("product").size());
        assertTrue(shop.alive().stream().noneMatch(before::contains));
    }

    @Test
    void afterEverythingWasKilledServicesWaitUntilTheStoresHaveSaidWhereTheyAre() throws IOException {
        shop.run("up");
        var killed = shop.alive();
        killed.forEach(it -> it.process().kill());
        shop.await("the end of all", () -> shop.alive().isEmpty());
        Files.delete(shop.fleet.home().run().resolve("stores.json"));

        var first = shop.fleet.replaceDead().stream().map(Instance::service).toList();
        assertTrue(first.contains("stores"), first::toString);
        assertFalse(first.contains("product"), first::toString);
        shop.await("the product service, once it can be told where its store is", () -> {
            shop.fleet.replaceDead();
            return shop.fleet.instances().serving("product").size() == 1;
        });
    }

    @Test
    void processesWhoseFilesAreLostAreAdoptedAndNotStartedTwice() throws IOException {
        shop.run("up");
        var before =
                shop.alive().stream().map(it -> it.process().pid()).sorted().toList();
        try (var files = Files.list(shop.fleet.home().processes())) {
            for (var file : files.toList()) Files.delete(file);
        }
        assertEquals(0, shop.run("up").exitCode());
        var serving = shop.alive().stream()
                .filter(it -> !it.service().equals("supervisor"))
                .map(it -> it.process().pid())
                .toList();
        assertTrue(before.containsAll(serving), "adopted " + serving + " of " + before);
        assertEquals(3, serving.size());
    }

    @Test
    void scaleStartsAndDrainsInstances() {
        shop.run("up");
        var first = shop.only("product");
        assertEquals(0, shop.run("scale", "product", "3").exitCode());
        assertEquals(3, shop.fleet.instances().serving("product").size());
        assertEquals(0, shop.run("scale", "product", "1").exitCode());
        assertEquals(first, shop.only("product"));
        assertEquals(0, shop.run("scale", "product", "0").exitCode());
        assertEquals(List.of(), shop.fleet.instances().of("product"));
    }

    @Test
    void restartReplacesAnInstanceByAReadyOne() {
        shop.run("up");
        var before = shop.only("product");
        var restart = shop.run("restart", "product");
        assertEquals(0, restart.exitCode(), restart.err());
        assertNotEquals(before.instance(), shop.only("product").instance());
        assertFalse(before.alive());
    }

    @Test
    void aRestartThatFailsLeavesTheOldInstanceServing() throws IOException {
        shop.run("up");
        var before = shop.only("product");
        shop.tell("product", "fail");
        var restart = shop.run("restart", "product");
        assertEquals(1, restart.exitCode());
        assertTrue(restart.err().contains("the reason why product cannot start"), restart.err());
        shop.await(
                "only the old one", () -> shop.fleet.instances().of("product").equals(List.of(before)));
    }

    @Test
    void aProcessThatCannotStartFailsTheCommandWithItsLastWords() throws IOException {
        shop.tell("product", "fail");
        var up = shop.run("up");
        assertEquals(1, up.exitCode());
        assertTrue(up.err().contains("product does not start"), up.err());
        assertTrue(up.err().contains("the reason why product cannot start"), up.err());
    }

    @Test
    void aBusyPortIsRefusedWithTheNameOfItsHolder() throws IOException {
        try (var holder = new ServerSocket(shop.httpPort, 1, InetAddress.getLoopbackAddress())) {
            var up = shop.run("up");
            assertEquals(3, up.exitCode());
            assertTrue(up.err().contains("pid " + ProcessHandle.current().pid()), up.err() + holder);
            assertEquals(List.of(), shop.alive());
        }
    }

    @Test
    void anExternalStoreThatDoesNotAnswerIsNamedWithoutItsPassword() {
        var up = shop.with("OMNIBUS_POSTGRES_URL", "postgresql://omnibus:s3cret@127.0.0.1:1/omnibus")
                .run("up");
        assertEquals(3, up.exitCode());
        assertTrue(up.err().contains("OMNIBUS_POSTGRES_URL") && up.err().contains("127.0.0.1:1"), up.err());
        assertFalse(up.err().contains("s3cret"));
    }

    @Test
    void whatIgnoresSigtermIsKilledAndReported() throws IOException {
        shop.tell("stores", "stubborn");
        shop.run("up");
        var stubborn = shop.only("stores");
        var killed = shop.fleet.stop(List.of(stubborn), java.time.Duration.ofMillis(300));
        assertEquals(List.of(stubborn), killed);
        assertFalse(stubborn.alive());
    }

    @Test
    void commandsOfAStoppedShopSaySo() {
        assertEquals("[]", shop.run("ps", "--json").out().replaceAll("\\s", ""));
        for (var command : List.of(List.of("ps"), List.of("scale", "product", "2"), List.of("restart", "product"))) {
            var result = shop.run(command.toArray(String[]::new));
            assertEquals(4, result.exitCode(), command + result.err());
        }
        assertEquals(0, shop.run("down").exitCode());
        assertEquals(2, shop.run("scale", "nonsense", "2").exitCode());
        assertEquals(2, shop.run("scale", "stores", "2").exitCode());
        assertEquals(2, shop.run("nonsense").exitCode());
    }
}
