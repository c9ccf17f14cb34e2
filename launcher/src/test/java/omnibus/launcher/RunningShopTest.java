package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that leave a running shop as it is; one shop of fake processes for all of them. */
class RunningShopTest {
    @TempDir
    private static Path directory;

    private static ShopHarness shop;

    @BeforeAll
    static void aRunningShop() throws IOException {
        shop = new ShopHarness(directory);
        assertEquals(0, shop.run("up").exitCode());
    }

    @AfterAll
    static void nothingIsLeft() {
        shop.close();
    }

    @Test
    void upAgainChangesNothing() {
        var before = shop.alive();
        assertEquals(0, shop.run("up").exitCode());
        assertEquals(before, shop.alive());
    }

    @Test
    void otherSettingsForARunningShopAreRefused() {
        var up = shop.with("OMNIBUS_CURRENCY", "USD").run("up");
        shop.without("OMNIBUS_CURRENCY");
        assertEquals(2, up.exitCode());
        assertTrue(up.err().contains("OMNIBUS_CURRENCY"), up.err());
    }

    @Test
    void eachServiceGetsTheUrlOfItsOwnStoreOnly() throws IOException {
        var log = Files.readString(
                shop.fleet.home().logs().resolve(shop.only("product").logName()));
        assertTrue(log.contains("[OMNIBUS_MONGO_URL]"), log);
    }

    @Test
    void psSpeaksJsonAndNothingElse() throws IOException {
        var list = Home.JSON.readTree(shop.run("ps", "--json").out());
        assertEquals(4, list.size());
        var product = java.util.stream.StreamSupport.stream(list.spliterator(), false)
                .filter(it -> it.path("service").asText().equals("product"))
                .findFirst()
                .orElseThrow();
        assertEquals(shop.only("product").process().pid(), product.path("pid").asLong());
        assertEquals("READY", product.path("state").asText());
        assertEquals(
                shop.only("product").managementPort(),
                product.path("managementPort").asInt());
        assertEquals(0, product.path("restarts").asInt());
        assertTrue(product.hasNonNull("startedAt") && product.hasNonNull("instance"));
    }

    @Test
    void doctorFindsNothingWrongWithAHealthyShop() {
        var doctor = shop.run("doctor");
        assertEquals(0, doctor.exitCode(), doctor.out());
        assertTrue(doctor.out().contains("the supervisor is watching"), doctor.out());
    }

    @Test
    void logsShowTheLivingInstances() {
        var logs = shop.run("logs", "product");
        assertEquals(0, logs.exitCode(), logs.err());
        assertTrue(logs.out().contains(shop.only("product").instance() + " says hello"), logs.out());
    }
}
