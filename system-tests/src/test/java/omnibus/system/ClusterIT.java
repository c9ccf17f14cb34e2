package omnibus.system;

import static omnibus.system.RunningShop.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import omnibus.shopper.ShopClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Growing, shrinking and dying under load. */
class ClusterIT {
    private static RunningShop shop;
    private static ShopClient admin;

    @BeforeAll
    static void start() {
        shop = RunningShop.get();
        admin = shop.admin();
    }

    @AfterAll
    static void oneOfEachAgain() {
        shop.command("scale", "product", "1");
    }

    /** Readers that go on until told to stop, past what the gateway keeps, and count what failed. */
    private static final class Readers implements AutoCloseable {
        final AtomicLong good = new AtomicLong();
        final AtomicLong bad = new AtomicLong();
        volatile String firstFailure = "";
        private volatile boolean stop;
        private final List<Thread> threads;

        Readers(int count, String path) {
            threads = java.util.stream.IntStream.range(0, count)
                    .mapToObj(i -> new Thread(() -> read(shop.anonymous(), path)))
                    .toList();
            threads.forEach(Thread::start);
        }

        private void read(ShopClient client, String path) {
            while (!stop) {
                var reply = client.get(path, "Cache-Control", "no-cache");
                if (reply.status() == 200) {
                    good.incrementAndGet();
                } else {
                    bad.incrementAndGet();
                    firstFailure = reply.http().body();
                }
            }
        }

        @Override
        public void close() {
            stop = true;
            for (var thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            assertTrue(good.get() > 0);
            assertEquals(0, bad.get(), firstFailure);
        }
    }

    private static Map<String, Long> productCalls() {
        var calls = new HashMap<String, Long>();
        var answer = admin.get("/api/v1/cluster");
        assertEquals(200, answer.status(), answer.http().body());
        for (var member : answer.body().path("members")) {
            if (member.path("service").asText().equals("product")) {
                calls.put(member.path("instance").asText(), member.path("calls").asLong());
            }
        }
        return calls;
    }

    @Test
    void scalingUnderLoadFailsNoRequestAndANewInstanceGetsItsShareThenOneMayDie() {
        var product = admin.get("/api/v1/products?limit=1")
                .body()
                .path("items")
                .path(0)
                .path("id")
                .asText();
        try (var readers = new Readers(4, "/api/v1/products/" + product)) {
            shop.command("scale", "product", "3");
            eventually(() -> productCalls().size() == 3);
            var before = productCalls();
            eventually(() -> sharesAreFair(before));
            var victim = shop.processes("product").get(0).path("pid").asLong();
            RunningShop.kill(victim);
            var goodAtDeath = readers.good.get();
            eventually(
                    Duration.ofSeconds(10),
                    () -> shop.processes("product").stream()
                            .noneMatch(p -> p.path("pid").asLong() == victim));
            eventually(() -> readers.good.get() > goodAtDeath + 200);
        }
    }

    private static boolean sharesAreFair(Map<String, Long> before) {
        var now = productCalls();
        now.replaceAll((instance, calls) -> calls - before.getOrDefault(instance, 0L));
        var total = now.values().stream().mapToLong(Long::longValue).sum();
        return total > 300 && now.values().stream().allMatch(calls -> calls * 5 >= total);
    }

    @Test
    void aKilledServiceIsStartedAgainByTheSupervisor() {
        var victim = shop.processes("inventory").get(0).path("pid").asLong();
        RunningShop.kill(victim);
        eventually(
                Duration.ofSeconds(60),
                () -> shop.processes("inventory").stream()
                        .anyMatch(p -> p.path("pid").asLong() != victim
                                && p.path("state").asText().equalsIgnoreCase("ready")));
        eventually(() -> admin.get("/api/v1/inventory").status() == 200);
    }

    @Test
    void startingARunningShopAgainChangesNothing() {
        var before = shop.processes().stream()
                .map(process -> process.path("pid").asLong())
                .sorted()
                .toList();
        shop.command("up");
        var after = shop.processes().stream()
                .map(process -> process.path("pid").asLong())
                .sorted()
                .toList();
        assertEquals(before, after);
    }

    @Test
    void everyProcessIsTold() {
        var services = shop.processes().stream()
                .map(process -> process.path("service").asText())
                .distinct()
                .toList();
        assertTrue(
                services.containsAll(List.of("gateway", "user", "product", "cart", "order", "inventory", "payment")),
                services.toString());
        for (var process : shop.processes()) {
            assertTrue(ProcessHandle.of(process.path("pid").asLong()).isPresent(), process.toString());
        }
    }
}
