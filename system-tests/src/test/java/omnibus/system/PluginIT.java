package omnibus.system;

import static omnibus.system.RunningShop.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import omnibus.shopper.ShopClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/extending.md promises, with the service it walks through. */
class PluginIT {
    private static RunningShop shop;
    private static String sku;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        shop = RunningShop.get();
        sku = "WISH-" + System.nanoTime();
        shop.productWithStock(shop.admin(), sku, 3);
    }

    @AfterEach
    void unplug() {
        shop.omnibus("unplug", "wishlist");
    }

    private static ShopClient.Reply wish(ShopClient who) {
        return who.put("/api/v1/wishlist/items/" + sku, null);
    }

    private static String firstWish(ShopClient who) {
        return who.get("/api/v1/wishlist")
                .body()
                .path("items")
                .path(0)
                .path("sku")
                .asText();
    }

    @Test
    void aServiceThatIsPluggedInIsServedAtOnceScaledDescribedAnd503WhenItIsGone() {
        var gateway = shop.processes("gateway").get(0).path("pid");
        shop.command("plug", RunningShop.wishlistJar().toString());
        var ada = shop.customer();
        assertEquals(200, wish(ada).status());
        assertEquals(sku, firstWish(ada));
        assertEquals(401, shop.anonymous().get("/api/v1/wishlist").status());
        var document = shop.anonymous().get("/openapi.json").body();
        assertTrue(document.path("paths").has("/api/v1/wishlist/items/{sku}"));
        assertTrue(shop.anonymous().get("/asyncapi.json").http().body().contains("WishAdded"));
        shop.command("scale", "wishlist", "2");
        shop.command("restart", "wishlist");
        assertEquals(2, shop.processes("wishlist").size());
        assertEquals(sku, firstWish(ada));

        shop.command("unplug", "wishlist");
        var away = ada.get("/api/v1/wishlist");
        assertEquals(503, away.status());
        assertTrue(away.http().headers().firstValue("Retry-After").isPresent());
        assertEquals(0, shop.processes("wishlist").size());

        shop.command("plug", RunningShop.wishlistJar().toString());
        assertEquals(sku, firstWish(ada), "its data stayed");
        assertEquals(gateway, shop.processes("gateway").get(0).path("pid"), "no gateway was restarted");
    }

    @Test
    void aContractThatClaimsAPathOfTheShopIsRefusedAndDoctorSaysWhichAndWhy() {
        var rival = directory.resolve("rival.jar");
        copyWith(rival, "wishlist/openapi.yaml", "/api/v1/wishlist:", "/api/v1/cart:");
        var plugged = shop.omnibus("plug", rival.toString());
        assertEquals(1, plugged.exit(), plugged.output());
        assertTrue(plugged.output().contains("GET /api/v1/cart belongs to cart.getCart"), plugged.output());
        var doctor = shop.omnibus("doctor");
        assertNotEquals(0, doctor.exit());
        assertTrue(
                doctor.output().contains("does not serve wishlist: GET /api/v1/cart belongs to cart.getCart"),
                doctor.output());
        assertEquals(200, shop.customer().get("/api/v1/cart").status());
        assertEquals(
                "cart",
                shop.anonymous()
                        .get("/openapi.json")
                        .body()
                        .at("/paths/~1api~1v1~1cart/get/operationId")
                        .asText()
                        .split("\\.")[0]);

        shop.command("plug", RunningShop.wishlistJar().toString());
        assertEquals(200, wish(shop.customer()).status());
        eventually(() -> !shop.omnibus("doctor").output().contains("does not serve"));
    }

    @Test
    void aBuildThatCannotStartIsTakenBackAndTheOneBeforeItGoesOn() {
        var broken = directory.resolve("broken.jar");
        copyWith(broken, "wishlist/openapi.yaml", "operationId: wishlist.", "operationId: wishlist.un");
        var first = shop.omnibus("plug", broken.toString());
        assertEquals(1, first.exit(), first.output());
        assertTrue(first.output().contains("wishlist is taken out again"), first.output());
        assertEquals(0, shop.processes("wishlist").size());

        shop.command("plug", RunningShop.wishlistJar().toString());
        var ada = shop.customer();
        assertEquals(200, wish(ada).status());
        var second = shop.omnibus("plug", broken.toString());
        assertEquals(1, second.exit(), second.output());
        assertTrue(second.output().contains("before this one goes on"), second.output());
        assertEquals(sku, firstWish(ada));
        shop.command("restart", "wishlist");
        assertEquals(sku, firstWish(ada), "what is started next is the good build");
    }

    @Test
    void aBuildWhoseContractClashesIsTakenBackBeforeTheGoodOneDrains() {
        shop.command("plug", RunningShop.wishlistJar().toString());
        var ada = shop.customer();
        assertEquals(200, wish(ada).status());
        var good = shop.processes("wishlist").get(0).path("pid");
        var greedy = directory.resolve("greedy.jar");
        copyWith(greedy, "wishlist/openapi.yaml", "/api/v1/wishlist:", "/api/v1/orders/latest:");

        var plugged = shop.omnibus("plug", greedy.toString());

        assertEquals(1, plugged.exit(), plugged.output());
        assertTrue(plugged.output().contains("would take requests from order.getOrder"), plugged.output());
        assertTrue(plugged.output().contains("before this one goes on"), plugged.output());
        assertEquals(good, shop.processes("wishlist").get(0).path("pid"), "it has run all the time");
        assertEquals(1, shop.processes("wishlist").size());
        assertEquals(sku, firstWish(ada));

        shop.command("plug", laterBuild().toString());
        assertNotEquals(good, shop.processes("wishlist").get(0).path("pid"), "the refusal was about the build before");
        assertEquals(sku, firstWish(ada));
        eventually(() -> !shop.omnibus("doctor").output().contains("does not serve"));
    }

    @Test
    void whereASecondInstanceOfABuildDiesTheFirstIsReplacedByTheFormerBuildToo() {
        shop.command("plug", RunningShop.wishlistJar().toString());
        var ada = shop.customer();
        assertEquals(200, wish(ada).status());
        shop.command("scale", "wishlist", "2");
        var former = pids();
        var formerBuild = RunningShop.builds("wishlist");

        var plugging = CompletableFuture.supplyAsync(
                () -> shop.omnibus("plug", laterBuild().toString()));
        var firstOfIt = new AtomicLong();
        eventually(Duration.ofMinutes(2), () -> {
            var newcomers = pids().stream().filter(pid -> !former.contains(pid)).toList();
            if (firstOfIt.get() == 0) newcomers.stream().findFirst().ifPresent(firstOfIt::set);
            newcomers.stream().filter(pid -> pid != firstOfIt.get()).forEach(RunningShop::kill);
            return newcomers.stream().anyMatch(pid -> pid != firstOfIt.get());
        });

        var plugged = plugging.join();
        assertEquals(1, plugged.exit(), plugged.output());
        assertTrue(plugged.output().contains("before this one goes on"), plugged.output());
        assertEquals(2, pids().size());
        assertFalse(pids().contains(firstOfIt.get()), "it ran the later build");
        assertEquals(formerBuild, RunningShop.builds("wishlist"));
        assertEquals(sku, firstWish(ada));
    }

    private static List<Long> pids() {
        return shop.processes("wishlist").stream()
                .map(process -> process.path("pid").asLong())
                .toList();
    }

    /** Other bytes, the same service. */
    private Path laterBuild() {
        var later = directory.resolve("later.jar");
        copyWith(later, "wishlist/openapi.yaml", "summary: ", "summary: Later. ");
        return later;
    }

    @Test
    void whatIsNoServiceIsRefusedAndNothingChanges() throws IOException {
        var text = Files.writeString(directory.resolve("notes.jar"), "not a jar");
        assertEquals(2, shop.omnibus("plug", text.toString()).exit());
        var bare = directory.resolve("bare.jar");
        try (var jar = new JarOutputStream(Files.newOutputStream(bare))) {
            jar.putNextEntry(new ZipEntry("a.txt"));
        }
        var refused = shop.omnibus("plug", bare.toString());
        assertEquals(2, refused.exit());
        assertTrue(refused.output().contains("Omnibus-Service"), refused.output());
        assertEquals(
                2,
                shop.omnibus("plug", directory.resolve("none.jar").toString()).exit());
        assertEquals(2, shop.omnibus("unplug", "order").exit());
        assertFalse(shop.command("ps").contains("bare"));
    }

    /** The example's jar with one text in one of its files replaced. */
    private static void copyWith(Path target, String file, String text, String replacement) {
        try (var jar = new JarFile(RunningShop.wishlistJar().toFile());
                var out = new JarOutputStream(Files.newOutputStream(target))) {
            for (var entry : jar.stream().toList()) {
                var bytes = jar.getInputStream(entry).readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(
                        entry.getName().equals(file)
                                ? new String(bytes, StandardCharsets.UTF_8)
                                        .replace(text, replacement)
                                        .getBytes(StandardCharsets.UTF_8)
                                : bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
